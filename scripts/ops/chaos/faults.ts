import type { ClusterPlan, Role, TargetName } from "../../../infra/plan/types.ts";

/**
 * What a node suffers for a while: frozen, without a network, without room on its disk, with a slow disk, an hour ahead of
 * the others or behind them, or at a time at which certificates have expired.
 */
export type LastingFault = "pause" | "cut" | "fill" | "slow" | "clock-ahead" | "clock-behind" | "expire";

/** What happens to the whole cluster: every node restarted in turn, that cut short and taken up again, or asked for twice. */
export type Change = "roll" | "up-killed" | "two-ups";

/** `kill` ends a node at once, and `up` brings it back. */
export type FaultAction = "kill" | LastingFault | Change;

/** Any broker; the node that is the active controller (with ZooKeeper a broker); the leader of the ZooKeeper ensemble. */
export type FaultVictim = "broker" | "controller" | "zookeeper-leader" | "cluster";

export interface Fault {
  readonly name: string;
  readonly what: string;
  readonly action: FaultAction;
  readonly victim: FaultVictim;
  /** Why it makes no sense there; absent where it does. */
  readonly senseless: Readonly<Partial<Record<TargetName, string>>>;
  /** Only where it is asked for by name: it wants something prepared. */
  readonly byName?: true;
}

const NO_PAUSE = {
  kubernetes: "Kubernetes has no pause, and the first process of a container ignores a stop from inside it",
} as const;

const NO_CUT = {
  kubernetes: "it takes a network plugin that enforces NetworkPolicies, and Kubernetes does not tell whether one does",
} as const;

const NO_FILL = {
  docker: "volumes lie on the engine's own disk, which is not ours to fill",
  kubernetes: "many classes do not enforce the size of a volume: what is filled may be the machine's disk",
} as const;

const NO_SLOW = {
  docker: "volumes lie on the engine's own disk, whose speed is not ours to set",
  kubernetes: "the speed of a volume is a matter of its class",
} as const;

const SHARED_CLOCK =
  "containers have the clock of their machine, and Kafka's image brings nothing that shows them another";
const NO_CLOCK = { docker: SHARED_CLOCK, kubernetes: SHARED_CLOCK } as const;

const WHO = {
  broker: "a broker",
  controller: "the active controller",
  "zookeeper-leader": "the ZooKeeper leader",
} as const;

type NodeVictim = keyof typeof WHO;
const VICTIMS = Object.keys(WHO) as NodeVictim[];

/** One row for each fault. */
export const FAULTS: readonly Fault[] = [
  ...VICTIMS.map((victim) => onNode("kill", victim, "SIGKILL of", {})),
  ...VICTIMS.map((victim) => onNode("pause", victim, "SIGSTOP of", NO_PAUSE)),
  ...VICTIMS.map((victim) => onNode("cut", victim, "no network for", NO_CUT)),
  { ...onNode("fill", "broker", "no room on the disk of", NO_FILL), byName: true },
  { ...onNode("slow", "broker", "a slow disk of", NO_SLOW), byName: true },
  { ...onNode("clock-ahead", "broker", "an hour later by the clock of", NO_CLOCK), byName: true },
  { ...onNode("clock-behind", "broker", "an hour earlier by the clock of", NO_CLOCK), byName: true },
  { ...onNode("expire", "broker", "certificates that have expired by the clock of", NO_CLOCK), byName: true },
  onCluster("roll", "every node restarted in turn"),
  onCluster("up-killed", "SIGKILL of a roll in the middle, then `up`"),
  onCluster("two-ups", "two deployments at once"),
];

/** Whether it lasts until it is ended. */
export function isLasting(action: FaultAction): action is LastingFault {
  return action !== "kill" && !isChange(action);
}

/** Whether it restarts nodes through the gate, so that clients should not notice. */
export function isChange(action: FaultAction): action is Change {
  return action === "roll" || action === "up-killed" || action === "two-ups";
}

/** Why a fault makes no sense for this cluster; null when it does. */
export function senseless(fault: Fault, { target, nodes }: Pick<ClusterPlan, "target" | "nodes">): string | null {
  const has = (role: Role) => nodes.some(({ roles }) => roles.includes(role));
  if (fault.victim === "zookeeper-leader" && !has("zookeeper")) return "the cluster has no ZooKeeper";
  return fault.senseless[target] ?? null;
}

function onNode(action: "kill" | LastingFault, victim: NodeVictim, what: string, senseless: Fault["senseless"]): Fault {
  return { name: `${action}-${victim}`, what: `${what} ${WHO[victim]}`, action, victim, senseless };
}

function onCluster(action: Change, what: string): Fault {
  return { name: action, what, action, victim: "cluster", senseless: {} };
}
