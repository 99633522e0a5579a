import { MiB } from "../../../capacity/units.ts";
import type { ClusterPlan } from "../../plan/types.ts";
import { inGiB, type Obstacle, requireNone } from "../obstacle.ts";

/** What this machine, or the container that this process is in, has for a cluster; null: it cannot be told. */
export interface Machine {
  /** All of it, and what could be had without swapping. */
  readonly memoryBytes: number;
  readonly freeMemoryBytes: number;
  readonly cores: number;
  /** Free where the cluster keeps its data. */
  readonly freeDiskBytes: number | null;
}

/** What a node takes next to its heap: classes, code, threads, buffers. Measured on nodes without load. */
const BESIDE_HEAP_MIB = 128;

/** More JVMs than this for a core, and an election may miss its deadline. */
const MOST_NODES_OF_A_CORE = 4;

/**
 * What of a plan may be too much for a machine. Pure.
 *
 * @param started ids of the plan's nodes that run already: what they take is not free, and need not be.
 * @returns remarks, a line each. @throws UserError when heaps alone are more than there is memory.
 */
export function judge(plan: ClusterPlan, machine: Machine, started: ReadonlySet<number>): string[] {
  requireNone(plan.name, impossible(plan, machine));
  return [...memory(plan, machine, started), ...cores(plan, machine), ...disk(plan, machine)];
}

function impossible({ nodes }: ClusterPlan, { memoryBytes }: Machine): Obstacle[] {
  const heaps = sum(nodes.map(({ jvm }) => jvm.heapMiB * MiB));
  if (heaps <= memoryBytes) return [];
  return [
    {
      message: `wanted ${inGiB(heaps)} of memory for the heaps of ${nodes.length} nodes, found ${inGiB(memoryBytes)} on this machine`,
      next: "lower brokers.heap or brokers.count",
    },
  ];
}

function memory({ nodes }: ClusterPlan, { freeMemoryBytes }: Machine, started: ReadonlySet<number>): string[] {
  const starting = nodes.filter(({ id }) => !started.has(id));
  const wanted = sum(starting.map(({ jvm }) => (jvm.heapMiB + BESIDE_HEAP_MIB) * MiB));
  if (wanted <= freeMemoryBytes) return [];
  return [
    `memory: ${starting.length} nodes may take ${inGiB(wanted)}, and ${inGiB(freeMemoryBytes)} is free: the system may end one of them; lower brokers.heap or brokers.count`,
  ];
}

function cores({ nodes }: ClusterPlan, machine: Machine): string[] {
  if (nodes.length <= machine.cores * MOST_NODES_OF_A_CORE) return [];
  return [
    `cores: ${nodes.length} nodes share ${machine.cores}: starts are slow and elections may time out; lower brokers.count`,
  ];
}

function disk({ nodes, topics }: ClusterPlan, { freeDiskBytes }: Machine): string[] {
  if (freeDiskBytes === null) return [];
  const limits = nodes.flatMap(({ volumes }) => volumes.map(({ sizeBytes = 0 }) => sizeBytes));
  const declared = sum(limits);
  const retained = sum(
    topics.map(({ partitions, replicationFactor, config }) => {
      const bytes = Number(config["retention.bytes"] ?? -1);
      return bytes > 0 ? bytes * partitions * replicationFactor : 0;
    }),
  );
  return [
    ["brokers.disk", declared],
    ["retention.bytes of all topics", retained],
  ].flatMap(([what, bytes]) =>
    Number(bytes) <= freeDiskBytes
      ? []
      : [
          `disk: ${what} comes to ${inGiB(Number(bytes))} on this machine, and ${inGiB(freeDiskBytes)} is free: a full disk stops every node`,
        ],
  );
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);
