import type { Identity } from "../../../../scripts/kafka/identity.ts";
import type { Role } from "../../../plan/types.ts";
import type { PoolKind } from "../pools.ts";

export interface RolloutNode {
  readonly id: number;
  readonly pod: string;
  readonly roles: readonly Role[];
}

/** A StatefulSet (updateStrategy OnDelete, podManagementPolicy Parallel) and the nodes that it runs. */
export interface RolloutSet {
  readonly statefulSet: string;
  readonly kind: PoolKind;
  /** In the order of their pods' ordinals, without gaps. */
  readonly nodes: readonly RolloutNode[];
}

/** Inputs of the resource `kafka-kubernetes:index:Rollout`; plain JSON. */
export interface RolloutArgs {
  /** Of the kubeconfig; absent: the current one. */
  readonly context?: string;
  /** The Kubernetes cluster's own id: another current context must not stop what runs elsewhere. */
  readonly kubernetesId: string;
  readonly namespace: string;
  /** The stack. */
  readonly name: string;
  /** Restart order by node id; of nodes with the same roles it also is the order of a tie. */
  readonly order: readonly number[];
  readonly sets: readonly RolloutSet[];
  /**
   * What each broker tells clients outside, by node id: `host:port`, or `:port` at the machine that its pod runs on. It is
   * read at start, so a node whose entry changed restarts; and it is where Kafka is asked.
   */
  readonly external: Readonly<Record<string, string>>;
  /** The pods' port behind the entries of `external`, where these are ports of whoever looks: a tunnel leads to it. */
  readonly tunnelTo?: number;
  /** As whom Kafka is asked; secret. Absent where nobody has to log in. */
  readonly admin?: Identity;
  /** See ClusterPlan; of an earlier release: nothing was asked. It is no state: another value alone changes nothing. */
  readonly allowUnavailable?: boolean;
  /** Version of Kafka in the pods' image; of an earlier release: nobody knows. It is in the template, so alone it changes nothing. */
  readonly kafkaVersion?: string;
  /** A hash of each StatefulSet's pod template, so that another template is a change of this resource. */
  readonly template: Readonly<Record<string, string>>;
  /** Wanted bytes of PersistentVolumeClaims by name; they only grow. */
  readonly claims: Readonly<Record<string, number>>;
  /** What to do when the image cannot be had, beginning with a verb. */
  readonly imageHint: string;
  /**
   * Node whose data this one run deletes, when others have all of them, and the claims that hold them. The mark tells one run
   * from the next; without it in the inputs it changes nothing.
   */
  readonly replaces?: { readonly id: number; readonly claims: readonly string[]; readonly mark: string };
  /** How long nothing at all may change before a wait counts as failed; default 600. */
  readonly patienceSeconds?: number;
}

export interface RolloutState extends RolloutArgs {
  /** Address of the machine that each node's pod runs on, by node id. */
  readonly hosts: Readonly<Record<string, string>>;
  /** The entry of `external` that each node read when it started, by node id. */
  readonly told: Readonly<Record<string, string>>;
}
