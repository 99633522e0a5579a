import { formatBytes } from "../../../capacity/units.ts";
import { replicaKey, type Sizes } from "./state.ts";
import { adding, copiedBytes, type ReplicaMove } from "./types.ts";

/** Few enough that an interrupted run loses little, and enough that brokers are not waiting for us. */
const PARTITIONS_AT_ONCE = 200;
const BYTES_AT_ONCE = 20e9;
/** With a throttle: what it lets through in so long. */
const SECONDS_AT_ONCE = 60;

/**
 * Moves that are under way together: as many as fit the limits, at least one. Those that copy nothing come first.
 *
 * @param throttle bytes per second of each broker; undefined: none.
 */
export function batches(moves: readonly ReplicaMove[], throttle: number | undefined): ReplicaMove[][] {
  const room = Math.min(BYTES_AT_ONCE, (throttle ?? Number.POSITIVE_INFINITY) * SECONDS_AT_ONCE);
  const pieces: ReplicaMove[][] = [];
  let bytes = 0;
  for (const move of moves.toSorted((a, b) => Math.sign(copiedBytes(a)) - Math.sign(copiedBytes(b)))) {
    const last = pieces.at(-1);
    bytes += copiedBytes(move);
    if (last && last.length < PARTITIONS_AT_ONCE && bytes <= room) last.push(move);
    else {
      pieces.push([move]);
      bytes = copiedBytes(move);
    }
  }
  return pieces;
}

export interface Progress {
  readonly partitions: number;
  readonly ofPartitions: number;
  readonly bytesLeft: number;
  /** Null while nothing tells. */
  readonly secondsLeft: number | null;
}

/** What is still to be copied of moves, by the size of what their new replicas have. */
export function bytesLeft(moves: readonly ReplicaMove[], sizes: Sizes): number {
  return moves
    .flatMap((move) =>
      adding(move).map((id) => Math.max(0, move.bytes - (sizes.get(replicaKey(move.topic, move.partition, id)) ?? 0))),
    )
    .reduce((sum, bytes) => sum + bytes, 0);
}

/** At the speed since the start. */
export function secondsLeft(copied: number, left: number, elapsedSeconds: number): number | null {
  if (left === 0) return 0;
  return copied > 0 && elapsedSeconds > 0 ? (left * elapsedSeconds) / copied : null;
}

/** `12 of 90 partitions moved, 1.2 GB left, about 2 min`. */
export function progressLine({ partitions, ofPartitions, bytesLeft, secondsLeft }: Progress): string {
  const time = secondsLeft === null || bytesLeft === 0 ? "" : `, about ${aboutTime(secondsLeft)}`;
  return `${partitions} of ${ofPartitions} partitions moved, ${formatBytes(bytesLeft)} left${time}`;
}

function aboutTime(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  return seconds < 5_400 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3_600)} h`;
}
