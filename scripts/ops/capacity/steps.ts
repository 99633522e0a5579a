import { failuresOf } from "../../../capacity/failures.ts";
import type { ResourceName, ResourceResult, Sizing } from "../../../capacity/result.ts";
import { formatBytes, formatRate, GiB, MiB, printDuration } from "../../../capacity/units.ts";
import type { Retention } from "../../../capacity/workload.ts";
import { digits, figure, plural } from "./figures.ts";

/** One line of arithmetic. */
export interface Step {
  /** Name that later steps use. */
  readonly name: string;
  readonly meaning: string;
  /** The formula with the numbers put in. */
  readonly numbers: string;
  readonly value: number;
  readonly unit: ResourceResult["unit"];
}

type Steps = (sizing: Sizing) => Step[];

/** What is written at the peak and at the horizon, as it goes over the wire. */
const write: Steps = ({ workload }) => {
  const { peakProduceBytesPerSec: peak, compressionRatio, growthPerYear, horizonYears } = workload;
  const value = (peak / compressionRatio) * (1 + growthPerYear) ** horizonYears;
  const numbers = `${formatRate(peak)} / ${digits(compressionRatio)} × ${growth(growthPerYear, horizonYears)}`;
  return [rate("W", "written at the peak and the horizon: peak / compression × (1 + growth)^years", numbers, value)];
};

const growth = (perYear: number, years: number): string => `(1 + ${digits(perYear)})^${digits(years)}`;

/** All replicas of what is kept; by the average rate, because that is what retention keeps of it. */
const kept: Steps = ({ workload, replicationFactor: rf }) => {
  const { retention, produceBytesPerSec: average, compressionRatio, growthPerYear, horizonYears } = workload;
  const grown = (1 + growthPerYear) ** horizonYears;
  const [what, numbers, bytes] = keptAs(retention, average, compressionRatio);
  const text = `${numbers} × ${rf} × ${growth(growthPerYear, horizonYears)}`;
  return [step("S", `kept on all brokers: ${what} × RF × growth`, text, bytes * rf * grown, "bytes")];
};

function keptAs(retention: Retention, average: number, ratio: number): [what: string, numbers: string, bytes: number] {
  if (retention.by === "time")
    return [
      "average / compression × retention",
      `${formatRate(average)} / ${digits(ratio)} × ${printDuration(retention.ms)}`,
      ((average / ratio) * retention.ms) / 1000,
    ];
  if (retention.by === "size") return ["retention", formatBytes(retention.bytes), retention.bytes];
  return [
    "live records / (1 − dirty ratio)",
    `${formatBytes(retention.liveBytes)} / (1 − 0.5)`,
    retention.liveBytes / 0.5,
  ];
}

/** What each of the brokers that are left copies to make the lost replicas again. */
const rebuild: Steps = (sizing) => {
  const { brokers, workload, afterFailure } = sizing;
  const { brokersLost: lost, brokersLeft: left } = afterFailure;
  if (lost === 0) return [];
  const [all] = kept(sizing) as [Step];
  const value = (all.value * lost) / brokers / (workload.rebuildHours * 3_600) / left;
  const numbers = `${formatBytes(all.value)} × ${lost}/${brokers} / ${digits(workload.rebuildHours)} h / ${left}`;
  return [all, rate("R", "to make lost replicas again, each: S × lost / brokers / time / left", numbers, value)];
};

/** A total that is spread evenly: over all brokers, then over those that are left, which also rebuild. */
function spread({ brokers, afterFailure }: Sizing, total: Step, again = 0, share?: Step): Step[] {
  const left = afterFailure.brokersLeft;
  const extra = again > 0 && share ? ` + ${again === 1 ? "" : `${again} × `}${figure(share.value, share.unit)}` : "";
  const more = again > 0 && share ? again * share.value : 0;
  const text = figure(total.value, total.unit);
  const formula = `${total.name} / left${extra ? ` + ${again === 1 ? "" : `${again} × `}R` : ""}`;
  return [
    step("now", `of each broker: ${total.name} / brokers`, `${text} / ${brokers}`, total.value / brokers, total.unit),
    step(
      "after",
      `of each that is left: ${formula}`,
      `${text} / ${left}${extra}`,
      total.value / left + more,
      total.unit,
    ),
  ];
}

/** Writing, and what a resource makes of it; with `again`, making lost replicas again counts so many times. */
function throughput(again: number, total: (sizing: Sizing, w: Step) => Step): Steps {
  return (sizing) => {
    const [w] = write(sizing) as [Step];
    const all = total(sizing, w);
    const lost = rebuild(sizing);
    return [w, all, ...lost, ...spread(sizing, all, again, lost.at(-1))];
  };
}

const networkIn = throughput(1, ({ replicationFactor: rf }, w) =>
  rate("T", "producers and followers of all brokers: W × RF", `${formatRate(w.value)} × ${rf}`, w.value * rf),
);

const networkOut = throughput(1, ({ workload, replicationFactor: rf }, w) =>
  rate(
    "T",
    "consumers and followers of all brokers: W × (G + RF − 1)",
    `${formatRate(w.value)} × (${digits(workload.fanOut)} + ${rf} − 1)`,
    w.value * (workload.fanOut + rf - 1),
  ),
);

const disk = throughput(2, ({ workload, replicationFactor: rf }, w) =>
  rate(
    "T",
    "writes, and reads that miss the page cache: W × (RF + G × misses)",
    `${formatRate(w.value)} × (${rf} + ${digits(workload.fanOut)} × ${digits(workload.cacheMissShare)})`,
    w.value * (rf + workload.fanOut * workload.cacheMissShare),
  ),
);

const storage: Steps = (sizing) => {
  const [all] = kept(sizing) as [Step];
  return [all, ...spread(sizing, all)];
};

const cpu: Steps = (sizing) => {
  const [w] = write(sizing) as [Step];
  const { workload, replicationFactor: rf } = sizing;
  const equivalent = w.value * (rf + (workload.fanOut + rf - 1) / 4);
  const numbers = `${formatRate(w.value)} × (${rf} + (${digits(workload.fanOut)} + ${rf} − 1) / 4)`;
  const e = rate("E", "as if it only wrote, reading costs a quarter: W × (RF + (G + RF − 1) / 4)", numbers, equivalent);
  const all = step(
    "T",
    "busy vCPUs of all brokers: E / 20 MB/s",
    `${formatRate(equivalent)} / 20 MB/s`,
    equivalent / 20e6,
    "cores",
  );
  return [w, e, all, ...spread(sizing, all)];
};

const partitions: Steps = (sizing) => {
  const { topics, replicationFactor: rf } = sizing;
  const count = topics.reduce((sum, topic) => sum + topic.partitions, 0);
  const meaning = "replicas of all partitions: partitions × RF";
  const numbers = `${plural(count, "partition")} of ${plural(topics.length, "topic")} × ${rf}`;
  const all = step("T", meaning, numbers, count * rf, "replicas");
  return [all, ...spread(sizing, all)];
};

const memory: Steps = ({ workload, perBroker, afterFailure }) =>
  (
    [
      ["now", perBroker],
      ["after", afterFailure.perBroker],
    ] as const
  ).flatMap(([name, load]) => {
    const seconds = Math.round(load.pageCacheBytes / load.diskWriteBytesPerSec);
    const heap = workload.heapBytes ?? Math.min(6 * GiB, GiB + load.partitionReplicas * MiB);
    const byHand = workload.heapBytes !== undefined;
    const cache = load.diskWriteBytesPerSec * seconds;
    return [
      step(
        `H ${name}`,
        byHand ? "heap, set by hand" : "heap: 1 GiB + 1 MiB for each replica, at most 6 GiB",
        byHand ? formatBytes(heap) : `min(6 GiB, 1 GiB + ${digits(load.partitionReplicas)} × 1 MiB)`,
        heap,
        "bytes",
      ),
      step(
        `P ${name}`,
        "page cache: disk writes × seconds",
        `${formatRate(load.diskWriteBytesPerSec)} × ${seconds} s`,
        cache,
        "bytes",
      ),
      step(
        name,
        "heap and page cache of each broker: H + P",
        `${formatBytes(heap)} + ${formatBytes(cache)}`,
        heap + cache,
        "bytes",
      ),
    ];
  });

const replication: Steps = ({ workload, replicationFactor: rf, minInsyncReplicas: isr, resources }) => {
  const f = failuresOf(workload.mayFail);
  const needed = resources.find(({ resource }) => resource === "replication")?.needed ?? rf;
  const acknowledging = workload.minInsyncReplicas === undefined ? `${f} + 1` : `${isr}, set by hand`;
  const copies = workload.replicationFactor === undefined ? `${f} + ${isr}` : `${rf}, set by hand`;
  const places = workload.mayFail === "rack" ? `max(${rf}, ${plural(workload.racks, "rack")})` : `${rf}`;
  return [
    step("minISR", "copies before a write is acknowledged, one of which is left: f + 1", acknowledging, isr, "brokers"),
    step("RF", "copies, minISR of which are left: f + minISR", copies, rf, "brokers"),
    step("now", "a broker for each copy, and one in each rack that may fail", places, needed, "brokers"),
    step("after", "brokers that are left to acknowledge: minISR", `${isr}`, isr, "brokers"),
  ];
};

/** The arithmetic of each resource; the steps `now` and `after` end in its figures. */
export const STEPS: Readonly<Record<ResourceName, Steps>> = {
  "network-in": networkIn,
  "network-out": networkOut,
  "disk-throughput": disk,
  storage,
  memory,
  cpu,
  partitions,
  replication,
};

function step(name: string, meaning: string, numbers: string, value: number, unit: ResourceResult["unit"]): Step {
  return { name, meaning, numbers, value, unit };
}
const rate = (name: string, meaning: string, numbers: string, value: number): Step =>
  step(name, meaning, numbers, value, "bytesPerSec");
