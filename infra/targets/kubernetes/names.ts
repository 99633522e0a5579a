/**
 * What a cluster's objects are called. Every name begins with the stack's, so that stacks may share a namespace; every
 * object carries labels, so it is known again whatever became of the state. A StatefulSet's name has at most 52 characters,
 * because pods get it with a hash behind it as a label; a stack's has at most 40.
 */
export const names = Object.freeze({
  serviceAccount: (stack: string) => stack,
  /** Headless: gives every pod its own name. */
  nodes: (stack: string) => `${stack}-nodes`,
  bootstrap: (stack: string) => `${stack}-bootstrap`,
  external: (stack: string, nodeId: number) => `${stack}-external-${nodeId}`,
  /** What brokers tell clients outside. */
  externalMap: (stack: string) => `${stack}-external`,
  /** Of a pool, and of what belongs to all pools of a group (disruption budget, network policy). */
  group: (stack: string, group: string) => `${stack}-${group}`,
  /** A PersistentVolumeClaim as its StatefulSet names it. */
  claim: (pod: string, volume: string) => `${volume}-${pod}`,
});

const OWN = "kafka-stacks";

/** Keys of labels and annotations of our own. */
export const KEY = Object.freeze({
  stack: `${OWN}/stack`,
  pool: `${OWN}/pool`,
  /** `brokers`, `controllers` or `zookeeper`: what may lose one pod at a time. */
  group: `${OWN}/group`,
  /** `true` on guests that may connect: the pods of a smoke test. */
  client: `${OWN}/client`,
  /** `true` on the pods of the cluster itself. */
  node: `${OWN}/node`,
  /** Annotations. */
  clusterId: `${OWN}/cluster-id`,
  mode: `${OWN}/mode`,
  /** Of a claim: its node's roles, and base and stride of the ids in its pool, apart by spaces. */
  roles: `${OWN}/roles`,
  nodeIds: `${OWN}/node-ids`,
  /** `true` on a claim that stands in for one that is gone: its node must not start empty. */
  withheld: `${OWN}/withheld`,
  /** Of a pod: when and why all nodes were told to restart. */
  roll: `${OWN}/roll`,
});

export type Labels = Readonly<Record<string, string>>;

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels */
export const stackLabels = (stack: string): Labels => ({
  "app.kubernetes.io/name": "kafka",
  "app.kubernetes.io/instance": stack,
  "app.kubernetes.io/part-of": stack,
  "app.kubernetes.io/managed-by": OWN,
  [KEY.stack]: stack,
});
