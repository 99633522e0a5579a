/** How a cluster of a given number of brokers would do. */
import { brokerLoad, type Demand, type Situation } from "./demand.ts";
import { brokersLost, brokersSharing, type Replicas } from "./failures.ts";
import type { MachineClass } from "./machine.ts";
import { MACHINE_RESOURCES } from "./resources.ts";
import type { BrokerLoad, ResourceName, ResourceResult } from "./result.ts";

export interface Evaluation {
  readonly brokers: number;
  readonly lost: number;
  /** Of the brokers that share the load evenly; with racks of one size it is all of them. */
  readonly sharing: Situation;
  readonly now: BrokerLoad;
  readonly after: BrokerLoad;
  readonly uses: readonly Use[];
}

/** One resource of one broker, without what only a comparison of cluster sizes can tell. */
export type Use = Omit<ResourceResult, "brokersNeeded" | "binding">;

/** Undefined when the tolerated failure would leave no broker, or a rack has none. */
export function evaluate(
  demand: Demand,
  replicas: Replicas,
  machine: MachineClass,
  brokers: number,
): Evaluation | undefined {
  const lost = brokersLost(demand.workload, brokers);
  const even = brokersSharing(demand.workload, brokers);
  const alive = even - brokersLost(demand.workload, even);
  if (alive < 1) return undefined;
  const now = brokerLoad(demand, { brokers: even, alive: even });
  const after = brokerLoad(demand, { brokers: even, alive });
  const uses = Object.entries(MACHINE_RESOURCES).map(([name, { needed, have, target, unit, formula, source }]) =>
    makeUse({
      resource: name as ResourceName,
      unit,
      needed: needed(now),
      neededAfterFailure: needed(after),
      have: have(machine),
      haveAfterFailure: have(machine),
      target: target(demand.workload),
      formula,
      source,
    }),
  );
  const sharing = { brokers: even, alive };
  return { brokers, lost, sharing, now, after, uses: [...uses, placement(demand, replicas, brokers, brokers - lost)] };
}

/** Every replica has a broker of its own, and after the failure enough brokers are left to acknowledge. */
function placement({ workload }: Demand, replicas: Replicas, brokers: number, alive: number): Use {
  const { replicationFactor, minInsyncReplicas } = replicas;
  return makeUse({
    resource: "replication",
    unit: "brokers",
    needed: workload.mayFail === "rack" ? Math.max(replicationFactor, workload.racks) : replicationFactor,
    neededAfterFailure: minInsyncReplicas,
    have: brokers,
    haveAfterFailure: alive,
    target: 1,
    formula: "brokers ≥ RF = f + minISR, minISR = f + 1",
    source: "Apache Kafka documentation, replication and min.insync.replicas",
  });
}

type Measured = Omit<Use, "utilisation" | "utilisationAfterFailure" | "fits"> & { readonly haveAfterFailure: number };

function makeUse({ haveAfterFailure, ...measured }: Measured): Use {
  const utilisation = measured.needed / measured.have;
  const utilisationAfterFailure = measured.neededAfterFailure / haveAfterFailure;
  // Placement may be tighter before the failure, everything else is tighter after it.
  return {
    ...measured,
    utilisation,
    utilisationAfterFailure,
    fits: Math.max(utilisation, utilisationAfterFailure) <= measured.target,
  };
}
