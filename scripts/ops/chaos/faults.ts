import type { ClusterPlan, Role, TargetName } from "../../../infra/plan/types.ts";

/** What is done to a node: `kill` ends it at once and `up` brings it back, `pause` freezes it for a while. */
export type FaultAction = "kill" | "pause";

/** Any broker; the node that is the active controller (with ZooKeeper a broker); the leader of the ZooKeeper ensemble. */
export type FaultVictim = "broker" | "controller" | "zookeeper-leader";

export interface Fault {
  readonly name: string;
  readonly what: string;
  readonly action: FaultAction;
  readonly victim: FaultVictim;
  /** Why it makes no sense there; absent where it does. */
  readonly senseless: Readonly<Partial<Record<TargetName, string>>>;
}

const NO_PAUSE = {
  kubernetes: "Kubernetes has no pause, and the first process of a container ignores a stop from inside it",
} as const;

/** One row for each fault. */
export const FAULTS: readonly Fault[] = [
  { name: "kill-broker", what: "SIGKILL of a broker", action: "kill", victim: "broker", senseless: {} },
  {
    name: "kill-controller",
    what: "SIGKILL of the active controller",
    action: "kill",
    victim: "controller",
    senseless: {},
  },
  {
    name: "kill-zookeeper-leader",
    what: "SIGKILL of the ZooKeeper leader",
    action: "kill",
    victim: "zookeeper-leader",
    senseless: {},
  },
  { name: "pause-broker", what: "SIGSTOP of a broker", action: "pause", victim: "broker", senseless: NO_PAUSE },
  {
    name: "pause-controller",
    what: "SIGSTOP of the active controller",
    action: "pause",
    victim: "controller",
    senseless: NO_PAUSE,
  },
  {
    name: "pause-zookeeper-leader",
    what: "SIGSTOP of the ZooKeeper leader",
    action: "pause",
    victim: "zookeeper-leader",
    senseless: NO_PAUSE,
  },
];

/** Why a fault makes no sense for this cluster; null when it does. */
export function senseless(fault: Fault, { target, nodes }: Pick<ClusterPlan, "target" | "nodes">): string | null {
  const has = (role: Role) => nodes.some(({ roles }) => roles.includes(role));
  if (fault.victim === "zookeeper-leader" && !has("zookeeper")) return "the cluster has no ZooKeeper";
  return fault.senseless[target] ?? null;
}
