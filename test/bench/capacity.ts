import fc from "fast-check";
import { CATALOG } from "../../capacity/catalog.ts";
import { CapacityError } from "../../capacity/errors.ts";
import type { MachineClass } from "../../capacity/machine.ts";
import { sizeCluster } from "../../capacity/size.ts";
import type { Workload } from "../../capacity/workload.ts";
import { workloads } from "../capacity/workloads.ts";
import { goal, median, type Series } from "./measure.ts";
import type { Benchmark } from "./session.ts";

const WORKLOADS = 10_000;
const MOST_TOPICS = 10_000;
const AT_MOST_MS = 50;

/** Made a part at a time: else collecting the workloads' memory would be measured, not the planner. */
const PART = 50;

interface Round {
  readonly answersMs: readonly number[];
  /** Workloads that no cluster of the class carries: that is an answer too. */
  readonly refused: number;
}

export const capacity: Benchmark = {
  name: "capacity",
  description: `the planner's answer to ${WORKLOADS} random workloads of up to ${MOST_TOPICS} topics, over all machine classes in turn`,
  async measure({ runs, say, signal }) {
    const rounds: Round[] = [];
    while (rounds.length < runs) {
      const round = measureRound(rounds.length, signal);
      rounds.push(round);
      say(`run ${rounds.length} of ${runs}: ${figures(round.answersMs)}`);
    }
    const every = (what: string, part: number) =>
      fineSeries(
        what,
        rounds.map(({ answersMs }) => quantile(answersMs, part)),
      );
    const slowest = every("slowest answer", 1);
    const refused = rounds.reduce((sum, round) => sum + round.refused, 0);
    return {
      series: [every("median answer", 0.5), every("99th percentile", 0.99), slowest],
      goals: [goal(slowest.what, "ms", slowest.maxMs, { atMost: AT_MOST_MS })],
      notes: [
        `all runs: ${figures(rounds.flatMap(({ answersMs }) => answersMs))}`,
        `${WORKLOADS} workloads a run, other ones in each; ${refused} of all were more than their class can carry, which is an answer too`,
      ],
    };
  },
};

function measureRound(round: number, signal: AbortSignal): Round {
  const classes = Object.values(CATALOG);
  const answersMs: number[] = [];
  let refused = 0;
  for (let part = 0; part < WORKLOADS / PART; part++) {
    signal.throwIfAborted();
    const seed = round * WORKLOADS + part;
    for (const workload of fc.sample(workloads(MOST_TOPICS), { numRuns: PART, seed })) {
      const machine = classes[answersMs.length % classes.length]!;
      const before = performance.now();
      if (!fits(workload, machine)) refused++;
      answersMs.push(performance.now() - before);
    }
  }
  return { answersMs, refused };
}

function fits(workload: Workload, machine: MachineClass): boolean {
  try {
    return sizeCluster(workload, machine).fits;
  } catch (error) {
    if (error instanceof CapacityError) return false;
    throw error;
  }
}

/** One figure a run, in hundredths of a millisecond: whole ones would make the median 0. */
function fineSeries(what: string, values: readonly number[]): Series {
  const runsMs = values.map((value) => Number(value.toFixed(2)));
  return { what, medianMs: median(runsMs), minMs: Math.min(...runsMs), maxMs: Math.max(...runsMs), runsMs };
}

/** The value that so large a part of all is not above: 1 is the largest. */
function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.ceil(part * sorted.length) - 1]!;
}

function figures(values: readonly number[]): string {
  const [middle, high, most] = [0.5, 0.99, 1].map((part) => `${quantile(values, part).toFixed(2)} ms`);
  return `median ${middle}, 99th percentile ${high}, slowest ${most}`;
}
