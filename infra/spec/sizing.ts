import { type Choice, choose, presetChoice } from "../../capacity/choose.ts";
import { CapacityError } from "../../capacity/errors.ts";
import { PRESETS } from "../../capacity/presets.ts";
import { defineWorkload, evenTopics, type Workload } from "../../capacity/workload.ts";
import type { Path, Problem } from "./problem.ts";
import type { StackFile } from "./schema.ts";

/** The size that a stack's workload asks for, or its preset's where it has none. Faults go to `problems`. */
export function chooseSize(file: StackFile, problems: Problem[]): Choice {
  if (!file.workload) return presetChoice(file.preset);
  try {
    return choose(file.preset, workloadOf(file, file.workload), file.workload.machine);
  } catch (error) {
    if (!(error instanceof CapacityError)) throw error;
    problems.push(
      ...error.faults.map(({ key, message, next = "change the workload" }) => ({
        path: pathOf(key, file),
        message,
        next,
      })),
    );
    return presetChoice(file.preset);
  }
}

/** A peak is rarely known, and never the average. */
const PEAK = 3;

/** The preset's workload with what the file says; the file's topics are taken to be alike. */
function workloadOf(file: StackFile, written: NonNullable<StackFile["workload"]>): Workload {
  const base = PRESETS[file.preset].workload;
  return defineWorkload({
    ...base,
    produceBytesPerSec: written.produce,
    peakProduceBytesPerSec: written.peak ?? written.produce * PEAK,
    recordBytes: written.recordSize ?? base.recordBytes,
    fanOut: written.fanOut ?? base.fanOut,
    cacheMissShare: written.cacheMisses ?? base.cacheMissShare,
    retention: written.retention === undefined ? base.retention : { by: "time", ms: written.retention },
    compressionRatio: written.compression ?? base.compressionRatio,
    growthPerYear: written.growth ?? base.growthPerYear,
    horizonYears: written.horizonYears ?? base.horizonYears,
    topics: file.topics.length > 0 ? evenTopics(file.topics.length) : base.topics,
    parallelism: written.parallelism ?? base.parallelism,
    mayFail: written.mayFail ?? base.mayFail,
    racks: new Set(file.brokers.racks).size || base.racks,
    latency: written.latency ?? base.latency,
    heapBytes: file.brokers.heap ?? base.heapBytes,
    brokers: file.brokers.count,
  });
}

/** Keys of the stack file that stand for those of a workload; whatever has none is the workload's as a whole. */
const KEYS: Readonly<Partial<Record<string, keyof NonNullable<StackFile["workload"]>>>> = {
  produceBytesPerSec: "produce",
  peakProduceBytesPerSec: "peak",
  retention: "retention",
  machine: "machine",
};

function pathOf(key: string, file: StackFile): Path {
  if (key === "racks") return ["workload", "mayFail"];
  if (key === "brokers") return ["brokers", "count"];
  const name = KEYS[key];
  return name && file.workload?.[name] !== undefined ? ["workload", name] : ["workload"];
}
