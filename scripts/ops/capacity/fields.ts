import { type CustomMachine, DISK_KINDS } from "../../../capacity/catalog.ts";
import { parseBytes, parseDuration, parseRate } from "../../../capacity/units.ts";
import type { Workload } from "../../../capacity/workload.ts";
import { oneOf, readCount, readHours, readNumber, readPercent, readShare, readYears } from "./quantities.ts";

/** A flag that stands for one property, in the unit people write. The help, the reading and the errors come from it. */
export interface Field<T> {
  /** Without its dashes. */
  readonly flag: string;
  readonly argument: string;
  readonly key: keyof T & string;
  /** @throws UnitError */
  readonly read: (text: string) => unknown;
  readonly help: string;
}

const fieldsOf =
  <T>() =>
  <K extends keyof T & string>(
    flag: string,
    argument: string,
    key: K,
    read: (text: string) => NonNullable<T[K]>,
    help: string,
  ): Field<T> => ({ flag, argument, key, read, help });

const of = fieldsOf<Workload>();

/** Two flags of one property exclude each other. Topics and the consume rate need more than one flag: see workload.ts. */
export const WORKLOAD_FIELDS: readonly Field<Workload>[] = [
  of("produce", "rate", "produceBytesPerSec", parseRate, "what applications write on average, before compression"),
  of("peak", "rate", "peakProduceBytesPerSec", parseRate, "what they write at the peak (default: the average)"),
  of("record-size", "size", "recordBytes", parseBytes, "size of a record (default: 1kB)"),
  of("fan-out", "number", "fanOut", readNumber, "how often each record is read (default: 1)"),
  of("cache-miss", "part", "cacheMissShare", readShare, "part of the reads that go to disk (default: 10%)"),
  of(
    "retention",
    "time",
    "retention",
    (text) => ({ by: "time", ms: parseDuration(text) }),
    "keep so long (default: 7d)",
  ),
  of(
    "retention-size",
    "size",
    "retention",
    (text) => ({ by: "size", bytes: parseBytes(text) }),
    "keep so much of all topics together, one copy of each record",
  ),
  of(
    "compact",
    "size",
    "retention",
    (text) => ({ by: "compaction", liveBytes: parseBytes(text) }),
    "keep the last record of each key; all of those together",
  ),
  of("compression", "ratio", "compressionRatio", readNumber, "size before compression over size after (default: 1)"),
  of("growth", "percent", "growthPerYear", readPercent, "growth in a year, of rates and of what is kept (default: 0%)"),
  of("horizon", "time", "horizonYears", readYears, "how long the cluster shall suffice (default: 1y)"),
  of("parallelism", "count", "parallelism", readCount, "members of the largest consumer group (default: 1)"),
  of("partition-produce", "rate", "partitionProduceBytesPerSec", parseRate, "what a partition takes (default: 10MB/s)"),
  of("partition-consume", "rate", "partitionConsumeBytesPerSec", parseRate, "what a partition gives (default: 20MB/s)"),
  of(
    "may-fail",
    "what",
    "mayFail",
    oneOf(["broker", "two-brokers", "rack", "nothing"]),
    "what may be lost at once while writes go on: broker, two-brokers, rack or nothing (default: broker)",
  ),
  of("racks", "count", "racks", readCount, "racks or zones to spread over (default: 1)"),
  of(
    "latency",
    "class",
    "latency",
    oneOf(["low", "normal", "relaxed"]),
    "how quick answers must be: low, normal or relaxed (default: normal)",
  ),
  of(
    "rebuild",
    "time",
    "rebuildHours",
    readHours,
    "make the replicas of a lost broker again in this time (default: 1d)",
  ),
  of("replication-factor", "count", "replicationFactor", readCount, "copies of each record (default: by --may-fail)"),
  of("min-insync-replicas", "count", "minInsyncReplicas", readCount, "copies before a write is acknowledged"),
  of("heap", "size", "heapBytes", parseBytes, "Java heap of a broker (default: by its partition replicas)"),
];

const figure = fieldsOf<CustomMachine>();

export const MACHINE_FIELDS: readonly Field<CustomMachine>[] = [
  figure("cores", "number", "cores", readNumber, "vCPUs of a broker"),
  figure("memory", "size", "memoryBytes", parseBytes, "memory of a broker"),
  figure("network", "rate", "networkBytesPerSec", parseRate, "network in each direction, for good, such as 10Gbit/s"),
  figure("disk-rate", "rate", "diskBytesPerSec", parseRate, "disk reading and writing together, for good"),
  figure("disk-size", "size", "diskSizeBytes", parseBytes, "disk of a broker"),
  figure("disk-kind", "kind", "diskKind", oneOf(DISK_KINDS), "nvme, ssd, hdd or network (default: ssd)"),
];
