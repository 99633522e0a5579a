#!/bin/bash
# Health check of a cluster's containers: whether the node is caught up and serves, not whether a port is open.
#
#   serves.sh [broker:<node id>:<port>[:<user>]] [controller:<node id>:<port or log directory>] [zookeeper:<port>]
#
# Asks 127.0.0.1. Exits with 0 and one line when all that is named holds, else with 1 and one line that says why. Pods of
# one pool share their text, so `self` may stand for the node id: it is what node.sh wrote to /tmp/config/node-id.
#
# It speaks no TLS. Where brokers do, the port is that of a listener with SASL PLAIN which only 127.0.0.1 reaches; there it
# logs in as the user, with the password in the file health-password beside this script. Controllers describe themselves only
# to who may change the cluster, so there it looks at their log.
#
# broker      It lists itself among the live brokers (registered and not fenced), and it is in sync in every partition
#             that it holds and that a live broker leads. With a partition that nobody leads, nobody can catch up.
#             A user sees the partitions that it may describe: none until somebody has allowed it.
# controller  It knows a leader, and by the leader's account it is a voter that leads or was caught up 2 s ago or later.
#             A voter fetches at least twice a second, so that is four fetches missed.
#             By its log directory: its log of the cluster's metadata grows. The active controller writes to it twice a
#             second (metadata.max.idle.interval.ms), until it has had no majority for 3 s; who follows it fetches that. A
#             follower that is asked would go on naming a leader that is gone (KIP-996).
# zookeeper   It leads or follows: it is part of a quorum.
#
# Without a quorum no controller passes: one that is left alone gives up the lead within 4 s (Kafka's check quorum), and
# then knows no leader. A broker that shares no process with a controller goes by its own account, which then stands
# still: it passes as long as it was in sync, because it goes on serving its partitions, and taking it from its clients
# would make an outage of the controllers one of the data. One that starts meanwhile does not pass, for it has not
# registered. A node of both roles passes when both do.
#
# The protocol (https://kafka.apache.org/protocol, and the JSON message definitions in Kafka's source). A request is
# int32 length, int16 API key, int16 version, int32 correlation id, string client id; all numbers big-endian. Used is of
# each the smallest version that says enough and that Kafka 3.9 and 4 both serve:
#   Metadata         3, version 1   null for all topics
#   DescribeCluster 60, version 1   endpoint type 2, that is controllers: only a controller's listener answers it
#   DescribeQuorum  55, version 1   answered by the leader only
#   SaslHandshake   17, version 1   and SaslAuthenticate 36, version 0: NUL, user, NUL, password (RFC 4616)
# The two that describe are "flexible": varint lengths plus one in front of strings and arrays, a list of tagged fields
# (always empty here: 0) after every structure. ZooKeeper's is the four-letter word srvr.
#
# It runs every few seconds for as long as the node lives, so it is cheap (no JVM), and it leaves no process behind, not
# even an ended one: process 1 is a JVM, which never collects orphans. So every shell in here that has children outlives
# them, also when the time is up: it either has a trap, or it is replaced by its only command. `timeout` is not used because
# busybox's leaves an orphan. Needs bash 5.1, od, awk, stat and sleep; busybox's will do.

# Until the node has served for the first time, a check tries again for as long as it may: whoever waits for the start
# hears of it at once, however seldom the engine asks. The mark lies on a tmpfs and goes with the container's processes.
mark=${SERVES_MARK:-/tmp/served}

# Seconds for everything; the engine's own limit should be longer, so that the reason is ours to say.
if [[ -e $mark ]]; then limit=${SERVES_LIMIT:-4}; else limit=${SERVES_LIMIT:-7}; fi

METADATA='\0\0\0\x14\0\x03\0\x01\0\0\0\0\0\x06serves\xff\xff\xff\xff'
DESCRIBE_CLUSTER='\0\0\0\x14\0\x3c\0\x01\0\0\0\0\0\x06serves\0\0\x02\0'
DESCRIBE_QUORUM='\0\0\0\x2d\0\x37\0\x01\0\0\0\0\0\x06serves\0\x02\x13__cluster_metadata\x02\0\0\0\0\0\0\0'
SASL_HANDSHAKE='\0\0\0\x17\0\x11\0\x01\0\0\0\0\0\x06serves\0\x05PLAIN'
# Behind its length, and before the length of what proves who asks.
SASL_AUTHENTICATE='\0\x24\0\0\0\0\0\0\0\x06serves'

# Reads an answer from od's output, byte after byte. Past the end of it every number is 0 and `short` is set.
READER='
  function byte() {
    while (at >= NF) { if (!more || (more = getline) < 1) { more = 0; short = 1; return 0 } at = 0 }
    return $++at + 0 # busybox compares it as text otherwise
  }
  function number(size,    value) {
    value = byte()
    if (value > 127) value -= 256
    while (--size) value = value * 256 + byte()
    return value
  }
  function varint(    value, unit, part) {
    for (unit = 1; (part = byte()) > 127; unit *= 128) value += (part - 128) * unit
    return value + part * unit
  }
  function text(size,    value) {
    while (size-- > 0 && !short) value = value sprintf("%c", byte())
    return value
  }
  function result(words, code) {
    printf "%s", short ? "the answer breaks off, or is not Kafka\047s" : words
    exit short || code
  }
  BEGIN { more = 1; number(4) }
'

# shellcheck disable=SC2016 # awk has its own $
METADATA_ANSWER='
  BEGIN {
    for (left = number(4); left > 0 && !short; left--) {
      live[number(4)]; text(number(2)); number(4); text(number(2))
    }
    number(4)
    for (left = number(4); left > 0 && !short; left--) {
      number(2); topic = text(number(2)); byte()
      for (parts = number(4); parts > 0 && !short; parts--) partition()
    }
    if (!(id in live)) result("is not registered, or fenced", 1)
    if (behind) result("is not in sync in " behind " of its " held " partitions, one is " example, 1)
    result("in sync in " held + 0 " partitions", 0)
  }
  function partition(    nth, leader, holds, insync) {
    number(2); nth = number(4); leader = number(4)
    holds = among(number(4)); insync = among(number(4))
    if (!holds) return
    held++
    if (leader in live && !insync) { behind++; example = topic "-" nth }
  }
  function among(count,    found) {
    while (count-- > 0 && !short) if (number(4) == id) found = 1
    return found
  }
'

# Where the leader is: its id, host and port.
CLUSTER_ANSWER='
  BEGIN {
    byte(); number(4); code = number(2); text(varint() - 1); byte(); text(varint() - 1); leader = number(4)
    if (code) result("is refused with error " code, 1)
    for (left = varint() - 1; left > 0 && !short; left--) {
      node = number(4); host = text(varint() - 1); port = number(4); text(varint() - 1); byte()
      if (node == leader) place = leader " " host " " port
    }
    result(place == "" ? "knows no leader" : place, place == "")
  }
'

QUORUM_ANSWER='
  BEGIN {
    byte(); code = number(2); varint(); text(varint() - 1); varint(); number(4)
    code = code ? code : number(2)
    if (code) result("no account of the quorum from " asked ": error " code, 1)
    leader = number(4); number(4); number(8)
    for (left = varint() - 1; left > 0 && !short; left--) {
      node = number(4); number(8); number(8); caught_up[node] = number(8); byte()
    }
    if (!(id in caught_up)) result("is not a voter", 1)
    if (id == leader) result("leads", 0)
    late = caught_up[leader] - caught_up[id]
    if (caught_up[id] < 0) result("has not caught up with " leader " yet", 1)
    if (late > 2000) result("is " late " ms behind " leader, 1)
    result("follows " leader, 0)
  }
'

# Reads so many bytes of connection 3 into the array `bytes`.
take() {
  read -rd '' -a bytes <<<"$(exec od -An -v -tu1 -N "$1" <&3)"
  ((${#bytes[@]} == $1)) || say_no "hung up without an answer"
}

# Reads the length of an answer into `size`.
take_size() { take 4 && size=$((bytes[0] << 24 | bytes[1] << 16 | bytes[2] << 8 | bytes[3])); }

# Sends a request over connection 3 and reads the answer with an awk program.
ask() {
  local request=$1 program=$2 bytes size
  shift 2
  # shellcheck disable=SC2059 # the request is made of escapes
  printf "$request" >&3 || return
  take_size || return
  # Without bash's own word on stderr when both are ended for being late.
  { od -An -v -tu1 -N "$size" <&3 | awk "$@" "$READER$program" 2>&4; } 4>&2 2>/dev/null
}

say_no() { printf %s "$1" && return 1; }

connect() { { exec 3<>"/dev/tcp/$1/$2"; } 2>/dev/null || say_no "nothing listens at $1:$2"; }

# The password is in no argument of a process: printf is bash's own.
login() {
  local password file=${BASH_SOURCE[0]%/*}/health-password length LC_ALL=C
  read -r password 2>/dev/null <"$file" || [[ -n $password ]] || say_no "there is no $file to log in with" || return
  # shellcheck disable=SC2059
  printf "$SASL_HANDSHAKE" >&3
  admitted "$1" || return
  length=$((${#1} + ${#password} + 2))
  # shellcheck disable=SC2059
  printf "$(bytes_of $((length + 20)))$SASL_AUTHENTICATE$(bytes_of "$length")\\0%s\\0%s" "$1" "$password" >&3
  admitted "$1"
}

# A number as printf's escapes for four bytes.
bytes_of() { printf '\\x%02x' $(($1 >> 24 & 255)) $(($1 >> 16 & 255)) $(($1 >> 8 & 255)) $(($1 & 255)); }

# Behind the correlation id both answers have an error code.
admitted() {
  local bytes size code
  take_size && take "$size" || return
  code=$((bytes[4] << 8 | bytes[5]))
  ((code == 0)) || say_no "does not let user $1 in: error $code"
}

broker() { connect 127.0.0.1 "$2" && { [[ -z $3 ]] || login "$3"; } && ask "$METADATA" "$METADATA_ANSWER" -v id="$1"; }

controller() {
  if [[ $2 == /* ]]; then keeps_up "$2"; else describes_itself "$@"; fi
}

describes_itself() {
  local leader
  connect 127.0.0.1 "$2" || return
  # The trap lets this shell collect its children before it ends, for it has none of the outer shell's traps.
  leader=$(trap 'exit 1' TERM && ask "$DESCRIBE_CLUSTER" "$CLUSTER_ANSWER") || say_no "$leader" || return
  read -ra leader <<<"$leader"
  [[ ${leader[0]} == "$1" ]] || connect "${leader[1]}" "${leader[2]}" || return
  ask "$DESCRIBE_QUORUM" "$QUORUM_ANSWER" -v id="$1" -v asked="${leader[0]}"
}

# Looks for as long as it takes the active controller to write four times.
keeps_up() {
  local before now left=10
  before=$(segments "$1") || say_no "has no log of the cluster's metadata yet" || return
  while ((left--)); do
    sleep 0.2
    now=$(segments "$1")
    if [[ $now != "$before" ]]; then printf 'keeps up' && return; fi
  done
  say_no "is part of no quorum: its log of the cluster's metadata stands still"
}

# Sizes of the files of the log.
segments() { exec stat -c %s "$1"/__cluster_metadata-0/*.log 2>/dev/null; }

zookeeper() {
  local line
  connect 127.0.0.1 "$1" || return
  printf srvr >&3
  while read -r line <&3; do
    case $line in
      "Mode: leader" | "Mode: follower" | "Mode: standalone") printf %s "${line#Mode: }" && return ;;
      *"not currently serving"*) say_no "is part of no quorum" || return ;;
    esac
  done
  say_no "hung up without saying its mode"
}

# Says its one line piece by piece: each part begins with its name, and the last one may be a reason.
checks() {
  local part fields self
  # What waits for an answer is ended by the same signal, and collected before this runs.
  trap 'echo "no answer within $limit s"; exit 1' TERM
  read -r self 2>/dev/null <"${SERVES_NODE_ID:-/tmp/config/node-id}" || self='?'
  for part in "${@:-nothing}"; do
    if [[ $part != "${1:-nothing}" ]]; then printf '; '; fi
    IFS=: read -ra fields <<<"${part/:self:/:$self:}"
    printf '%s: ' "${fields[0]}${fields[2]:+ ${fields[1]}}"
    case "${fields[0]} ${#fields[@]}" in
      "broker 3" | "broker 4") broker "${fields[1]}" "${fields[2]}" "${fields[3]:-}" ;;
      "controller 3") controller "${fields[1]}" "${fields[2]}" ;;
      "zookeeper 2") zookeeper "${fields[1]}" ;;
      *) say_no "wanted broker:<id>:<port>, controller:<id>:<port> or zookeeper:<port>" ;;
    esac || { echo && return 1; }
  done
  echo
}

patiently() {
  local said= now=
  # What is being asked when the time is up may be cut off in its reason: the one before it is whole.
  trap 'echo "${said:-${now:-no answer within $limit s}}"; exit 1' TERM
  until now=$(checks "$@"); do said=$now && sleep 0.2; done
  echo "$now"
  { : >"$mark"; } 2>/dev/null || true
}

# With job control every job is a process group, so that all of it can be ended.
set -m
if [[ -e $mark ]]; then checks "$@" & else patiently "$@" & fi
checks=$!
sleep "$limit" &
timer=$!
wait -n -p first "$checks" "$timer"
{
  if [[ $first == "$checks" ]]; then kill "$timer"; else kill -TERM -- "-$checks"; fi
  wait "$checks"
  status=$?
  wait "$timer"
} 2>/dev/null # bash would tell which job was ended
exit "$status"
