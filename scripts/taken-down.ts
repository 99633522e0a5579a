import { mkdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { stateHome } from "../infra/paths.ts";
import type { ClusterPlan } from "../infra/plan/types.ts";
import { writeWhole } from "../toolchain/write-whole.ts";

/**
 * Remembers what a stack was while it is down: Pulumi has forgotten its outputs, its data is kept, and its file may be deleted
 * meanwhile. Without this nothing could say where that data lies.
 */
const fileOf = (stack: string): string => path.join(stateHome(), "down", `${stack}.json`);

export function rememberDown(plan: ClusterPlan): void {
  const file = fileOf(plan.name);
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  writeWhole(file, JSON.stringify(plan), 0o600);
}

export function forgetDown(stack: string): void {
  rmSync(fileOf(stack), { force: true });
}

/** Undefined where none is noted, or what is noted cannot be read: the caller then asks for the stack file. */
export function readDown(stack: string): ClusterPlan | undefined {
  try {
    const plan = JSON.parse(readFileSync(fileOf(stack), "utf8")) as ClusterPlan;
    return plan.schemaVersion === 1 && plan.name === stack ? plan : undefined;
  } catch {
    return undefined;
  }
}
