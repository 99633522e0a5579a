import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { ClusterOutputs } from "../infra/outputs.ts";
import { stateHome } from "../infra/paths.ts";
import type { ClusterPlan } from "../infra/plan/types.ts";

/**
 * Remembers that a smoke test passed on a deployment of this very plan, so that `up` with nothing to do need not run it again. The mark is
 * taken away before anything may change: an `up` that was cut off is never taken for verified.
 */
const markFile = (stack: string): string => path.join(stateHome(), "verified", stack);

function fingerprint(plan: ClusterPlan, outputs: ClusterOutputs): string {
  return createHash("sha256")
    .update(JSON.stringify([plan, outputs]))
    .digest("hex");
}

/** Takes the mark away and returns it. */
export function takeVerified(stack: string): string | undefined {
  const file = markFile(stack);
  if (!existsSync(file)) return undefined;
  const mark = readFileSync(file, "utf8");
  rmSync(file);
  return mark;
}

export function isVerified(mark: string | undefined, plan: ClusterPlan, outputs: ClusterOutputs): boolean {
  return mark === fingerprint(plan, outputs);
}

export function rememberVerified(plan: ClusterPlan, outputs: ClusterOutputs): void {
  const file = markFile(outputs.stack);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, fingerprint(plan, outputs));
}

export function forgetVerified(stack: string): void {
  rmSync(markFile(stack), { force: true });
}
