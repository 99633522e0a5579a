#!/bin/bash
# Entry point of a cluster's containers: prepares the data directory once, then becomes the node's JVM.
#
#   start.sh <JVM options…> <main class> <config file>
#
# 1. A KRaft node (the config file has process.roles) formats its storage for cluster $CLUSTER_ID, unless that is done. A
#    ZooKeeper node writes its number $ZOO_MY_ID to dataDir/myid. A broker of a ZooKeeper cluster needs nothing.
# 2. Data of another cluster or node is never touched: the script says so and exits with 64.
# 3. `exec java`: the JVM is process 1 and gets the engine's SIGTERM.
#
# Being killed at any moment does no harm: Kafka's formatter writes meta.properties last and by renaming it into place, so
# storage counts as formatted once all else of it is there, and it writes over what an unfinished run left.
#
# Needs bash, java, mkdir and mv; KAFKA_HOME (/opt/kafka) holds libs/*.jar and perhaps a class archive, kafka.jsa.
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

# What the formatter prints, the log included, may hold secrets; what goes wrong it says on stderr.
format() {
  # Process 1 is not ended by a signal that it does not catch, and the engine would wait for nothing.
  trap 'kill $(jobs -p); wait; exit 143' TERM INT
  java -Xmx128m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC "${java_options[@]}" kafka.tools.StorageTool format \
    --cluster-id "$CLUSTER_ID" --config "$config" --ignore-formatted >/dev/null &
  wait $! || {
    echo "start: formatting the storage for cluster $CLUSTER_ID failed with exit code $?; the reason stands above" >&2
    exit 1
  }
  trap - TERM INT
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
  if [[ -n $new ]]; then format; fi
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

if [[ $main == *.QuorumPeerMain ]]; then
  prepare_zookeeper
elif [[ -n $(property process.roles "$config") ]]; then
  prepare_kraft
fi
exec java "${java_options[@]}" "$@"
