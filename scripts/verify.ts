import type { AccessOutputs, ClusterOutputs } from "../infra/outputs.ts";
import type { ClusterPlan } from "../infra/plan/types.ts";
import { insideOf, reachCluster, runtimeOf } from "./context.ts";
import { as, identityOf } from "./kafka/identity.ts";
import type { AccessReport } from "./ops/access/report.ts";
import type { HealthReport } from "./ops/health/report.ts";
import type { SmokeReport } from "./ops/smoke/report.ts";
import type { TopicsReport } from "./ops/topics/change.ts";
import { isVerified, rememberVerified } from "./verified.ts";

export const STEPS = ["access", "topics", "health", "smoke"] as const;
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
  readonly access: AccessReport | null;
  readonly topics: TopicsReport | null;
  readonly health: HealthReport | null;
  readonly smoke: SmokeReport | null;
  /** Nothing failed, and whatever was left out had passed before or was skipped on request. */
  readonly ok: boolean;
}

/** What an interrupt means while a cluster is verified. */
export const VERIFYING = {
  doing: "the cluster runs on, what was begun to check it is removed",
  next: "run the same command again: it verifies what is there",
  graceMs: 1_500,
};

/** How long partitions may take to be in sync again after nodes were started. */
const HEALTH_DEADLINE_MS = 60_000;

/**
 * Brings users and topics to the plan, waits until the cluster is healthy, and proves a fresh or changed cluster by using it;
 * each as the identity that may just do that.
 */
export async function verifyCluster(
  plan: ClusterPlan,
  { cluster: outputs, access: login }: { readonly cluster: ClusterOutputs; readonly access: AccessOutputs },
  options: VerifyOptions,
): Promise<Verification> {
  const { skip, signal } = options;
  await reachCluster(plan, outputs);
  const step = <T>(name: Step, purpose: string, work: () => Promise<T>): Promise<T | null> => {
    signal.throwIfAborted();
    return skip.includes(name) ? Promise.resolve(null) : as(identityOf(login, purpose), work);
  };
  const access = await step("access", "admin", () => applyUsers(plan, outputs, login, options));
  const topics = await step("topics", "admin", () => applyTopics(plan, outputs, options));
  const health = await step("health", "health", () => waitForHealth(plan, outputs, options));
  const unwell = health?.healthy === false;
  const smoke = unwell ? null : await step("smoke", "smoke", () => smokeTest(plan, outputs, options));
  return { access, topics, health, smoke, ok: !unwell && smoke?.passed !== false };
}

/** Lets in whom the stack declares, and nobody else may more than it says; what is there beyond that is told, not removed. */
async function applyUsers(
  plan: ClusterPlan,
  outputs: ClusterOutputs,
  login: AccessOutputs,
  { say, signal }: VerifyOptions,
): Promise<AccessReport | null> {
  if (plan.security.identities.length === 0) return null;
  const { bringAccess } = await import("./kafka/access.ts");
  return bringAccess(plan, outputs, login, (line) => say(`access: ${line}`), signal);
}

async function applyTopics(
  plan: ClusterPlan,
  outputs: ClusterOutputs,
  { say, signal }: VerifyOptions,
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
    await applyTopicChanges(outputs.bootstrapServers, changes, (line) => say(`topics: ${line}`), signal);
  }
  return { ...report, inSync: true };
}

async function waitForHealth(
  plan: ClusterPlan,
  outputs: ClusterOutputs,
  { say, signal }: VerifyOptions,
): Promise<HealthReport> {
  const { waitHealthy } = await import("./kafka/health.ts");
  let said = "";
  const onProgress = ({ healthy, checks }: HealthReport) => {
    const failing = checks.filter(({ status }) => status === "fail").map(({ name, detail }) => `${name}: ${detail}`);
    const line = healthy ? `health: ${checks.length} checks, none fails` : `health: waiting for ${failing.join("; ")}`;
    if (line !== said) say(line);
    said = line;
  };
  const runtime = await runtimeOf(plan);
  return waitHealthy(plan, outputs, { deadlineMs: HEALTH_DEADLINE_MS, onProgress, runtime, signal });
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
