import type { IsrPartition } from "../../../../scripts/kafka/state.ts";
import type { GateNode, GateState } from "../../../../scripts/ops/gate/state.ts";

export interface Shape {
  readonly brokers: number;
  readonly voters: number;
  readonly combined: boolean;
  readonly racks?: number;
  readonly topics: readonly { readonly replicas: number; readonly minIsr: number; readonly offset: number }[];
}

/** A cluster that behaves as Kafka does: a stop leaves every ISR and hands leaders on, a start comes back by and by. */
export class SimulatedCluster {
  readonly nodes: readonly GateNode[];
  readonly #down = new Set<number>();
  /** Voters that run and have yet to fetch. */
  readonly #behind = new Set<number>();
  #partitions: IsrPartition[];
  readonly #voters: readonly number[];
  #leader: number;

  constructor({ brokers, voters, combined, racks = 1, topics }: Shape) {
    const brokerIds = Array.from({ length: brokers }, (_, index) => index + 1);
    this.#voters = Array.from({ length: voters }, (_, index) => (combined ? 1 : 1001) + index);
    this.#leader = this.#voters[0]!;
    const ids = [...new Set([...this.#voters, ...brokerIds])];
    this.nodes = ids.map((id) => ({
      id,
      rack: `r${id % racks}`,
      roles: [
        ...(brokerIds.includes(id) ? ["broker" as const] : []),
        ...(this.#voters.includes(id) ? ["controller" as const] : []),
      ],
    }));
    this.#partitions = topics.map(({ replicas, minIsr, offset }, partition) => {
      const ids = Array.from({ length: replicas }, (_, index) => brokerIds[(offset + index) % brokers]!);
      return { topic: "t", partition, leader: ids[0]!, replicas: ids, isr: ids, minIsr };
    });
  }

  get state(): GateState {
    const brokers = this.nodes.filter(({ id, roles }) => roles.includes("broker") && !this.#down.has(id));
    const isBehind = (id: number) => this.#down.has(id) || this.#behind.has(id);
    const voters = this.#voters.map((id) => ({ id, lag: 0, caughtUpAgoMs: isBehind(id) ? 60_000 : 100 }));
    return {
      brokers: brokers.map(({ id }) => id),
      partitions: this.#partitions,
      quorum: { leaderId: this.#leader, leaderEpoch: 1, voters, observers: [] },
    };
  }

  isDown(id: number): boolean {
    return this.#down.has(id);
  }

  stop(id: number): void {
    this.#down.add(id);
    this.#update((partition) => {
      const isr = partition.isr.filter((member) => member !== id);
      return { ...partition, isr, leader: isr.includes(partition.leader ?? -1) ? partition.leader : (isr[0] ?? null) };
    });
    if (this.#leader === id)
      this.#leader = this.#voters.find((one) => !this.#down.has(one) && !this.#behind.has(one)) ?? -1;
  }

  start(id: number): void {
    if (!this.#down.delete(id)) return;
    if (this.#voters.includes(id)) this.#behind.add(id);
  }

  /** One partition's replica is in sync again, or a voter has fetched. */
  catchUp(id: number, partition: number): void {
    if (this.#down.has(id)) return;
    this.#behind.delete(id);
    if (this.#leader < 0) this.#leader = id;
    this.#update((one) =>
      one.partition === partition && one.replicas.includes(id) && !one.isr.includes(id)
        ? { ...one, isr: [...one.isr, id], leader: one.leader ?? id }
        : one,
    );
  }

  #update(change: (partition: IsrPartition) => IsrPartition): void {
    this.#partitions = this.#partitions.map(change);
  }
}
