import { REPLICAS_PER_BROKER } from "./resources.ts";
import type { Sizing, Warning } from "./result.ts";

type Figures = Omit<Sizing, "decisions" | "warnings">;
type Rule = readonly [
  code: string,
  applies: (figures: Figures) => boolean,
  message: (figures: Figures) => string,
  hint: string,
];

const MANY_BROKERS = 10;
const MANY_REPLICAS_ZOOKEEPER = 200_000;

const replicas = ({ topics, replicationFactor }: Pick<Figures, "topics" | "replicationFactor">): number =>
  topics.reduce((sum, { partitions }) => sum + partitions, 0) * replicationFactor;
const storage = ({ resources }: Figures): number =>
  resources.find(({ resource }) => resource === "storage")?.utilisationAfterFailure ?? 0;
/** Brokers hold whole replicas: the fullest has one more than the even part. */
function fullestDisk({ afterFailure, topics, replicationFactor, machine }: Figures): number {
  const count = replicas({ topics, replicationFactor });
  const bytes = topics.reduce((sum, { storageBytes }) => sum + storageBytes, 0);
  return (Math.ceil(count / afterFailure.brokersLeft) * (bytes / count)) / machine.disk.sizeBytes;
}
const percent = (share: number): string => `${Math.round(share * 100)} %`;

const RULES: readonly Rule[] = [
  [
    "DOES_NOT_FIT",
    ({ fits }) => !fits,
    ({ resources }) =>
      `${resources
        .filter((use) => !use.fits)
        .map(({ resource, brokersNeeded }) => `${resource} (needs ${brokersNeeded} brokers)`)
        .join(", ")} above target`,
    "add brokers, take a larger class, or lower the workload",
  ],
  [
    "MANY_PARTITIONS",
    ({ afterFailure }) => afterFailure.perBroker.partitionReplicas > REPLICAS_PER_BROKER,
    ({ afterFailure }) =>
      `${Math.ceil(afterFailure.perBroker.partitionReplicas)} partition replicas a broker after a failure, recommended are at most ${REPLICAS_PER_BROKER}`,
    "fewer partitions per topic, or more brokers",
  ],
  [
    "MANY_PARTITIONS_ZOOKEEPER",
    (figures) => replicas(figures) > MANY_REPLICAS_ZOOKEEPER,
    (figures) => `${replicas(figures)} partition replicas are too many for ZooKeeper (${MANY_REPLICAS_ZOOKEEPER})`,
    "use KRaft",
  ],
  [
    "MANY_BROKERS",
    ({ brokers }) => brokers > MANY_BROKERS,
    ({ brokers, binding }) => `${brokers} brokers; ${binding} binds`,
    "compare with a larger class: fewer brokers are easier to run",
  ],
  [
    "FEW_BROKERS",
    ({ brokers }) => brokers < 3,
    ({ brokers }) =>
      `${brokers} ${brokers === 1 ? "broker" : "brokers"}: a lost one takes a large part of the cluster away`,
    "three brokers are the least for production",
  ],
  [
    "FEW_COPIES",
    ({ replicationFactor }) => replicationFactor < 3,
    ({ replicationFactor }) => `replication factor ${replicationFactor} is below 3`,
    "let a broker fail (may-fail broker) before this goes to production",
  ],
  [
    "SLOW_REBUILD",
    ({ workload, afterFailure: { rebuildHours } }) => rebuildHours === null || rebuildHours > workload.rebuildHours,
    ({ workload, afterFailure: { rebuildHours } }) =>
      rebuildHours === null
        ? "nothing is spare to make lost replicas again"
        : `making lost replicas again takes ${rebuildHours.toFixed(1)} h, wanted were ${workload.rebuildHours} h`,
    "more brokers with less on each, faster disks or network, or a shorter retention",
  ],
  [
    "DISK_HALF_FULL",
    (figures) => storage(figures) > 0.5,
    (figures) => `disks are ${percent(storage(figures))} full after a failure`,
    "a reassignment needs room for replicas at both ends: watch it, or take larger disks",
  ],
  [
    "LARGE_PARTITIONS",
    (figures) => fullestDisk(figures) > 0.9,
    (figures) =>
      `partitions are so large that the fullest broker is ${percent(fullestDisk(figures))} full after a failure, as brokers hold whole ones`,
    "more partitions, so that each is small beside a disk, or one broker more",
  ],
  [
    "LITTLE_HEADROOM",
    ({ fits, headroom }) => fits && headroom < 0.1,
    ({ headroom, binding }) => `${percent(headroom)} more load needs another broker: ${binding}`,
    "add one broker if the figures are guesses",
  ],
];

/** What is allowed but should be known. */
export function warningsOf(figures: Figures): Warning[] {
  return RULES.filter(([, applies]) => applies(figures)).map(([code, , message, hint]) => ({
    code,
    message: message(figures),
    hint,
  }));
}
