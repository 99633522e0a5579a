import { CapacityError, type CapacityFault } from "./errors.ts";
import { replicasFor } from "./formulas.ts";
import type { Failure, Workload } from "./workload.ts";

/** Brokers, or racks, that may be lost at once. */
export const failuresOf = (mayFail: Failure): number => ({ nothing: 0, broker: 1, "two-brokers": 2, rack: 1 })[mayFail];

/** How many of so many brokers are lost then; of racks the largest. */
export function brokersLost({ mayFail, racks }: Workload, brokers: number): number {
  return mayFail === "rack" ? Math.ceil(brokers / racks) : failuresOf(mayFail);
}

/**
 * How many brokers share the load evenly. Where each rack holds a copy, those of the smallest rack carry as much as those of
 * the others together: a broker more in one rack only takes nothing off them.
 */
export function brokersSharing({ mayFail, racks }: Workload, brokers: number): number {
  return mayFail === "rack" ? Math.floor(brokers / racks) * racks : brokers;
}

export interface Replicas {
  readonly replicationFactor: number;
  readonly minInsyncReplicas: number;
}

/** Replication factor and min ISR as `mayFail` asks for, unless set by hand. @throws CapacityError when they do not go together. */
export function replicasOf(workload: Workload): Replicas {
  const failures = failuresOf(workload.mayFail);
  const asked = replicasFor(failures);
  const minInsyncReplicas = workload.minInsyncReplicas ?? asked.minInsyncReplicas;
  const replicationFactor = workload.replicationFactor ?? failures + minInsyncReplicas;
  const faults: CapacityFault[] = [];
  if (minInsyncReplicas < asked.minInsyncReplicas)
    faults.push({
      key: "minInsyncReplicas",
      message: `wanted ${asked.minInsyncReplicas} or more, found ${minInsyncReplicas}: acknowledged records could be lost with ${describe(workload.mayFail)}`,
    });
  if (replicationFactor < failures + minInsyncReplicas)
    faults.push({
      key: "replicationFactor",
      message: `wanted ${failures + minInsyncReplicas} or more, min ISR ${minInsyncReplicas} and ${failures} that may fail, found ${replicationFactor}: writes would stop`,
    });
  if (workload.mayFail === "rack" && workload.racks < replicationFactor)
    faults.push({
      key: "racks",
      message: `wanted ${replicationFactor} racks or more, one for each replica, found ${workload.racks}`,
    });
  if (faults.length > 0) throw new CapacityError(faults);
  return { replicationFactor, minInsyncReplicas };
}

/** `one broker lost` and so on. */
export const describe = (mayFail: Failure): string =>
  ({ nothing: "nothing lost", broker: "one broker lost", "two-brokers": "two brokers lost", rack: "one rack lost" })[
    mayFail
  ];
