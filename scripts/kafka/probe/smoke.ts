/**
 * The smoke test: uses a cluster as clients do, knowing no more of it than its outputs.
 *
 * 1. Ask every broker at its address. When none answers, nothing else is tried.
 * 2. Create the topics of this run, replicas placed by hand so that every broker leads.
 * 3. Run the checks side by side, each on topics and groups of its own and with a deadline of its own.
 * 4. Measure latency alone, when the others are done.
 * 5. Whatever happened, an interruption included: close the clients and remove the topics and groups.
 */
import type { ClusterOutputs } from "../../../infra/outputs.ts";
import { summarizeLatency } from "../../ops/smoke/latency.ts";
import { auditLedger, countRecords } from "../../ops/smoke/ledger.ts";
import { passed, type SmokeCheck, type SmokeReport, skip } from "../../ops/smoke/report.ts";
import { judgeAddresses, livingIds } from "../../ops/smoke/verdicts.ts";
import { currentIdentity } from "../identity.ts";
import { askBrokers, checkLeaders } from "./brokers.ts";
import { type CheckBody, runCheck } from "./check.ts";
import { checkCompression } from "./compression.ts";
import { checkGroupSplit, checkResume } from "./groups.ts";
import { checkInside, type RunInside } from "./inside.ts";
import { measureLatency } from "./latency.ts";
import { closeProbe, openProbe, setUpProbe } from "./probe.ts";
import { checkRecords } from "./records.ts";
import { checkRefusals } from "./refusals.ts";
import { checkRegex } from "./regex.ts";
import type { Probe } from "./scope.ts";
import { checkTransactions } from "./transactions.ts";

export interface SmokeOptions {
  /** Called as each check ends. */
  readonly onProgress?: (check: SmokeCheck) => void;
  /** Interrupts the run; it still removes its topics, then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Where the cluster has addresses of its own inside its network: runs a script there. */
  readonly runInside?: RunInside | undefined;
  /** For everything, cleaning up included. */
  readonly timeoutMs?: number;
}

const DEFAULT_TIMEOUT_MS = 120_000;
/** Shares of that time that the phases may take; together one. */
const SHARE = { setUp: 0.25, checks: 0.4, latency: 0.15, cleanUp: 0.2 };

const SIDE_BY_SIDE: Readonly<Record<string, CheckBody>> = {
  "partition-leaders": checkLeaders,
  records: checkRecords,
  "group-split": checkGroupSplit,
  "group-resume": checkResume,
  gzip: checkCompression("gzip"),
  snappy: checkCompression("snappy"),
  lz4: checkCompression("lz4"),
  zstd: checkCompression("zstd"),
  transactions: checkTransactions,
  "regex-subscription": checkRegex,
};

/** Proves a cluster by using it. @throws the signal's reason when interrupted, after cleaning up. */
export async function runSmoke(outputs: ClusterOutputs, options: SmokeOptions = {}): Promise<SmokeReport> {
  const started = performance.now();
  const faults: string[] = [];
  const answers = await askBrokers(outputs);
  const addresses: SmokeCheck = { name: "broker-addresses", ...judgeAddresses(answers), durationMs: since(started) };
  options.onProgress?.(addresses);

  const probe = openProbe(outputs, answers, (text) => faults.push(text));
  const checks = [
    addresses,
    ...(await runChecks(probe, livingIds(answers).length > 0, faults, {
      ...options,
      sideBySide: sideBySide(outputs, options),
    })),
  ];
  options.signal?.throwIfAborted();
  return {
    schemaVersion: 1,
    stack: outputs.stack,
    passed: passed(checks),
    checks,
    records: countRecords(auditLedger(probe.ledger)),
    latency: summarizeLatency(probe.samples),
    durationMs: since(started),
  };
}

interface PhaseOptions extends SmokeOptions {
  readonly sideBySide: Readonly<Record<string, CheckBody>>;
}

/** The checks of phase 3; whoever has an inside has it checked as well, and whoever is secured that others are refused. */
function sideBySide({ inside }: ClusterOutputs, { runInside }: SmokeOptions): Readonly<Record<string, CheckBody>> {
  return {
    ...SIDE_BY_SIDE,
    ...(currentIdentity()?.authority === undefined ? {} : { refusals: checkRefusals }),
    ...(inside && runInside ? { inside: checkInside(runInside, inside.bootstrapServers) } : {}),
  };
}

/** Phases 2 to 5. Without a living broker, or without topics, the checks are skipped and say so. */
async function runChecks(
  probe: Probe,
  alive: boolean,
  faults: readonly string[],
  { onProgress, signal = NEVER, timeoutMs = DEFAULT_TIMEOUT_MS, sideBySide }: PhaseOptions,
): Promise<SmokeCheck[]> {
  const skipAll = (why: string) => [...Object.keys(sideBySide), "latency"].map((name) => skipped(name, why));
  if (!alive) return skipAll("no broker answers");

  const closing: Promise<void>[] = [];
  const run = async (name: string, body: CheckBody, share: number, until = signal) => {
    const limits = { signal: until, limitMs: timeoutMs * share, lastFault: () => faults.at(-1) ?? null };
    const { check, closed } = await runCheck(name, body, probe, limits);
    closing.push(closed);
    onProgress?.(check);
    return check;
  };
  const checks: SmokeCheck[] = [];
  try {
    const setUp = await run("probe-topics", setUpProbe, SHARE.setUp);
    checks.push(setUp);
    if (setUp.status !== "pass") checks.push(...skipAll("the probe topics could not be created"));
    else {
      const running = Object.entries(sideBySide).map(([name, body]) => run(name, body, SHARE.checks));
      checks.push(...(await Promise.all(running)));
      checks.push(await run("latency", measureLatency, SHARE.latency));
    }
  } finally {
    await Promise.all(closing);
    checks.push(await run("clean-up", closeProbe, SHARE.cleanUp, NEVER));
  }
  return checks;
}

/** Cleaning up is not interrupted, only bounded. */
const NEVER = new AbortController().signal;

function skipped(name: string, why: string): SmokeCheck {
  return { name, ...skip(why), durationMs: 0 };
}

function since(started: number): number {
  return Math.round(performance.now() - started);
}
