import { Deadline, monotonic, orAborted } from "../../base/time.ts";
import type { ClusterOutputs } from "../../infra/outputs.ts";
import type { ClusterPlan } from "../../infra/plan/types.ts";
import { runChecks } from "../ops/health/checks.ts";
import { type HealthReport, healthReport } from "../ops/health/report.ts";
import { ready } from "./gaps.ts";
import { readHealthState } from "./health-state.ts";
import type { NodeRuntimeState } from "./state.ts";

const ANSWER_TIMEOUT_MS = 4_000;

/** Asks the target what it knows of each node. */
export type ReadRuntime = () => Promise<readonly NodeRuntimeState[]>;

export interface HealthOptions {
  /** For one answer of a node. */
  readonly timeoutMs?: number;
  readonly runtime?: ReadRuntime | undefined;
}

/** Every check of the cluster, once. Never hangs: a node that does not answer in time is reported as such. */
export async function checkHealth(
  plan: ClusterPlan,
  outputs: ClusterOutputs,
  options: HealthOptions = {},
): Promise<HealthReport> {
  const started = monotonic.now();
  await ready();
  const [state, runtime] = await Promise.all([
    readHealthState(plan, outputs, options.timeoutMs ?? ANSWER_TIMEOUT_MS),
    options.runtime?.().catch((error: Error) => error.message) ?? null,
  ]);
  const checks = runChecks({ ...state, runtime }, plan, outputs);
  return healthReport(outputs.stack, checks, Math.round(monotonic.now() - started));
}

/** Checks until nothing fails, or until the deadline; returns the last report either way. */
export async function waitHealthy(
  plan: ClusterPlan,
  outputs: ClusterOutputs,
  options: HealthOptions & {
    readonly deadlineMs: number;
    readonly signal?: AbortSignal | undefined;
    readonly onProgress?: (report: HealthReport) => void;
  },
): Promise<HealthReport> {
  const { deadlineMs, signal, onProgress } = options;
  const deadline = new Deadline(deadlineMs);
  for (;;) {
    const report = await orAborted(checkHealth(plan, outputs, options), signal);
    onProgress?.(report);
    if (report.healthy || deadline.isOver) return report;
    await monotonic.sleep(250, signal);
  }
}
