#!/bin/bash
# Entry point of a cluster's containers: prepares the data directory once, then becomes the node's JVM.
#
#   start.sh <JVM options…> <main class> <config file>
#
# 1. A KRaft node (the config file has process.roles) formats its storage for cluster $CLUSTER_ID, unless that is done. A
#    ZooKeeper node writes its number $ZOO_MY_ID to dataDir/myid. A broker of a ZooKeeper cluster needs no preparation.
#    Where the file `scram-admin` beside the config file has name=password (it may be empty), that user's SCRAM credential is
#    there before a broker serves: controllers format it in, and broker 1 of a new ZooKeeper cluster puts it into ZooKeeper.
# 2. Data of another cluster or node is never touched: the script says so and exits with 64. So it does where the file
#    `had-data` lies beside the config file and names a directory that has no data now, or that of another disk: a disk that
#    is gone is not a new node, and as an empty one it would outvote or truncate those that have their data. Its lines are
#    cure=<what to do where the data is lost for good>, and <directory>=<its directory.id, or nothing where that is not known>.
# 3. `exec java`: the JVM is process 1 and gets the engine's SIGTERM.
#
# Being killed at any moment does no harm: Kafka's formatter writes meta.properties last and by renaming it into place, so
# storage counts as formatted once all else of it is there, and it writes over what an unfinished run left. A credential in
# ZooKeeper is written anew with the same password as long as the broker's data is new.
#
# Needs bash on Linux, java, mkdir and mv; KAFKA_HOME (/opt/kafka) holds libs/*.jar and perhaps a class archive, kafka.jsa.
set -euo pipefail

refuse() {
  echo "start: $1" >&2
  exit 64
}

if (($# < 2)); then refuse "wanted: start.sh <JVM options…> <main class> <config file>; found $# arguments"; fi
config=${*: -1}
main=${*: -2:1}
if [[ ! -r $config ]]; then refuse "cannot read the config file $config; is the config volume mounted, and for this user?"; fi
kafka=${KAFKA_HOME:-/opt/kafka}

# Value of a key in a properties file, empty when it is not there.
property() {
  local key value
  while IFS='=' read -r key value || [[ -n $key ]]; do
    if [[ $key == "$1" ]]; then echo "$value"; fi
  done <"$2"
}

# That each directory of `had-data` has its data, which the file "$1" in it shows.
require_data() {
  local directory id cure="" found
  [[ -e ${config%/*}/had-data ]] || return 0
  while IFS='=' read -r directory id || [[ -n $directory ]]; do
    if [[ $directory == cure ]]; then cure=$id && continue; fi
    if [[ ! -e $directory/$1 ]]; then
      refuse "this node has had data in $directory, and there is none now; nothing was formatted: put the volume back; \
if its data is lost for good: $cure"
    fi
    found=$(property directory.id "$directory/$1")
    if [[ -n $id && -n $found && $found != "$id" ]]; then
      refuse "wanted directory $id in $directory, found directory $found; nothing was changed: put the volume back; \
if its data is lost for good: $cure"
    fi
  done <"${config%/*}/had-data"
}

# All jars in the order of their bytes: a class archive fits only the class path that it was made with.
class_path() {
  local LC_ALL=C IFS=:
  local jars=("$kafka"/libs/*.jar)
  echo "${jars[*]}"
}

# The archive only saves time: one that does not fit is ignored, and silently. Kafka 4 reads log4j2's form of the log
# configuration, Kafka 3.9 and ZooKeeper log4j 1's; each ignores the other's.
java_options=(
  -Xshare:auto "-XX:SharedArchiveFile=$kafka/kafka.jsa" -Xlog:cds=off -Xlog:cds+dynamic=off
  "-Dlog4j2.configurationFile=${config%/*}/log4j2.properties"
  "-Dlog4j.configuration=file:${config%/*}/log4j.properties"
  -cp "$(class_path)"
)

# Runs one of Kafka's tools: options of the JVM, then its class and arguments behind `--`. Those may hold secrets, so the JVM
# reads them from a pipe, which no list of processes shows, and keeps them out of the file for jps. What it prints, the log
# included, may hold secrets too; what goes wrong it says on stderr.
tool() {
  local options=() word words="" status=0
  while [[ $1 != -- ]]; do options+=("$1") && shift; done
  shift
  for word; do
    word=${word//\\/\\\\}
    words+=\"${word//\"/\\\"}\"$'\n'
  done
  # Process 1 is not ended by a signal that it does not catch, and the engine would wait for nothing.
  trap 'kill $(jobs -p); wait; exit 143' TERM INT
  java -Xmx128m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:-UsePerfData "${options[@]}" "${java_options[@]}" \
    @/dev/stdin <<<"${words%$'\n'}" >/dev/null &
  wait $! || status=$?
  trap - TERM INT
  return "$status"
}

# Name and password of who administers the cluster, into `admin` and `password`; fails where nobody does by password.
read_admin() {
  local file=${config%/*}/scram-admin
  if [[ ! -s $file ]]; then return 1; fi
  IFS='=' read -r admin password <"$file" || [[ -n $password ]] || refuse "$file: wanted name=password"
}

format() {
  local credential=() admin password status=0
  if [[ ,$(property process.roles "$config"), == *,controller,* ]] && read_admin; then
    credential=(--add-scram "SCRAM-SHA-512=[name=$admin,password=$password]")
  fi
  # An id that a broker of a ZooKeeper cluster chose may begin with a dash.
  tool -- kafka.tools.StorageTool format "--cluster-id=$CLUSTER_ID" --config "$config" --ignore-formatted \
    "${credential[@]}" || status=$?
  if ((status)); then
    echo "start: formatting the storage for cluster $CLUSTER_ID failed with exit code $status; the reason stands above" >&2
    exit 1
  fi
}

# A voter that has worked has a log of the quorum. Without it the node would vote as one that knows of nothing.
require_metadata() {
  if [[ -e $1/__cluster_metadata-0 || ,$(property process.roles "$config"), != *,controller,* ]]; then return; fi
  local entry worked="" cure="" mark=${config%/*}/had-data
  if [[ -e $mark ]]; then worked=$(property "$1" "$mark") cure=$(property cure "$mark"); fi
  for entry in "$1"/*-[0-9]*/ "$1"/*-offset-checkpoint; do
    if [[ -e $entry ]]; then worked=yes; fi
  done
  if [[ -n $worked ]]; then
    refuse "wanted the log of the quorum in $1, found data without __cluster_metadata-0; nothing was changed: put the volume back; \
if its data is lost for good: ${cure:-kafka-stacks replace-node STACK ID}"
  fi
}

prepare_kraft() {
  if [[ -z ${CLUSTER_ID:-} ]]; then refuse "CLUSTER_ID is not set; a KRaft node must know the cluster that it belongs to"; fi
  local directories directory found new=
  directories=$(property log.dirs "$config")
  IFS=, read -ra directories <<<"$directories"
  for directory in "${directories[@]}"; do
    if [[ ! -e $directory/meta.properties ]]; then
      new=yes
      continue
    fi
    found=$(property cluster.id "$directory/meta.properties")
    if [[ $found != "$CLUSTER_ID" ]]; then
      refuse "the volume at $directory belongs to cluster ${found:-without an id}, this node to cluster $CLUSTER_ID; \
nothing was changed: mount this node's own volume, or remove that volume if nobody needs its data"
    fi
  done
  if [[ -n $new ]]; then format; else require_metadata "${directories[0]}"; fi
}

# Kafka's tool waits 30 s for ZooKeeper each time. Of the config file it takes the keys about ZooKeeper and TLS.
prepare_broker() {
  local directories admin password attempt option options=()
  directories=$(property log.dirs "$config")
  if [[ $(property broker.id "$config") != 1 || -e ${directories%%,*}/meta.properties ]] || ! read_admin; then return; fi
  for option; do
    if [[ $option == -D* ]]; then options+=("$option"); fi
  done
  for attempt in 1 2 3 4; do
    tool "${options[@]}" -- kafka.admin.ConfigCommand --zookeeper "$(property zookeeper.connect "$config")" \
      --zk-tls-config-file "$config" --alter --entity-type users --entity-name "$admin" \
      --add-config "SCRAM-SHA-512=[password=$password]" && return
  done
  echo "start: the credential of $admin could not be put into ZooKeeper, tried $attempt times; the reason stands above" >&2
  exit 1
}

prepare_zookeeper() {
  if [[ -z ${ZOO_MY_ID:-} ]]; then refuse "ZOO_MY_ID is not set; a ZooKeeper node must know its number in the ensemble"; fi
  local file found
  file=$(property dataDir "$config")/myid
  if [[ ! -e $file ]]; then
    mkdir -p "${file%/*}"
    echo "$ZOO_MY_ID" >"$file.new"
    mv "$file.new" "$file"
  fi
  read -r found <"$file" || true
  if [[ $found != "$ZOO_MY_ID" ]]; then
    refuse "the volume at ${file%/myid} belongs to ZooKeeper node ${found:-without a number}, this is node $ZOO_MY_ID; \
nothing was changed: mount this node's own volume, or remove that volume if nobody needs its data"
  fi
}

if [[ $main == *.QuorumPeerMain ]]; then require_data myid; else require_data meta.properties; fi
if [[ $main == *.QuorumPeerMain ]]; then
  prepare_zookeeper
elif [[ -n $(property process.roles "$config") ]]; then
  prepare_kraft
else
  prepare_broker "$@"
fi
exec java "${java_options[@]}" "$@"
