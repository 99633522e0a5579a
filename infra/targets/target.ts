import type * as pulumi from "@pulumi/pulumi";
import type { InsideRequest, InsideRun } from "../../scripts/kafka/probe/inside.ts";
import type { NodeRuntimeState } from "../../scripts/kafka/state.ts";
import type { ZooKeeperRole } from "../../scripts/kafka/zookeeper.ts";
import type { LastingFault } from "../../scripts/ops/chaos/faults.ts";
import type { AccessOutputs, ClusterOutputs } from "../outputs.ts";
import type { LiveMigration } from "../plan/migration.ts";
import type { ClusterPlan, TargetName } from "../plan/types.ts";
import type { Emptied } from "./emptying.ts";
import type { GivenSecrets } from "./seal.ts";

/** Where a cluster can live. A target turns a plan into resources and decides nothing that the plan could. */
export interface Target {
  /**
   * Creates the cluster's resources below one component; called once, inside a Pulumi program.
   *
   * @param given passwords that are not made, by the name of their secret.
   * @throws UserError when the place is not there or has no room, before anything is created.
   */
  deploy(plan: ClusterPlan, given: GivenSecrets, run?: Run): Promise<Deployment>;
  /**
   * Instead of `deploy` in a program that runs for `destroy`: registers the hooks that resources in the state name, and no
   * resource. Absent where they name none.
   */
  registerHooks?(plan: ClusterPlan, signal?: AbortSignal): Promise<void>;
}

/** What belongs to one run of a program. */
export interface Run {
  /** Aborts on Ctrl-C; what waits in the program then gives up. */
  readonly signal?: AbortSignal | undefined;
  /** Hears what was deleted of the node that the plan replaces. */
  readonly emptied?: Emptied | undefined;
}

export interface Deployment {
  readonly cluster: pulumi.Output<ClusterOutputs>;
  /** Secret: how to log in. */
  readonly access: pulumi.Output<AccessOutputs>;
}

/** What can be done with a target's clusters beside deploying them; none of it needs Pulumi. */
export interface Operations {
  /**
   * @returns what could not be judged or may surprise, a line each.
   * @throws UserError with everything that keeps the plan from running there; `deploy` asks the same.
   */
  preflight?(plan: ClusterPlan): Promise<readonly string[]>;
  /**
   * Deletes the data of a cluster that is down, by its name. @returns what was deleted, a line each.
   * @throws UserError while any node of it runs.
   */
  deleteData(plan: ClusterPlan): Promise<readonly string[]>;
  /**
   * What of the cluster is still there, running or in the way of {@link deleteData}, whatever Pulumi's state knows: a name
   * for each, for people. `down` asks it at its end.
   */
  running?(plan: ClusterPlan): Promise<readonly string[]>;
  /**
   * Stops in order what {@link running} names and removes what is in the way; data stay. Absent: `down` then fails and names
   * it.
   */
  stopRunning?(plan: ClusterPlan, signal: AbortSignal): Promise<void>;
  /**
   * Removes what a killed deployment made and had not noted yet, so that the next one does not stumble over it; never data.
   *
   * @param known ids that the state has. @returns what was removed, a line each.
   */
  removeOrphans?(plan: ClusterPlan, known: ReadonlySet<string>): Promise<readonly string[]>;
  /**
   * The cluster as objects to be applied by another tool, in that order; absent where there is no such tool.
   *
   * @param clusterId with which it was written before. @throws UserError when something is only known once it is deployed.
   */
  write?(plan: ClusterPlan, clusterId: string | undefined): Promise<readonly Written[]>;
  /**
   * For as long as this process lives, whatever here talks to Kafka reaches the addresses of the outputs, which lead
   * nowhere by themselves; absent, or without effect, where they do. It keeps no process alive.
   *
   * @param tell hears of a node that cannot be reached.
   */
  reach?(plan: ClusterPlan, outputs: ClusterOutputs, tell: Tell): Promise<void>;
  /**
   * Opens the very addresses of the outputs on this machine, for clients of any kind; undefined where they lead to the
   * cluster by themselves. @throws UserError when another process has one of the ports.
   */
  tunnel?(plan: ClusterPlan, outputs: ClusterOutputs, tell: Tell): Promise<Closable | undefined>;
  /** What the target itself tells of every node; absent where it knows no more than the nodes say when asked. */
  nodeStates?(plan: ClusterPlan): Promise<readonly NodeRuntimeState[]>;
  /** Of one node, null where it serves nobody. Absent where the node says so at its address in the outputs. */
  zookeeperRole?(plan: ClusterPlan, nodeId: number): Promise<ZooKeeperRole | null>;
  /** How far a cluster is on its way from ZooKeeper to KRaft; a text when it does not tell. Absent where no way leads there. */
  migration?(plan: ClusterPlan): Promise<LiveMigration | string>;
  /** Breaks nodes of a running cluster on purpose, for `chaos`; absent where that cannot be done. */
  faults?(plan: ClusterPlan): NodeFaults;
  /**
   * Runs a bash script with the cluster's own image where clients inside its network are, leaving nothing behind; absent
   * where inside is no other place than outside.
   */
  runInside?(plan: ClusterPlan, request: InsideRequest, signal: AbortSignal): Promise<InsideRun>;
}

/** What can be done to one node, by its id. */
export interface NodeFaults {
  /**
   * Ends it at once, without a chance to leave in order, and resolves when it is gone. It is down until `up`, or until
   * whoever looks after it starts it again.
   */
  kill(nodeId: number): Promise<void>;
  /** What lasts until it is ended; absent where it cannot be done. */
  readonly lasting: Readonly<Partial<Record<LastingFault, LastingNodeFault>>>;
}

export interface LastingNodeFault {
  /** Why it cannot be done to this node, as things are now; undefined where it can. It can to all where this is absent. */
  unfit?(nodeId: number): Promise<string | undefined>;
  /** It ends by itself after `limitMs`, even if this process is gone by then. */
  begin(nodeId: number, limitMs: number): Promise<void>;
  /** Without effect on a node that does not suffer from it. */
  end(nodeId: number): Promise<void>;
}

type Tell = (line: string) => void;

export interface Closable {
  close(): void;
}

/** One object that a cluster is made of, as another tool than Pulumi applies it. */
export interface Written {
  readonly object: { readonly kind: string; readonly metadata: { readonly name: string } };
  /** It holds secrets. */
  readonly secret: boolean;
}

/** One line per target, loaded when used: a provider SDK costs a second to import. */
export const targets: Readonly<Record<TargetName, () => Promise<Target>>> = {
  local: async () => (await import("./local/target.ts")).localTarget,
  docker: async () => (await import("./docker/target.ts")).dockerTarget,
  kubernetes: async () => (await import("./kubernetes/target.ts")).kubernetesTarget,
};

export const operations: Readonly<Record<TargetName, () => Promise<Operations>>> = {
  local: async () => (await import("./local/data.ts")).localOperations,
  docker: async () => (await import("./docker/operations.ts")).dockerOperations,
  kubernetes: async () => (await import("./kubernetes/operations.ts")).kubernetesOperations,
};
