import { isDeepStrictEqual } from "node:util";
import { changedKeys, liveValues } from "./live.ts";
import { type Decisive, leavers, refusals } from "./refusals.ts";
import type { ClusterPlan, NodePlan } from "./types.ts";
import { leavingVoters } from "./voters.ts";

/**
 * dynamic: made while the nodes run; roll: they restart, one after the other; start: they are new; stop: they go; forbidden: `up` refuses it.
 */
export type Effect = "dynamic" | "roll" | "start" | "stop" | "forbidden";

export interface PlanChange {
  readonly effect: Effect;
  /** A configuration key of Kafka, or a part of the plan. */
  readonly what: string;
  /** Of a configuration key, null where it is not set; of anything else absent. */
  readonly from?: string | null;
  readonly to?: string | null;
  readonly nodes: readonly number[];
  /** Why it is forbidden, or when it would be. */
  readonly reason?: string;
}

/**
 * What `up` would do to the nodes of a deployed cluster, and why. Pure. Topics and users are no matter of nodes: `topics plan`
 * and `access plan` tell of them.
 *
 * A node restarts for all that changes of it, or for nothing: a dynamic key beside another change is rolled with it.
 */
export function diffPlans(deployed: ClusterPlan, wanted: ClusterPlan): PlanChange[] {
  const [from, to] = [decisive(deployed), decisive(wanted)];
  const gone = leavers(from, to);
  const leaving = leavingVoters(from, to);
  // Whether a broker still holds anything, and who votes, `up` asks the cluster.
  const voters = wanted.target === "local" ? from.voters : undefined;
  const refused = refusals(from, to, new Map(), undefined, voters).map(
    ({ property, reason }): PlanChange => ({ effect: "forbidden", what: property, nodes: [], reason }),
  );
  const before = new Map(deployed.nodes.map((node) => [node.id, node]));
  const changes = wanted.nodes.flatMap((node) => {
    const was = before.get(node.id);
    return was
      ? nodeChanges(was, node, deployed, wanted)
      : [{ effect: "start" as const, what: "node", nodes: [node.id] }];
  });
  if (gone.length > 0)
    changes.push({ effect: "stop", what: "node", nodes: gone, reason: "refused while it holds a replica" });
  if (leaving.length > 0)
    changes.push({ effect: "stop", what: "node", nodes: leaving, reason: "once it is no voter any more" });
  return [...refused, ...merged(changes)];
}

/** What a cluster resource of any target judges by. */
function decisive({ mode, migration, quorum, kafkaVersion, nodes, security, finalized }: ClusterPlan): Decisive {
  const isVoter = ({ roles }: NodePlan) => roles.includes("controller") || roles.includes("zookeeper");
  return {
    mode,
    ...(migration ? { migration } : {}),
    ...(quorum ? { quorum } : {}),
    kafkaVersion,
    voters: nodes.filter(isVoter).map(({ id }) => id),
    listeners: nodes.flatMap(({ id, listeners }) => listeners.map(({ name }) => `${name}@${id}`)),
    security: security.transition ?? security.profile,
    ...(security.rotation === undefined ? {} : { rotation: security.rotation }),
    ...(finalized === undefined ? {} : { finalized }),
  };
}

function nodeChanges(was: NodePlan, node: NodePlan, deployed: ClusterPlan, wanted: ClusterPlan): PlanChange[] {
  const [from, to] = [was.config.properties, node.config.properties];
  const parts = PARTS.filter((part) => !isDeepStrictEqual(was[part], node[part])).map(String);
  if (deployed.kafkaVersion !== wanted.kafkaVersion) parts.push("kafka.version");
  const nodes = [node.id];
  // Containers and pods are made anew with another file: only processes are changed while they run.
  const isLive = wanted.target === "local" && parts.length === 0 && node.roles.includes("broker");
  const effect: Effect = isLive && liveValues(wanted.kafkaVersion, from, to) ? "dynamic" : "roll";
  return [
    ...parts.map((what) => ({ effect, what, nodes })),
    ...changedKeys(from, to).map((key) => ({
      effect,
      what: key,
      from: from[key] ?? null,
      to: to[key] ?? null,
      nodes,
    })),
  ];
}

/** What a node is started with, beside its properties. */
const PARTS = ["roles", "mainClass", "files", "jvm", "listeners"] as const satisfies readonly (keyof NodePlan)[];

/** The same change of many nodes is one. */
function merged(changes: readonly PlanChange[]): PlanChange[] {
  const alike = Map.groupBy(changes, ({ nodes: _nodes, ...change }) => JSON.stringify(change));
  return [...alike.values()].map((group) => ({ ...group[0]!, nodes: group.flatMap(({ nodes }) => nodes) }));
}
