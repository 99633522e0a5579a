import type { ClusterOutputs } from "../infra/outputs.ts";
import type { ClusterPlan } from "../infra/plan/types.ts";
import { insideOf, reachCluster, runtimeOf } from "./context.ts";
import type { HealthReport } from "./ops/health/report.ts";
import type { SmokeReport } from "./ops/smoke/report.ts";
import type { TopicsReport } from "./ops/topics/change.ts";
import { isVerified, rememberVerified } from "./verified.ts";

export const STEPS = ["topics", "health", "smoke"] as const;
export type Step = (typeof STEPS)[number];

export interface VerifyOptions {
  readonly skip: readonly Step[];
  /** The mark that an earlier smoke test left, if nothing changed since. */
  readonly verified: string | undefined;
  readonly signal: AbortSignal;
  say(line: string): void;
}

/** What was done and found after a deployment; null where a step was left out. */
export interface Verification {
  readonly topics: TopicsReport | null;
  readonly health: HealthReport | null;
  readonly smoke: SmokeReport | null;
  /** Nothing failed, and whatever was left out had passed before or was skipped on request. */
  readonly ok: boolean;
}

/** How long partitions may take to be in sync again after nodes were started. */
const HEALTH_DEADLINE_MS = 60_000;

/** Brings topics to the plan, waits until the cluster is healthy, and proves a fresh or changed cluster by using it. */
export async function verifyCluster(
  plan: ClusterPlan,
  outputs: ClusterOutputs,
  options: VerifyOptions,
): Promise<Verification> {
  const { skip, signal, say } = options;
  await reachCluster(plan, outputs);
  const topics = skip.includes("topics") ? null : await applyTopics(plan, outputs, say);
  signal.throwIfAborted();
  const health = skip.includes("health") ? null : await waitForHealth(plan, outputs, say);
  signal.throwIfAborted();
  const smoke = skip.includes("smoke") || health?.healthy === false ? null : await smokeTest(plan, outputs, options);
  return { topics, health, smoke, ok: health?.healthy !== false && smoke?.passed !== false };
}

async function applyTopics(
  plan: ClusterPlan,
  outputs: ClusterOutputs,
  say: (line: string) => void,
): Promise<TopicsReport> {
  const [{ planTopics }, { topicsReport }] = await Promise.all([
    import("./kafka/plan-topics.ts"),
    import("./ops/topics/change.ts"),
  ]);
  const changes = await planTopics(plan, outputs);
  const report = topicsReport(outputs.stack, changes);
  if (report.inSync) say(`topics: ${plan.topics.length} as declared`);
  else {
    const { applyTopicChanges } = await import("./kafka/apply-topics.ts");
    await applyTopicChanges(outputs.bootstrapServers, changes, (line) => say(`topics: ${line}`));
  }
  return { ...report, inSync: true };
}

async function waitForHealth(
  plan: ClusterPlan,
  outputs: ClusterOutputs,
  say: (line: string) => void,
): Promise<HealthReport> {
  const { waitHealthy } = await import("./kafka/health.ts");
  let said = "";
  const onProgress = ({ healthy, checks }: HealthReport) => {
    const failing = checks.filter(({ status }) => status === "fail").map(({ name, detail }) => `${name}: ${detail}`);
    const line = healthy ? `health: ${checks.length} checks, none fails` : `health: waiting for ${failing.join("; ")}`;
    if (line !== said) say(line);
    said = line;
  };
  return waitHealthy(plan, outputs, { deadlineMs: HEALTH_DEADLINE_MS, onProgress, runtime: await runtimeOf(plan) });
}

async function smokeTest(
  plan: ClusterPlan,
  outputs: ClusterOutputs,
  { verified, signal, say }: VerifyOptions,
): Promise<SmokeReport | null> {
  if (isVerified(verified, plan, outputs)) {
    rememberVerified(plan, outputs);
    say(`smoke: passed before and nothing changed since; kafka-stacks smoke ${outputs.stack} runs it again`);
    return null;
  }
  const [{ runSmoke }, { progressLine }] = await Promise.all([
    import("./kafka/probe/smoke.ts"),
    import("./ops/smoke/report.ts"),
  ]);
  const report = await runSmoke(outputs, {
    signal,
    runInside: await insideOf(plan),
    onProgress: (check) => say(`smoke: ${progressLine(check)}`),
  });
  if (report.passed) rememberVerified(plan, outputs);
  return report;
}
