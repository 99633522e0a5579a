/**
 * Carries out a rebalance.
 *
 * 1. What an earlier run left of a throttle goes, or is replaced by the new one.
 * 2. Moves that the cluster has under way are waited for, then the planned ones go batch by batch.
 * 3. Whatever happens (the end, a failure, Ctrl-C), no throttle is left. When it ends early, the moves under way are taken
 *    back first, so that nothing is copied at full speed behind anybody's back; what is done stays done.
 *
 * A run that was killed leaves its batch under way and its throttle set: the next run finds both and goes on.
 */

import type { Admin } from "kafkajs";
import { monotonic } from "../../../base/time.ts";
import { UserError } from "../../../infra/errors.ts";
import { batches, bytesLeft, progressLine, secondsLeft } from "../../ops/rebalance/progress.ts";
import { isThrottled, type Reassignment, type RebalanceState, type Throttles } from "../../ops/rebalance/state.ts";
import { throttledReplicas } from "../../ops/rebalance/throttle.ts";
import { adding, copiedBytes, type ReplicaMove } from "../../ops/rebalance/types.ts";
import { throttleWords } from "../../ops/rebalance/words.ts";
import { few } from "../../ops/words.ts";
import { withAdmin } from "../admin.ts";
import { reason, withAnyBroker } from "../cluster.ts";
import { describeMetadata, withNode } from "../gaps.ts";
import { cancelReassignments, type PartitionsOf } from "../gaps-replicas.ts";
import { ongoingReassignments, startReassignments } from "../reassign.ts";
import { readSizes, readThrottles } from "./read.ts";
import { removeThrottles, setThrottle } from "./throttle.ts";

export interface ApplyOptions {
  /** Bytes per second of each broker; undefined: as fast as it goes. */
  readonly throttle: number | undefined;
  readonly signal: AbortSignal;
  say(line: string): void;
}

const TIMEOUT_MS = 30_000;
const POLL_MS = 500;
const SAY_EVERY_MS = 5_000;
/** Nothing was copied and no partition was done for so long: a person should look. */
const STALLED_MS = 600_000;

/** @throws UserError before any effect when the cluster cannot take the moves now; else see the file's header. */
export async function applyMoves(
  bootstrapServers: readonly string[],
  state: RebalanceState,
  moves: readonly ReplicaMove[],
  options: ApplyOptions,
): Promise<void> {
  refuseUnready(state, moves);
  const { throttle, say, signal } = options;
  await withAdmin(bootstrapServers, async (admin) => {
    let fault: unknown;
    const throttled = throttledReplicas(moves, withReplicas(state));
    const ids = state.brokers.map(({ id }) => id);
    const ours = throttle === undefined ? NONE : { brokers: ids, topics: [...throttled.keys()] };
    try {
      if (throttle === undefined) await clearThrottles(bootstrapServers, NONE, say);
      else await setThrottle(state.brokers, throttle, throttled);
      await new Run(admin, state, moves, options).all();
    } catch (error) {
      fault = error;
      const taken = await takeBack(admin, bootstrapServers).catch((error: unknown) => reason(error));
      if (typeof taken === "string") say(`the moves under way could not be taken back (${taken}); the cluster goes on`);
      else if (taken > 0) say(`taken back: ${taken} partitions that were under way`);
    }
    await clearThrottles(bootstrapServers, ours, say).catch((error: unknown) => {
      if (fault !== undefined) say(`error: ${reason(fault)}`);
      // An interrupted command ends without a word of its errors.
      if (signal.aborted) say(`a replication throttle may be left behind: ${reason(error)}; run this again`);
      throw new UserError(
        `a replication throttle may be left behind: ${reason(error)}`,
        "run kafka-stacks rebalance apply again when the cluster answers: it finds and removes it",
      );
    });
    if (fault !== undefined) throw fault;
    signal.throwIfAborted();
  });
}

/** kafkajs does nothing at all while any partition is without a leader, and no replica can move to a dead broker. */
function refuseUnready({ brokers, topics }: RebalanceState, moves: readonly ReplicaMove[]): void {
  const live = new Set(brokers.map(({ id }) => id));
  const missing = [...new Set(moves.flatMap(adding))].filter((id) => !live.has(id)).toSorted((a, b) => a - b);
  const offline = topics.filter(({ partitions }) => partitions.some(({ leader }) => leader === null));
  const faults = [
    ...(missing.length > 0 ? [`broker ${missing.join(", ")} is not registered`] : []),
    ...(offline.length > 0 ? [`partitions of ${few(offline.map(({ name }) => name))} have no leader`] : []),
  ];
  if (faults.length > 0)
    throw new UserError(`nothing was moved: ${faults.join("; ")}`, "see kafka-stacks health, then run this again");
}

const NONE: Throttles = { brokers: [], topics: [] };

/**
 * Removes every replication throttle there is: what an earlier run left, and `ours`, unseen: brokers learn of a setting some
 * time after it was granted.
 */
async function clearThrottles(
  bootstrapServers: readonly string[],
  ours: Throttles,
  say: (line: string) => void,
): Promise<void> {
  const { cluster, topics } = await withAnyBroker(bootstrapServers, TIMEOUT_MS, (node) => describeMetadata(node, null));
  const names = topics.map(({ name }) => name);
  const found = await readThrottles(cluster.brokers, names);
  const all = {
    brokers: [...new Set([...found.brokers, ...ours.brokers])].toSorted((a, b) => a - b),
    topics: [...new Set([...found.topics, ...ours.topics])].filter((name) => names.includes(name)).toSorted(),
  };
  if (!isThrottled(all)) return;
  await removeThrottles(cluster.brokers, all);
  say(`removed: ${throttleWords(all)}`);
}

/** @returns how many partitions. */
async function takeBack(admin: Admin, bootstrapServers: readonly string[]): Promise<number> {
  const ongoing = await ongoingReassignments(admin);
  if (ongoing.length === 0) return 0;
  await withAnyBroker(bootstrapServers, TIMEOUT_MS, async (node) => {
    const { cluster } = await describeMetadata(node, []);
    // With ZooKeeper only the controller takes it; in KRaft brokers name one of themselves, and forward.
    const controller = cluster.brokers.find(({ id }) => id === cluster.controllerId);
    const cancel = (to: typeof node) => cancelReassignments(to, byTopic(ongoing));
    await (controller ? withNode(controller.address, TIMEOUT_MS, cancel) : cancel(node));
  });
  return ongoing.length;
}

const byTopic = (partitions: readonly { readonly topic: string; readonly partition: number }[]): PartitionsOf =>
  new Map(
    [...Map.groupBy(partitions, ({ topic }) => topic)].map(([topic, ones]) => [
      topic,
      ones.map(({ partition }) => partition),
    ]),
  );

function withReplicas({ ongoing, topics }: RebalanceState) {
  const replicas = new Map(
    topics.flatMap(({ name, partitions }) =>
      partitions.map((one) => [`${name}/${one.partition}`, one.replicas] as const),
    ),
  );
  return ongoing.map((one) => ({ ...one, replicas: replicas.get(`${one.topic}/${one.partition}`) ?? [] }));
}

/** One run over all batches, with what it has said of its progress. */
class Run {
  readonly #admin: Admin;
  readonly #state: RebalanceState;
  readonly #moves: readonly ReplicaMove[];
  readonly #options: ApplyOptions;
  readonly #startedAt = monotonic.now();
  readonly #total: number;
  #done = 0;
  #saidAt = -Infinity;

  constructor(admin: Admin, state: RebalanceState, moves: readonly ReplicaMove[], options: ApplyOptions) {
    this.#admin = admin;
    this.#state = state;
    this.#moves = moves;
    this.#options = options;
    this.#total = moves.reduce((sum, move) => sum + copiedBytes(move), 0);
  }

  async all(): Promise<void> {
    const planned = new Set(this.#moves.map(({ topic, partition }) => `${topic}/${partition}`));
    const others = this.#state.ongoing.filter(({ topic, partition }) => !planned.has(`${topic}/${partition}`));
    if (others.length > 0) {
      this.#options.say(`waiting for ${others.length} partitions that the cluster moves already`);
      await this.#until(others, () => this.#moves);
    }
    const pieces = batches(this.#moves, this.#options.throttle);
    for (const [i, batch] of pieces.entries()) {
      this.#options.signal.throwIfAborted();
      await startReassignments(this.#admin, batch);
      await this.#until(batch, (moving) => [
        ...batch.filter((move) => moving.has(move)),
        ...pieces.slice(i + 1).flat(),
      ]);
      this.#done += batch.length;
    }
    if (this.#moves.length > 0) this.#tell(this.#done, 0);
  }

  /** Until none of these is under way. @param left the moves that are not done, of all. */
  async #until<P extends Pick<Reassignment, "topic" | "partition">>(
    partitions: readonly P[],
    left: (moving: ReadonlySet<P>) => readonly ReplicaMove[],
  ): Promise<void> {
    const { signal } = this.#options;
    const asked = byTopic(partitions);
    for (let last = "", changedAt = monotonic.now(), pauseMs = 50; ; pauseMs = Math.min(pauseMs * 2, POLL_MS)) {
      signal.throwIfAborted();
      const names = new Set(
        (await ongoingReassignments(this.#admin, asked)).map((one) => `${one.topic}/${one.partition}`),
      );
      const moving = new Set(partitions.filter(({ topic, partition }) => names.has(`${topic}/${partition}`)));
      if (moving.size === 0) return;
      const bytes = bytesLeft(left(moving), await readSizes(this.#state.brokers, asked));
      const now = `${moving.size} ${bytes}`;
      if (now !== last) changedAt = monotonic.now();
      last = now;
      if (monotonic.now() - this.#saidAt > SAY_EVERY_MS)
        this.#tell(this.#done + partitions.length - moving.size, bytes);
      if (monotonic.now() - changedAt > STALLED_MS)
        throw new UserError(
          `${moving.size} partitions are moved no further for ${STALLED_MS / 60_000} minutes, such as ${[...names][0]}`,
          "see kafka-stacks health: a broker that is down or out of sync holds them up; then run this again",
        );
      await monotonic.sleep(pauseMs, signal).catch(() => {});
    }
  }

  #tell(partitions: number, bytes: number): void {
    this.#saidAt = monotonic.now();
    const seconds = (monotonic.now() - this.#startedAt) / 1_000;
    const done = Math.min(partitions, this.#moves.length);
    const time = secondsLeft(this.#total - bytes, bytes, seconds);
    const progress = { partitions: done, ofPartitions: this.#moves.length, bytesLeft: bytes, secondsLeft: time };
    this.#options.say(progressLine(progress));
  }
}
