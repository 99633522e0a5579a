import { CapacityError } from "./errors.ts";
import { formatRate } from "./units.ts";

/** What may be lost at once while writes go on and no acknowledged record is lost. */
export type Failure = (typeof FAILURES)[number];
export const FAILURES = ["nothing", "broker", "two-brokers", "rack"] as const;

/** How quick clients want their answers: decides how full a resource may get and how much the page cache holds. */
export type Latency = (typeof LATENCIES)[number];
export const LATENCIES = ["low", "normal", "relaxed"] as const;

export interface TopicLoad {
  readonly name: string;
  /** Part of the cluster's produce rate, 0 to 1; those of all topics make 1. */
  readonly share: number;
  /** Partitions that the ordering of its keys asks for at least. */
  readonly minPartitions: number;
}

export type Retention =
  /** Records go after so long. */
  | { readonly by: "time"; readonly ms: number }
  /** All topics together keep so many bytes, before replication and after compression. */
  | { readonly by: "size"; readonly bytes: number }
  /** The last record of each key stays; `liveBytes` are all of those together, after compression. */
  | { readonly by: "compaction"; readonly liveBytes: number };

/** What a cluster has to carry. Rates are bytes per second as applications write them, before compression. */
export interface Workload {
  readonly produceBytesPerSec: number;
  /** At least the average. */
  readonly peakProduceBytesPerSec: number;
  readonly recordBytes: number;
  /** How often each record is read: the number of consumer groups that read everything. May be a fraction. */
  readonly fanOut: number;
  /** Part of the reads that the page cache does not serve, 0 to 1. */
  readonly cacheMissShare: number;
  readonly retention: Retention;
  /** Bytes before compression over bytes after it; at least 1. */
  readonly compressionRatio: number;
  /** 0.5 means half as much again each year, for rates and for what is kept. */
  readonly growthPerYear: number;
  /** For how many years the cluster shall suffice without growing. */
  readonly horizonYears: number;
  readonly topics: readonly TopicLoad[];
  /** Members of the largest consumer group: no topic gets fewer partitions. */
  readonly parallelism: number;
  /** What one partition takes and gives, measured with the application's own clients. */
  readonly partitionProduceBytesPerSec: number;
  readonly partitionConsumeBytesPerSec: number;
  readonly mayFail: Failure;
  /** Racks or zones that the brokers are spread over; 1: none. */
  readonly racks: number;
  readonly latency: Latency;
  /** Within so many hours the replicas of a lost broker shall be made again. */
  readonly rebuildHours: number;
  /** Set by hand; otherwise they follow from `mayFail`. */
  readonly replicationFactor?: number | undefined;
  readonly minInsyncReplicas?: number | undefined;
  /** Set by hand, for what-if; otherwise the smallest number that fits. */
  readonly brokers?: number | undefined;
  /** Java heap of a broker set by hand, in bytes; otherwise it follows from its partition replicas. */
  readonly heapBytes?: number | undefined;
}

/** One even topic. */
export const evenTopics = (count: number, minPartitions = 1): TopicLoad[] =>
  Array.from({ length: count }, (_, i) => ({ name: `topic-${i + 1}`, share: 1 / count, minPartitions }));

/** What a workload is where nobody says otherwise: a decent guess for each, never for the rate itself. */
export const DEFAULTS = Object.freeze({
  recordBytes: 1_000,
  fanOut: 1,
  cacheMissShare: 0.1,
  retention: { by: "time", ms: 7 * 86_400_000 },
  compressionRatio: 1,
  growthPerYear: 0,
  horizonYears: 1,
  topics: evenTopics(1),
  parallelism: 1,
  partitionProduceBytesPerSec: 10e6,
  partitionConsumeBytesPerSec: 20e6,
  mayFail: "broker",
  racks: 1,
  latency: "normal",
  rebuildHours: 24,
} as const satisfies Partial<Workload>);

type Rule = readonly [key: keyof Workload, holds: (workload: Workload) => boolean, wanted: string];

const finite = (value: number, least: number, most = Number.MAX_SAFE_INTEGER): boolean =>
  value >= least && value <= most;
const whole = (value: number | undefined, least: number, most: number): boolean =>
  value === undefined || (Number.isInteger(value) && value >= least && value <= most);

const RULES: readonly Rule[] = [
  ["produceBytesPerSec", (w) => w.produceBytesPerSec > 0 && finite(w.produceBytesPerSec, 0), "a rate above 0"],
  [
    "peakProduceBytesPerSec",
    (w) => finite(w.peakProduceBytesPerSec, w.produceBytesPerSec),
    "a peak that is not below the average",
  ],
  ["recordBytes", (w) => finite(w.recordBytes, 1), "1 byte or more"],
  ["fanOut", (w) => finite(w.fanOut, 0, 10_000), "0 to 10000"],
  ["cacheMissShare", (w) => finite(w.cacheMissShare, 0, 1), "a share from 0 to 1"],
  ["retention", (w) => finite(keptAmount(w.retention), 1), "a retention above 0"],
  ["compressionRatio", (w) => finite(w.compressionRatio, 1, 1_000), "a ratio from 1 to 1000"],
  ["growthPerYear", (w) => finite(w.growthPerYear, 0, 100), "0 to 100, where 0.5 is half as much again each year"],
  ["horizonYears", (w) => finite(w.horizonYears, 0, 20), "0 to 20 years"],
  ["topics", (w) => w.topics.length >= 1 && w.topics.length <= 100_000, "1 to 100000 topics"],
  [
    "topics",
    (w) => w.topics.every(({ share, minPartitions }) => finite(share, 0, 1) && whole(minPartitions, 1, 100_000)),
    "shares from 0 to 1 and whole numbers of partitions from 1 to 100000",
  ],
  [
    "topics",
    (w) => Math.abs(w.topics.reduce((sum, { share }) => sum + share, 0) - 1) < 1e-6,
    "shares that make 1 together",
  ],
  ["parallelism", (w) => whole(w.parallelism, 1, 100_000), "a whole number from 1 to 100000"],
  ["partitionProduceBytesPerSec", (w) => finite(w.partitionProduceBytesPerSec, 1), "a rate above 0"],
  ["partitionConsumeBytesPerSec", (w) => finite(w.partitionConsumeBytesPerSec, 1), "a rate above 0"],
  ["mayFail", (w) => FAILURES.includes(w.mayFail), `one of ${FAILURES.join(", ")}`],
  ["racks", (w) => whole(w.racks, 1, 1_000), "a whole number from 1 to 1000"],
  ["latency", (w) => LATENCIES.includes(w.latency), `one of ${LATENCIES.join(", ")}`],
  ["rebuildHours", (w) => finite(w.rebuildHours, 0.1, 10_000), "0.1 to 10000 hours"],
  ["replicationFactor", (w) => whole(w.replicationFactor, 1, 1_000), "a whole number from 1 to 1000"],
  ["minInsyncReplicas", (w) => whole(w.minInsyncReplicas, 1, 1_000), "a whole number from 1 to 1000"],
  ["brokers", (w) => whole(w.brokers, 1, 1_000), "a whole number from 1 to 1000"],
  ["heapBytes", (w) => w.heapBytes === undefined || finite(w.heapBytes, 64 * 2 ** 20), "64MiB or more"],
];

function keptAmount(retention: Retention): number {
  return retention.by === "time" ? retention.ms : retention.by === "size" ? retention.bytes : retention.liveBytes;
}

/** Fills in the defaults. @throws CapacityError with everything that is wrong. */
export function defineWorkload(given: Pick<Workload, "produceBytesPerSec"> & Partial<Workload>): Workload {
  const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const workload: Workload = {
    ...DEFAULTS,
    peakProduceBytesPerSec: given.produceBytesPerSec,
    produceBytesPerSec: given.produceBytesPerSec,
    ...set,
  };
  const faults = RULES.filter(([, holds]) => !holds(workload)).map(([key, , wanted]) => ({
    key,
    message: `wanted ${wanted}, found ${show(key, workload[key])}`,
  }));
  if (faults.length > 0) throw new CapacityError(faults);
  return workload;
}

function show(key: string, value: unknown): string {
  if (key.endsWith("BytesPerSec") && typeof value === "number" && Number.isFinite(value) && value >= 0)
    return formatRate(value);
  // JSON knows neither NaN nor infinity.
  const text = typeof value === "number" ? String(value) : (JSON.stringify(value) ?? "nothing");
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
