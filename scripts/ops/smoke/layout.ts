/** The topics of one run: their names, and replicas placed by hand so that every broker leads. */
import { SMOKE_PREFIX } from "../../../infra/plan/smoke-permissions.ts";

const STALE_AFTER_MS = 3_600_000;

/** What each topic is for; a check writes to its own, so that no check disturbs another. */
export const TOPIC_ROLES = [
  "records",
  "group",
  "resume",
  "gzip",
  "snappy",
  "lz4",
  "zstd",
  "transactions",
  "regex-a",
  "regex-b",
  "inside",
  "latency",
] as const;
export type TopicRole = (typeof TOPIC_ROLES)[number];

/** Topics that one ordered stream goes through; the others have a partition per broker. */
const SINGLE: ReadonlySet<TopicRole> = new Set(["gzip", "snappy", "lz4", "zstd", "transactions", "regex-a", "regex-b"]);

export interface ProbeTopic {
  readonly name: string;
  /** Broker ids by partition, the preferred leader first. */
  readonly assignments: readonly (readonly number[])[];
  readonly minInsyncReplicas: number;
}

export type ProbeTopics = Readonly<Record<TopicRole, ProbeTopic>>;

/** A name that says when the run began, so that a later run knows what a killed one left behind. */
export function runName(now: Date, random: string): string {
  return `${SMOKE_PREFIX}${now.toISOString().replace(/[-:]|\.\d+/g, "")}-${random}`;
}

/** Whether a topic or group of this name was left by a run that must be long over. */
export function isStale(name: string, now: Date): boolean {
  if (!name.startsWith(SMOKE_PREFIX)) return false;
  const [, ...parts] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z-/.exec(name.slice(SMOKE_PREFIX.length)) ?? [];
  if (parts.length === 0) return false;
  const [year, month, day, hour, minute, second] = parts.map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return now.getTime() - Date.UTC(year, month - 1, day, hour, minute, second) > STALE_AFTER_MS;
}

/**
 * Replicas walk round the ring of brokers: partition p is led by broker p, followed by p + 1 and p + 2, so that every
 * broker leads and follows. At least four partitions even on one broker, so that a group has something to split.
 */
export function layOutTopics(run: string, brokerIds: readonly number[]): ProbeTopics {
  const ring = brokerIds.toSorted((a, b) => a - b);
  const replicationFactor = Math.min(3, ring.length);
  const replicas = (leader: number) =>
    Array.from({ length: replicationFactor }, (_, i) => ring[(leader + i) % ring.length]!);
  const topic = (role: TopicRole, index: number): ProbeTopic => ({
    name: `${run}-${role}`,
    assignments: SINGLE.has(role)
      ? [replicas(index)]
      : Array.from({ length: Math.max(4, ring.length) }, (_, partition) => replicas(partition)),
    minInsyncReplicas: replicationFactor === 3 ? 2 : 1,
  });
  return Object.fromEntries(TOPIC_ROLES.map((role, index) => [role, topic(role, index)])) as Record<
    TopicRole,
    ProbeTopic
  >;
}
