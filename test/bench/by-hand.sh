#!/bin/sh
# What a careful person's script does instead of `kafka-stacks up`: three nodes that are brokers and voters, from nothing
# to verified, with Kafka's own tools and the JVM as it comes. What does not depend on each other runs side by side.
# Prints `verified`, then stops the nodes and deletes their files.
#
# by-hand.sh DIRECTORY, which it makes; in the environment: JAVA, LIBS, HEAP_MIB, BROKER_PORTS and CONTROLLER_PORTS (three
# each), TOPICS (options of kafka-topics --create, a line each), RECORDS_TOPIC (one of them).
set -eu
directory=$1
records=300
nodes=
clients=

stop() {
  # What they hold is thrown away: they need not put it in order first.
  for pid in $nodes $clients; do kill -9 "$pid" 2>/dev/null || true; done
  wait
  rm -rf "$directory"
}
trap stop EXIT
trap 'exit 130' INT TERM

kafka() { "$JAVA" -cp "$LIBS/*" "$@"; }

wait_for_clients() {
  for pid in $clients; do wait "$pid"; done
  clients=
}

mkdir "$directory"
cat >"$directory/log4j2.properties" <<END
rootLogger.level=info
rootLogger.appenderRef.console.ref=console
appender.console.type=Console
appender.console.name=console
appender.console.layout.type=PatternLayout
appender.console.layout.pattern=[%d] %p %m (%c)%n
END

nth() { echo "$2" | cut -d' ' -f"$1"; }
voters=
bootstrap=
for id in 1 2 3; do
  voters="$voters${voters:+,}$id@127.0.0.1:$(nth $id "$CONTROLLER_PORTS")"
  bootstrap="$bootstrap${bootstrap:+,}127.0.0.1:$(nth $id "$BROKER_PORTS")"
done
for id in 1 2 3; do
  cat >"$directory/node-$id.properties" <<END
node.id=$id
process.roles=broker,controller
controller.quorum.voters=$voters
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://127.0.0.1:$(nth $id "$BROKER_PORTS"),CONTROLLER://127.0.0.1:$(nth $id "$CONTROLLER_PORTS")
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs=$directory/node-$id
auto.create.topics.enable=false
default.replication.factor=3
group.initial.rebalance.delay.ms=0
min.insync.replicas=2
num.partitions=3
offsets.topic.replication.factor=3
transaction.state.log.replication.factor=3
transaction.state.log.min.isr=2
share.coordinator.state.topic.replication.factor=3
share.coordinator.state.topic.min.isr=2
END
done

cluster=$(kafka kafka.tools.StorageTool random-uuid)
for id in 1 2 3; do
  "$JAVA" -cp "$LIBS/*" kafka.tools.StorageTool format -t "$cluster" -c "$directory/node-$id.properties" >&2 &
  clients="$clients $!"
done
wait_for_clients

for id in 1 2 3; do
  "$JAVA" "-Xms${HEAP_MIB}m" "-Xmx${HEAP_MIB}m" "-Dlog4j2.configurationFile=$directory/log4j2.properties" \
    -cp "$LIBS/*" kafka.Kafka "$directory/node-$id.properties" >"$directory/node-$id.log" 2>&1 &
  nodes="$nodes $!"
done
for id in 1 2 3; do
  # A broker says so once it is registered and unfenced.
  until grep -q 'Kafka Server started' "$directory/node-$id.log"; do
    for pid in $nodes; do kill -0 "$pid"; done
    sleep 0.1
  done
done

while read -r topic; do
  # shellcheck disable=SC2086 # a line holds several options
  "$JAVA" -cp "$LIBS/*" org.apache.kafka.tools.TopicCommand --bootstrap-server "$bootstrap" --create $topic >&2 &
  clients="$clients $!"
done <<END
$TOPICS
END
wait_for_clients

until [ -z "$(kafka org.apache.kafka.tools.TopicCommand --bootstrap-server "$bootstrap" \
  --describe --under-replicated-partitions)" ]; do :; done

seq $records | kafka org.apache.kafka.tools.ConsoleProducer --bootstrap-server "$bootstrap" --topic "$RECORDS_TOPIC" >&2
kafka org.apache.kafka.tools.consumer.ConsoleConsumer --bootstrap-server "$bootstrap" --topic "$RECORDS_TOPIC" \
  --from-beginning --max-messages $records --timeout-ms 30000 >"$directory/consumed"
seq $records >"$directory/sent"
sort -n "$directory/consumed" | cmp - "$directory/sent"

echo verified
