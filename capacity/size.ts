import { decisionsOf } from "./decisions.ts";
import { type Demand, demandOf, lostBytes } from "./demand.ts";
import { CapacityError } from "./errors.ts";
import { type Evaluation, evaluate } from "./evaluate.ts";
import { brokersLost, describe, failuresOf, type Replicas, replicasOf } from "./failures.ts";
import { controllersFor, zookeeperFor } from "./formulas.ts";
import { headroomOf } from "./headroom.ts";
import type { MachineClass } from "./machine.ts";
import type { ResourceName, ResourceResult, Sizing, TopicResult } from "./result.ts";
import { warningsOf } from "./warnings.ts";
import type { Workload } from "./workload.ts";

/** Kafka runs larger clusters; whoever needs one has better figures than these formulas. */
const MOST_BROKERS = 1_000;

/**
 * The smallest cluster of one machine class that carries a workload at its peak and horizon with the tolerated failure
 * already happened, and every figure of it. With `workload.brokers`, that very cluster, whether it fits or not.
 *
 * @throws CapacityError when replicas and failures do not go together, or no number of brokers is enough.
 */
export function sizeCluster(workload: Workload, machine: MachineClass): Sizing {
  const replicas = replicasOf(workload);
  const demand = demandOf(workload, replicas.replicationFactor);
  const { fitting, needed } = search(demand, replicas, machine);
  const chosen = workload.brokers === undefined ? fitting : fixed(demand, replicas, machine, workload.brokers);
  const resources = rank(chosen, needed);
  const [binding, nextBinding] = resources.order;
  // Spread as the loads are: over the brokers that share them.
  const topics = topicsOf(demand, chosen.sharing.brokers);
  const fits = chosen.uses.every((use) => use.fits);
  const failures = failuresOf(workload.mayFail);
  const figures = {
    schemaVersion: 1,
    workload,
    machine,
    brokers: chosen.brokers,
    controllers: controllersFor(failures),
    zookeeper: zookeeperFor(failures),
    ...replicas,
    topics,
    perBroker: chosen.now,
    resources: resources.results,
    binding,
    nextBinding,
    headroom: fits ? headroomOf(workload, replicas, machine, chosen.brokers) : 0,
    fits,
    afterFailure: {
      what: describe(workload.mayFail),
      brokersLost: chosen.lost,
      brokersLeft: chosen.brokers - chosen.lost,
      perBroker: chosen.after,
      rebuildHours: rebuildHours(demand, chosen, machine),
    },
  } as const;
  return { ...figures, decisions: decisionsOf(figures), warnings: warningsOf(figures) };
}

type Needed = ReadonlyMap<ResourceName, number>;

/** Tries one broker more until everything fits; remembers from where on each resource alone did. */
function search(demand: Demand, replicas: Replicas, machine: MachineClass) {
  const needed = new Map<ResourceName, number>();
  let last: Evaluation | undefined;
  for (let brokers = 1; brokers <= MOST_BROKERS; brokers++) {
    last = evaluate(demand, replicas, machine, brokers);
    if (!last) continue;
    for (const { resource, fits } of last.uses) if (fits && !needed.has(resource)) needed.set(resource, brokers);
    if (last.uses.every(({ fits }) => fits)) return { fitting: last, needed: needed as Needed };
  }
  const over = (last?.uses ?? [])
    .filter(({ fits }) => !fits)
    .map(({ resource, utilisationAfterFailure }) => `${resource} ${Math.ceil(utilisationAfterFailure * 100)} %`);
  throw new CapacityError([
    {
      key: "machine",
      message: `wanted a class of which ${MOST_BROKERS} brokers are enough, found ${machine.name}, with so many in use: ${over.join(", ")}`,
      next: "take a larger class, or split the workload",
    },
  ]);
}

function fixed(demand: Demand, replicas: Replicas, machine: MachineClass, brokers: number): Evaluation {
  const found = evaluate(demand, replicas, machine, brokers);
  if (found) return found;
  const { mayFail, racks } = demand.workload;
  const wanted =
    mayFail === "rack"
      ? `a broker in each of ${racks} racks`
      : `more than the ${brokersLost(demand.workload, brokers)} that may fail at once`;
  throw new CapacityError([{ key: "brokers", message: `wanted ${wanted}, found ${brokers}` }]);
}

/** The resource that asks for most brokers binds; among equals the one that is fullest for its target. */
function rank({ uses }: Evaluation, needed: Needed) {
  const results = uses.map((use) => ({ ...use, brokersNeeded: needed.get(use.resource) ?? 0 }));
  const order = results
    .toSorted((a, b) => b.brokersNeeded - a.brokersNeeded || fullness(b) - fullness(a))
    .map(({ resource }) => resource) as [ResourceName, ResourceName];
  return { order, results: results.map((result) => ({ ...result, binding: result.resource === order[0] })) };
}

const fullness = ({ utilisationAfterFailure, target }: Pick<ResourceResult, "utilisationAfterFailure" | "target">) =>
  utilisationAfterFailure / target;

function topicsOf({ workload, partitions, storageBytes, replicationFactor }: Demand, brokers: number): TopicResult[] {
  return workload.topics.map((topic) => {
    const count = partitions.of(topic, brokers);
    const bytes = storageBytes * topic.share;
    const partitionBytes = bytes / replicationFactor / count;
    return { name: topic.name, partitions: count, storageBytes: bytes, partitionBytes };
  });
}

/** Each byte that is copied is read from one disk, sent, and written to another. Null: nothing is spare. */
function rebuildHours(demand: Demand, { sharing, after }: Evaluation, machine: MachineClass): number | null {
  const { alive } = sharing;
  const lost = lostBytes(demand, sharing);
  if (lost === 0) return 0;
  const planned = lost / (demand.workload.rebuildHours * 3_600) / alive;
  const spare = Math.min(
    machine.networkBytesPerSec - after.networkInBytesPerSec + planned,
    machine.networkBytesPerSec - after.networkOutBytesPerSec + planned,
    (machine.disk.bytesPerSec - after.diskWriteBytesPerSec - after.diskReadBytesPerSec) / 2 + planned,
  );
  return spare > 0 ? lost / alive / spare / 3_600 : null;
}
