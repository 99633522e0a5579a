import type { ClusterPlan } from "../../../infra/plan/types.ts";
import {
  cannotGoTo,
  compareVersions,
  type KafkaVersionName,
  type Levels,
  levelName,
} from "../../../infra/plan/versions.ts";
import type { CheckResult, HealthReport } from "../health/report.ts";
import { few } from "../words.ts";
import type { UpgradeState } from "./state.ts";

export interface PreflightFacts {
  readonly stack: string;
  readonly mode: ClusterPlan["mode"];
  /** Version that was deployed last, and where it is to go. */
  readonly from: string;
  readonly to: KafkaVersionName;
  /** What the stack file says now. */
  readonly inFile: string;
  /** What would be wrong with the stack file at the new version, a line each. */
  readonly fileFaults: readonly string[];
  /** Major version of this machine's Java, and the one that is needed; null where nodes bring their own. */
  readonly java: { readonly found: number; readonly needed: number } | null;
  readonly state: UpgradeState;
  readonly health: HealthReport;
}

type Verdict = Omit<CheckResult, "name">;

/**
 * What stands in the way of another version, each with a reason. Pure. When an earlier run was cut off in the middle of the
 * roll, what that left is no obstacle: going on is what mends it.
 */
export function preflight(facts: PreflightFacts): CheckResult[] {
  const checks: Readonly<Record<string, (facts: PreflightFacts) => Verdict>> = {
    path,
    "stack-file": stackFile,
    java,
    brokers,
    health,
    reassignments,
    "old-clients": oldClients,
  };
  return Object.entries(checks).map(([name, check]) => ({ name, ...check(facts) }));
}

/**
 * An earlier run was cut off in the middle of its roll, in this direction or the other: nodes run two versions, one of which
 * is the wanted one; or the stack file has it already, and a node is away as it is while it restarts.
 */
export function goesOn({ inFile, to, state }: Pick<PreflightFacts, "inFile" | "to" | "state">): boolean {
  const running = new Set(state.brokers.flatMap(({ version }) => version ?? []));
  if (running.size > 1) return running.has(to);
  return inFile === to && (running.has(to) || state.brokers.some(({ fault }) => fault !== null));
}

export const passes = (checks: readonly CheckResult[]): boolean => checks.every(({ status }) => status !== "fail");

function path({ mode, from, to, state }: PreflightFacts): Verdict {
  const { finalized } = state;
  if (finalized === null) return { status: "fail", detail: "no broker tells the levels of its features" };
  const why = cannotGoTo(newestOf(from, state), to, mode, finalized);
  if (why !== undefined) return { status: "fail", detail: why };
  return { status: "pass", detail: `Kafka ${to} can run with ${levelsInWords(finalized) || "what the cluster has"}` };
}

/** The newest that runs decides whether the way is up or back. */
const newestOf = (from: string, { brokers }: UpgradeState): string =>
  [from, ...brokers.flatMap(({ version }) => version ?? [])].toSorted(compareVersions).at(-1)!;

export const levelsInWords = (levels: Levels): string =>
  Object.entries(levels)
    .map(([name, level]) => `${name} ${levelName(name, level)}`)
    .join(", ");

function stackFile({ to, fileFaults }: PreflightFacts): Verdict {
  if (fileFaults.length === 0) return { status: "pass", detail: `every key is one of Kafka ${to}` };
  return { status: "fail", detail: few(fileFaults, "; ", 10), hint: "mend the stack file first" };
}

function java({ to, java: found }: PreflightFacts): Verdict {
  if (found === null) return { status: "skip", detail: "the nodes bring their own Java" };
  const detail = `Java ${found.found}, and Kafka ${to} needs ${found.needed} or newer`;
  return { status: found.found < found.needed ? "fail" : "pass", detail };
}

function brokers(facts: PreflightFacts): Verdict {
  const { brokers } = facts.state;
  const silent = brokers.filter(({ fault }) => fault !== null).map(({ id, fault }) => `broker ${id}: ${fault}`);
  const by = Map.groupBy(
    brokers.filter(({ fault }) => fault === null),
    ({ version }) => version ?? "an unknown version",
  );
  const groups = [...by].map(([version, some]) => `${some.map(({ id }) => id).join(", ")} run ${version}`);
  const detail = few([...silent, ...groups], "; ", 10);
  if (silent.length === 0 && groups.length === 1) return { status: "pass", detail: `brokers ${detail}` };
  if (goesOn(facts)) return { status: "warn", detail: `${detail}: an earlier run stopped here, this one goes on` };
  return { status: "fail", detail, hint: `bring them to one version first: kafka-stacks up ${facts.stack}` };
}

function health(facts: PreflightFacts): Verdict {
  const verdict = healthVerdict(facts.stack, facts.health);
  return verdict.status === "fail" && goesOn(facts) ? { status: "warn", detail: verdict.detail } : verdict;
}

function healthVerdict(stack: string, { checks }: HealthReport): Verdict {
  const failing = checks.filter(({ status }) => status === "fail").map(({ name, detail }) => `${name}: ${detail}`);
  if (failing.length === 0) return { status: "pass", detail: `${checks.length} checks, none fails` };
  return { status: "fail", detail: few(failing, "; ", 10), hint: `see kafka-stacks health ${stack}` };
}

function reassignments({ state, stack }: PreflightFacts): Verdict {
  const { moving } = state;
  if (moving === null) return { status: "fail", detail: "nobody tells whether replicas are being moved" };
  if (moving.length === 0) return { status: "pass", detail: "no replica is being moved" };
  const hint = `wait until they are there: kafka-stacks rebalance plan ${stack}`;
  return { status: "fail", detail: `replicas of ${few(moving)} are being moved`, hint };
}

/** Kafka 4 took out versions of the protocol that clients of before 2.1 speak (KIP-896). */
function oldClients({ from, to }: PreflightFacts): Verdict {
  const major = (version: string) => Number.parseInt(version, 10);
  if (major(to) <= major(from)) return { status: "skip", detail: `Kafka ${to} takes the requests that ${from} takes` };
  return {
    status: "skip",
    detail: `not checked whether clients older than Kafka 2.1 are in use, which Kafka ${major(to)} no longer serves: brokers count them for JMX only (DeprecatedRequestsPerSec), which is not open here`,
    hint: "look at the versions of your client libraries",
  };
}

export interface FinalizeFacts {
  readonly stack: string;
  /** What the stack file says. */
  readonly version: KafkaVersionName;
  readonly deployed: string;
  readonly state: UpgradeState;
  readonly health: HealthReport;
}

/** What stands in the way of raising the features to those of a version. Pure; Kafka itself judges again, controllers included. */
export function mayFinalize({ stack, version, deployed, state, health }: FinalizeFacts): CheckResult[] {
  const others = state.brokers.filter((broker) => broker.version !== version);
  const words = others.map(({ id, version, fault }) => `broker ${id}: ${fault ?? `Kafka ${version ?? "unknown"}`}`);
  const oneVersion: Verdict =
    version === deployed && others.length === 0
      ? {
          status: "pass",
          detail: `the stack file, the deployment and ${state.brokers.length} brokers are at ${version}`,
        }
      : {
          status: "fail",
          detail: few([`${version} in the stack file, ${deployed} deployed`, ...words], "; ", 10),
          hint: `bring all to one version first: kafka-stacks upgrade ${stack} --to ${version}`,
        };
  return [
    { name: "brokers", ...oneVersion },
    { name: "health", ...healthVerdict(stack, health) },
  ];
}
