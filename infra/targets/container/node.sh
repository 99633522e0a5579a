#!/bin/bash
# Entry point of a cluster's pods: finds out which node this is, fills that into its configuration, and becomes start.sh.
#
#   node.sh <JVM options…> <main class> <config file>
#
# All pods of a pool have the same files, mounted beside this script. They are copied to the config file's folder; in
# *.properties and *.cfg these are filled in:
#
#   @id@        the node's id: $NODE_ID_BASE + $NODE_ID_STRIDE × the pod's ordinal, the number at the end of $POD_NAME
#   @myid@      of a ZooKeeper node: its number in the ensemble, id − 2000
#   @host@      the name under which the node is always found: $POD_NAME.$POD_DOMAIN
#   @external@  host:port for clients outside the cluster: the text of the file <id> in the folder `external` beside
#               this script's; where that is only :port, it is a port of the machine that the pod runs on, $HOST_IP.
#               Without such a file nobody outside is let in, and it is @host@:9094
#
# Any other @word@ there is refused: it would be a node's address that nobody has. Other files are copied as they are,
# because a secret may look like anything. Scripts stay where they are. The id goes to the file `node-id`, for serves.sh.
#
# Nothing is refused for being there already: /tmp outlives the container when only that is started again. The mark of
# serves.sh does not: the node has to show anew that it serves. What is wrong is said, with exit code 64.
#
# Needs bash, mkdir and rm.
set -euo pipefail

refuse() {
  echo "node: $1" >&2
  exit 64
}

shared=${BASH_SOURCE[0]%/*}
config=${*: -1}
if [[ $config != /*/* ]]; then refuse "wanted: node.sh <JVM options…> <main class> <config file>; found the config file '$config'"; fi
main=${*: -2:1}

for name in POD_NAME POD_DOMAIN NODE_ID_BASE NODE_ID_STRIDE; do
  if [[ -z ${!name:-} ]]; then refuse "$name is not set; a node finds out by it who it is"; fi
done
if [[ ! $POD_NAME =~ -(0|[1-9][0-9]*)$ ]]; then refuse "POD_NAME: wanted a pod of a StatefulSet, …-<ordinal>; found $POD_NAME"; fi
ordinal=${BASH_REMATCH[1]}
for name in NODE_ID_BASE NODE_ID_STRIDE; do
  if [[ ! ${!name} =~ ^(0|[1-9][0-9]*)$ ]]; then refuse "$name: wanted a number, found ${!name}"; fi
done

id=$((NODE_ID_BASE + NODE_ID_STRIDE * ordinal))
host=$POD_NAME.$POD_DOMAIN

external=$host:9094
file=${shared%/*}/external/$id
if [[ -e $file ]]; then
  read -r external <"$file" || true
  if [[ $external == :* ]]; then
    if [[ -z ${HOST_IP:-} ]]; then refuse "HOST_IP is not set; clients outside are to reach node $id at its machine's port ${external#:}"; fi
    # An address with colons stands in brackets.
    if [[ $HOST_IP == *:* ]]; then external=[$HOST_IP]$external; else external=$HOST_IP$external; fi
  fi
  if [[ ! $external =~ ^([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]):[0-9]+$ ]]; then
    refuse "$file: wanted host:port or :port, found '$external'; [host]:port for an address with colons"
  fi
fi

fill() {
  local text name=${1##*/}
  IFS= read -r -d '' text <"$1" || true
  if [[ $name == *.properties || $name == *.cfg ]]; then
    text=${text//@id@/$id}
    text=${text//@host@/$host}
    text=${text//@external@/$external}
    if [[ -n $myid ]]; then text=${text//@myid@/$myid}; fi
    if [[ $text =~ @[a-z]+@ ]]; then refuse "$name: nobody knows what ${BASH_REMATCH[0]} is for node $id"; fi
  fi
  printf %s "$text" >"${config%/*}/$name"
}

myid=
if [[ $main == *.QuorumPeerMain ]]; then
  myid=$((id - 2000))
  if ((myid < 1)); then refuse "a ZooKeeper node's id is above 2000, found $id"; fi
  export ZOO_MY_ID=$myid
fi
rm -f "${SERVES_MARK:-/tmp/served}"
# Some of the files hold secrets.
if [[ ! -d ${config%/*} ]]; then mkdir -m 700 "${config%/*}"; fi
for file in "$shared"/*; do
  if [[ -f $file && $file != *.sh ]]; then fill "$file"; fi
done
echo "$id" >"${config%/*}/node-id"
exec "$BASH" "$shared/start.sh" "$@"
