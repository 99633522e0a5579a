import type { ClusterPlan } from "../../../infra/plan/types.ts";
import {
  compareVersions,
  type KafkaVersionName,
  type Levels,
  type Raise,
  raises,
  versionsFrom,
} from "../../../infra/plan/versions.ts";
import type { UpgradeState } from "./state.ts";

/** What may come next. `go-on`: nodes, deployment and stack file are not at one version yet. */
export interface NextStep {
  readonly action: "go-on" | "upgrade" | "downgrade" | "finalize";
  readonly to: string;
}

export interface UpgradeReport {
  readonly schemaVersion: 1;
  readonly stack: string;
  readonly mode: ClusterPlan["mode"];
  readonly versions: {
    readonly file: string;
    readonly deployed: string;
    readonly brokers: readonly {
      readonly id: number;
      readonly version: string | null;
      readonly fault: string | null;
    }[];
  };
  /** Levels that the features are finalized at; null when no broker answers. */
  readonly finalized: Levels | null;
  /** What `--finalize` would raise. */
  readonly raises: readonly Raise[];
  readonly next: readonly NextStep[];
}

export interface UpgradeFacts {
  readonly stack: string;
  readonly mode: ClusterPlan["mode"];
  readonly file: KafkaVersionName;
  readonly deployed: string;
  readonly state: UpgradeState;
}

/** Where a cluster stands between versions. Pure. */
export function upgradeReport({ stack, mode, file, deployed, state }: UpgradeFacts): UpgradeReport {
  const { brokers, finalized } = state;
  const settled = isSettled(file, deployed, mode, state);
  const toRaise = settled && finalized !== null && mode === "kraft" ? raises(file, finalized) : [];
  const ways = settled ? versionsFrom(file, mode, finalized ?? {}) : [];
  return {
    schemaVersion: 1,
    stack,
    mode,
    versions: { file, deployed, brokers: brokers.map(({ id, version, fault }) => ({ id, version, fault })) },
    finalized,
    raises: toRaise,
    next: [
      ...(settled ? [] : [{ action: "go-on" as const, to: file }]),
      ...(toRaise.length > 0 ? [{ action: "finalize" as const, to: file }] : []),
      ...ways.map((to): NextStep => {
        const isNewer = compareVersions(to, file) > 0;
        return { action: isNewer ? "upgrade" : "downgrade", to };
      }),
    ],
  };
}

/** In ZooKeeper mode brokers do not tell levels, so only the deployment can be compared. */
function isSettled(file: string, deployed: string, mode: ClusterPlan["mode"], { brokers }: UpgradeState): boolean {
  return (
    file === deployed && brokers.every(({ version, fault }) => fault === null && (mode !== "kraft" || version === file))
  );
}

/** A line for each thing that may come next, with the command. */
export function nextInWords({ stack, next, raises }: UpgradeReport): string[] {
  const words: Readonly<Record<NextStep["action"], (to: string) => string>> = {
    "go-on": (to) => `not all is at ${to} yet; go on: kafka-stacks upgrade ${stack} --to ${to}`,
    upgrade: (to) => `to Kafka ${to}: kafka-stacks upgrade ${stack} --to ${to}`,
    downgrade: (to) =>
      `back to Kafka ${to}, as long as its features are not raised: kafka-stacks upgrade ${stack} --to ${to}`,
    finalize: (to) =>
      `raise ${raises.length} ${raises.length === 1 ? "feature" : "features"} to Kafka ${to}, after which there is no way back: kafka-stacks upgrade ${stack} --finalize`,
  };
  return next.map(({ action, to }) => words[action](to));
}
