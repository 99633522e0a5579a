#!/bin/sh
# What a careful person's script does instead of `kafka-stacks up` on an engine: three containers that are brokers and
# voters, from nothing to verified, with the docker command and Kafka's own tools. What does not depend on each other
# runs side by side. Prints `verified`, then removes everything.
#
# In the environment: NAME (of the network; what is made begins with it), LABEL (on all that is made), IMAGE (of the layout
# of apache/kafka), LIMITS (options of docker run for the nodes), JVM_OPTIONS (of the nodes), PORTS (three of the engine's
# machine), TOPICS (options of kafka-topics --create, a line each), RECORDS_TOPIC (one of them).
set -eu
records=300
jobs=

remove() {
  docker ps --all --quiet --filter "label=$LABEL" | xargs -r docker rm --force --volumes >/dev/null 2>&1 || true
}

stop() {
  remove # What they hold is thrown away: they need not put it in order first.
  wait
  remove # What was still being made meanwhile.
  docker network rm "$NAME" >/dev/null 2>&1 || true
  docker volume ls --quiet --filter "label=$LABEL" | xargs -r docker volume rm >/dev/null
}
trap stop EXIT
trap 'exit 130' INT TERM

wait_for_jobs() {
  for pid in $jobs; do wait "$pid"; done
  jobs=
}

nth() { echo "$2" | cut -d' ' -f"$1"; }
voters=
inside=
outside=
for id in 1 2 3; do
  voters="$voters${voters:+,}$id@$NAME-$id:9093"
  inside="$inside${inside:+,}$NAME-$id:9092"
  outside="$outside${outside:+,}127.0.0.1:$(nth $id "$PORTS")"
done

properties() {
  cat <<END
node.id=$1
process.roles=broker,controller
controller.quorum.voters=$voters
controller.listener.names=CONTROLLER
inter.broker.listener.name=INTERNAL
listeners=INTERNAL://0.0.0.0:9092,EXTERNAL://0.0.0.0:9094,CONTROLLER://0.0.0.0:9093
advertised.listeners=INTERNAL://$NAME-$1:9092,EXTERNAL://127.0.0.1:$(nth "$1" "$PORTS")
listener.security.protocol.map=INTERNAL:PLAINTEXT,EXTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs=/var/lib/kafka/data
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
}

logging='rootLogger.level=info
rootLogger.appenderRef.console.ref=console
appender.console.type=Console
appender.console.name=console
appender.console.layout.type=PatternLayout
appender.console.layout.pattern=[%d] %p %m (%c)%n'

# For bash in a container. As the official image does it: nodes and their formatting use its class archive, and tools are
# started with the JVM as it comes.
# shellcheck disable=SC2016 # bash in the container expands it
node='
set -e
libs=$(printf %s: /opt/kafka/libs/*.jar)
kafka="-Xshare:auto -XX:SharedArchiveFile=/opt/kafka/kafka.jsa -Xlog:cds=off -Xlog:cds+dynamic=off -cp ${libs%:}"
echo "$PROPERTIES" >/tmp/server.properties
echo "$LOGGING" >/tmp/log4j2.properties
java -XX:TieredStopAtLevel=1 $kafka kafka.tools.StorageTool format -t "$CLUSTER_ID" -c /tmp/server.properties
exec java $kafka -Dlog4j2.configurationFile=/tmp/log4j2.properties "$@" kafka.Kafka /tmp/server.properties'

docker network create --label "$LABEL" "$NAME" >/dev/null
# Without a minus at its start, which would look like an option.
cluster=K$(head -c 16 /dev/urandom | base64 | tr '+/' '-_' | cut -c2-22)
for id in 1 2 3; do
  # shellcheck disable=SC2086 # options
  docker run --detach --name "$NAME-$id" --hostname "$NAME-$id" --network "$NAME" --label "$LABEL" $LIMITS \
    --publish "127.0.0.1:$(nth $id "$PORTS"):9094" \
    --mount "type=volume,source=$NAME-$id,target=/var/lib/kafka/data,volume-label=$LABEL" \
    --env "CLUSTER_ID=$cluster" --env "PROPERTIES=$(properties $id)" --env "LOGGING=$logging" \
    --entrypoint /bin/bash "$IMAGE" -c "$node" node $JVM_OPTIONS >/dev/null &
  jobs="$jobs $!"
done
wait_for_jobs
for id in 1 2 3; do
  # A broker says so once it is registered and unfenced.
  until docker logs "$NAME-$id" 2>&1 | grep -q 'Kafka Server started'; do
    [ "$(docker inspect --format '{{.State.Running}}' "$NAME-$id")" = true ] || { docker logs "$NAME-$id" && exit 1; } >&2
    sleep 0.1
  done
done

topics() {
  # shellcheck disable=SC2086 # several options
  docker exec "$NAME-$1" java -cp '/opt/kafka/libs/*' org.apache.kafka.tools.TopicCommand --bootstrap-server "$inside" $2
}
id=0
while read -r topic; do
  id=$((id % 3 + 1))
  topics $id "--create $topic" >&2 &
  jobs="$jobs $!"
done <<END
$TOPICS
END
wait_for_jobs
until [ -z "$(topics 1 "--describe --under-replicated-partitions")" ]; do :; done

# Both sides send records of their own, and both read back all of them.
# shellcheck disable=SC2016
use='
kafka() { java -cp "/opt/kafka/libs/*" "$@"; }
seq "$FIRST" "$LAST" | kafka org.apache.kafka.tools.ConsoleProducer --bootstrap-server "$SERVERS" --topic "$TOPIC" \
  --request-required-acks all || exit
[ "$(kafka org.apache.kafka.tools.consumer.ConsoleConsumer --bootstrap-server "$SERVERS" --topic "$TOPIC" \
  --from-beginning --max-messages "$ALL" --timeout-ms 30000 | sort -n)" = "$(seq "$ALL")" ]'
first=1
for network in host "$NAME"; do
  [ "$network" = host ] && servers=$outside || servers=$inside
  docker run --rm --label "$LABEL" --network "$network" --env "SERVERS=$servers" --env "TOPIC=$RECORDS_TOPIC" \
    --env "FIRST=$first" --env "LAST=$((first + records - 1))" --env "ALL=$((2 * records))" \
    --entrypoint /bin/bash "$IMAGE" -c "$use" >&2 &
  jobs="$jobs $!"
  first=$((first + records))
done
wait_for_jobs

echo verified
