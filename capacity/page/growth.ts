/** How many brokers the plan needs as it grows: over the years of its horizon, or with so many times the load. */
import { CapacityError } from "../errors.ts";
import type { MachineClass } from "../machine.ts";
import { sizeCluster } from "../size.ts";
import type { Retention, Workload } from "../workload.ts";
import type { Plan } from "./plan.ts";

export type Axis = "years" | "load";

export interface Point {
  /** Years from now, or times the load of today. */
  readonly at: number;
  /** Undefined where no number of brokers is enough. */
  readonly brokers: number | undefined;
}

const POINTS = 17;
const MOST_LOAD = 5;

/** A number of brokers set by hand counts for nothing here: the question is how many are needed. */
export function growthOf({ workload, machine }: Plan, axis: Axis): readonly Point[] {
  const free: Workload = { ...workload, brokers: undefined };
  const most = axis === "years" ? workload.horizonYears : MOST_LOAD;
  const least = axis === "years" ? 0 : 1;
  return Array.from({ length: POINTS }, (_, i) => {
    const at = least + ((most - least) * i) / (POINTS - 1);
    return {
      at,
      brokers: brokersFor(axis === "years" ? { ...free, horizonYears: at } : timesAsMuch(free, at), machine),
    };
  });
}

function brokersFor(workload: Workload, machine: MachineClass): number | undefined {
  try {
    return sizeCluster(workload, machine).brokers;
  } catch (error) {
    if (error instanceof CapacityError) return undefined;
    throw error;
  }
}

/** Rates and what is kept; a retention by time keeps more by itself. */
const timesAsMuch = (workload: Workload, times: number): Workload => ({
  ...workload,
  produceBytesPerSec: workload.produceBytesPerSec * times,
  peakProduceBytesPerSec: workload.peakProduceBytesPerSec * times,
  retention: keepTimes(workload.retention, times),
});

function keepTimes(retention: Retention, times: number): Retention {
  if (retention.by === "size") return { by: "size", bytes: retention.bytes * times };
  if (retention.by === "compaction") return { by: "compaction", liveBytes: retention.liveBytes * times };
  return retention;
}
