import { CATALOG } from "./catalog.ts";
import { CapacityError } from "./errors.ts";
import { PRESETS, type PresetName } from "./presets.ts";
import type { Sizing } from "./result.ts";
import { sizeCluster } from "./size.ts";
import { MiB } from "./units.ts";
import type { Workload } from "./workload.ts";

/** What a stack file needs of a sizing, in whole numbers. */
export interface Choice {
  readonly sizing: Sizing;
  readonly brokers: number;
  readonly brokerHeapBytes: number;
  readonly controllers: number;
  readonly controllerHeapBytes: number;
  /** Of a topic that names no number. */
  readonly partitions: number;
  readonly replicationFactor: number;
  readonly minInsyncReplicas: number;
}

/** @throws CapacityError naming the classes that there are. */
export function machineNamed(name: string) {
  const machine = CATALOG[name];
  if (machine) return machine;
  const known = Object.keys(CATALOG).join(", ");
  throw new CapacityError([
    { key: "machine", message: `wanted a machine class, found ${name}`, next: `one of ${known}` },
  ]);
}

/** The size that a workload gets on a preset's machines, or on those that are named. @throws CapacityError */
export function choose(preset: PresetName, workload: Workload, machine = PRESETS[preset].machine as string): Choice {
  const sizing = sizeCluster(workload, machineNamed(machine));
  return {
    sizing,
    brokers: sizing.brokers,
    // With a broker lost the others carry its replicas too, and a heap cannot grow then.
    brokerHeapBytes: Math.ceil(sizing.afterFailure.perBroker.heapBytes / MiB) * MiB,
    controllers: sizing.controllers,
    controllerHeapBytes: PRESETS[preset].controllerHeapBytes,
    partitions: sizing.topics.reduce((most, { partitions }) => Math.max(most, partitions), 1),
    replicationFactor: sizing.replicationFactor,
    minInsyncReplicas: sizing.minInsyncReplicas,
  };
}

const chosen = new Map<PresetName, Choice>();

/** The size of a preset as it is; computed once. */
export function presetChoice(preset: PresetName): Choice {
  const known = chosen.get(preset) ?? choose(preset, PRESETS[preset].workload);
  chosen.set(preset, known);
  return known;
}
