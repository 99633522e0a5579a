import { demandOf } from "./demand.ts";
import { evaluate } from "./evaluate.ts";
import type { Replicas } from "./failures.ts";
import type { MachineClass } from "./machine.ts";
import type { Workload } from "./workload.ts";

const MOST = 2 ** 20;
/** Halvings: exact to seven digits, far beyond what the inputs are. */
const STEPS = 24;

/** By which share the produce rate may grow until this cluster no longer fits: 0.2 is a fifth. At most 2^20. */
export function headroomOf(workload: Workload, replicas: Replicas, machine: MachineClass, brokers: number): number {
  const fits = (factor: number): boolean => {
    const produceBytesPerSec = workload.produceBytesPerSec * factor;
    const peakProduceBytesPerSec = workload.peakProduceBytesPerSec * factor;
    const grown = { ...workload, produceBytesPerSec, peakProduceBytesPerSec };
    const found = evaluate(demandOf(grown, replicas.replicationFactor), replicas, machine, brokers);
    return found?.uses.every((use) => use.fits) ?? false;
  };
  let [least, most] = [1, 2];
  while (most < MOST && fits(most)) [least, most] = [most, most * 2];
  for (let step = 0; step < STEPS; step++) {
    const middle = (least + most) / 2;
    if (fits(middle)) least = middle;
    else most = middle;
  }
  return least - 1;
}
