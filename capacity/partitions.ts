import { partitionsForRate, spreadEvenly } from "./formulas.ts";
import type { TopicLoad, Workload } from "./workload.ts";

/** Partitions of a workload's topics, on any number of brokers. */
export interface PartitionNeed {
  of(topic: TopicLoad, brokers: number): number;
  /** Of all topics together. */
  total(brokers: number): number;
}

const sorted = new WeakMap<readonly TopicLoad[], readonly TopicLoad[]>();

/** Largest first; sorted once for a workload, whatever load it is then looked at with. */
function sortedByShare(topics: readonly TopicLoad[]): readonly TopicLoad[] {
  const known = sorted.get(topics) ?? topics.toSorted((a, b) => b.share - a.share);
  sorted.set(topics, known);
  return known;
}

/** Guards against a share of 1/B that is a hair above it as a binary fraction. */
const EPSILON = 1e-9;

/**
 * A topic gets what its rates, its consumers and its keys ask for. One that is more than a broker's part of the load gets a
 * multiple of the brokers, so that none leads more of it than another; smaller ones even out together.
 *
 * @param write bytes/s that all topics take at the peak, on the wire. Each consumer group reads a topic whole, so this is
 * also what its partitions must give to one group.
 */
export function partitionNeed(workload: Workload, write: number): PartitionNeed {
  const { topics, parallelism, partitionProduceBytesPerSec, partitionConsumeBytesPerSec } = workload;
  const least = ({ share, minPartitions }: TopicLoad): number => {
    const byRate = partitionsForRate(write * share, partitionProduceBytesPerSec, partitionConsumeBytesPerSec);
    return Math.max(byRate, parallelism, minPartitions);
  };
  const isLarge = ({ share }: TopicLoad, brokers: number): boolean => share * brokers > 1 + EPSILON;
  const of = (topic: TopicLoad, brokers: number): number =>
    isLarge(topic, brokers) ? spreadEvenly(least(topic), brokers) : least(topic);

  // Fewer than B topics can be more than a B-th: with the largest first, a total looks at those only.
  const largestFirst = sortedByShare(topics);
  const base = topics.reduce((sum, topic) => sum + least(topic), 0);
  const total = (brokers: number): number => {
    let sum = base;
    for (const topic of largestFirst) {
      if (!isLarge(topic, brokers)) break;
      sum += of(topic, brokers) - least(topic);
    }
    return sum;
  };
  return { of, total };
}
