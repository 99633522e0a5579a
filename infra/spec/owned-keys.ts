/**
 * Broker keys that a stack file may not set, and the key of the stack that decides them. Set twice they would disagree:
 * a listener nobody binds, a node under a name the plan does not know.
 */
const OWNED: Readonly<Record<string, string>> = {
  "advertised.listeners": "set local.ports or docker.ports, or leave it to the target",
  "broker.id": "leave it out: node ids follow from brokers.count",
  "broker.id.generation.enable": "leave it out: node ids follow from brokers.count",
  "broker.rack": "set brokers.racks",
  "control.plane.listener.name": "leave it out: listeners are the plan's",
  "controller.listener.names": "leave it out: listeners are the plan's",
  "controller.quorum.auto.join.enable": "set controllers.count",
  "controller.quorum.bootstrap.servers": "set controllers.count",
  "controller.quorum.voters": "set controllers.count",
  "early.start.listeners": "leave it out: listeners are the plan's",
  "inter.broker.listener.name": "leave it out: listeners are the plan's",
  "listener.security.protocol.map": "set security.profile",
  listeners: "set local.ports or docker.ports, or leave it to the target",
  "log.dir": "leave it out: the target decides where data lies",
  "log.dirs": "leave it out: the target decides where data lies",
  "metadata.max.idle.interval.ms": "leave it out: health checks go by Kafka's own",
  "metadata.log.dir": "leave it out: the target decides where data lies",
  "node.id": "leave it out: node ids follow from brokers.count",
  "process.roles": "set controllers.placement",
  "security.inter.broker.protocol": "set security.profile",
  "zookeeper.connect": "set zookeeper.count",
  "zookeeper.metadata.migration.enable": "set kafka.migration",
  "zookeeper.set.acl": "set security.profile",
};

/** What to do instead of setting a broker key that the plan owns; undefined for keys that are free. */
export function ownedKey(name: string): string | undefined {
  if (Object.hasOwn(OWNED, name)) return OWNED[name];
  if (
    /^(ssl|sasl|listener\.name|zookeeper\.ssl|authorizer|super)\.|^principal\.builder|^zookeeper\.clientCnxnSocket$|^allow\.everyone/.test(
      name,
    )
  )
    return "set security.profile";
  return undefined;
}
