import { type LiveMigration, METADATA_PHASES, type MetadataPhase, nextPhase } from "../../../infra/plan/migration.ts";

/** How far a cluster is on its way, by all who know. */
export interface MigrationState {
  /** What the stack file says. */
  readonly file: MetadataPhase;
  /** What the last `up` that came to its end has made. */
  readonly deployed: MetadataPhase;
  /** Text: why nobody tells. */
  readonly live: LiveMigration | string;
}

export type MigrationAction =
  /** An `up` was begun and did not come to its end, or somebody else wrote the file: it comes first. */
  | { readonly action: "finish"; readonly phase: MetadataPhase }
  /** The controllers copy what ZooKeeper holds. */
  | { readonly action: "wait"; readonly reason: string }
  | { readonly action: "step"; readonly phase: MetadataPhase }
  | { readonly action: "done" }
  | { readonly action: "refuse"; readonly reason: string; readonly next: string };

/** What brings a cluster nearer to the goal. Pure. A run that was cut off finds here what it would have done next. */
export function nextAction({ file, deployed, live }: MigrationState, goal: MetadataPhase): MigrationAction {
  if (file !== deployed) return { action: "finish", phase: file };
  const isBack = METADATA_PHASES.indexOf(goal) < METADATA_PHASES.indexOf(deployed);
  if (deployed === "dualWrite" && !isBack && (typeof live === "string" || !live.copied))
    return { action: "wait", reason: typeof live === "string" ? live : "the controllers copy ZooKeeper's metadata" };
  if (deployed === goal) return { action: "done" };
  const phase = nextPhase(deployed, goal);
  if (phase) return { action: "step", phase };
  return {
    action: "refuse",
    reason: `wanted to go from ${deployed} to ${goal}, found no way: a cluster in mode kraft has no ZooKeeper to go back to`,
    next: "make a stack of another name",
  };
}
