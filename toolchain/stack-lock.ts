import { hostname } from "node:os";
import path from "node:path";
import { UserError } from "../infra/errors.ts";
import { type Holder, releaseExclusive, type Taken, takeExclusive } from "./exclusive.ts";
import { stateHome } from "./places.ts";

/**
 * The lock of a stack: the process that changes it holds this from before the last look until the end of the work, so that nothing
 * that was decided is undone by another before it is done. It covers what Pulumi's own lock does not: requests to Kafka,
 * deleted data, and the time between two engine runs.
 */
export interface LockOptions {
  /** What is done, for those who come second: "topics apply". Never with a secret. */
  readonly command: string;
  say(line: string): void;
}

/** Held by this process, by their files. Within one process a stack's lock may be taken again: its work is one. */
const held = new Map<string, Holder>();

const lockFile = (stack: string): string => path.join(stateHome(), "locks", `${stack}.json`);

/** @throws UserError at once when another process holds it: then nothing is done. */
export async function withStackLock<T>(stack: string, options: LockOptions, work: () => Promise<T>): Promise<T> {
  const release = holdStackLock(stack, options);
  try {
    return await work();
  } finally {
    release();
  }
}

/**
 * Until the returned function is called, or the process ends. @throws UserError when another process holds it.
 */
export function holdStackLock(stack: string, { command, say }: LockOptions): () => void {
  const file = lockFile(stack);
  if (held.has(file)) return () => {};
  const taken = take(stack, file, command);
  if ("held" in taken) throw inUse(stack, file, taken.held);
  if (taken.from !== undefined) say(takenOver(stack, taken.from));
  if (held.size === 0) listen();
  held.set(file, taken.mine);
  return () => {
    held.delete(file);
    releaseExclusive(file, taken.mine);
    if (held.size === 0) stopListening();
  };
}

/** @throws UserError where the state folder takes no file. */
function take(stack: string, file: string, command: string): Taken {
  try {
    return takeExclusive(file, command);
  } catch (error) {
    throw new UserError(
      `nothing was done: the lock of ${stack} cannot be written (${(error as Error).message})`,
      `make ${path.dirname(file)} writable, with room on its disk, then run the same command again`,
    );
  }
}

function inUse(stack: string, file: string, { command, pid, host, since }: Holder): UserError {
  const { isHere, place } = whereIs(host);
  return new UserError(
    `nothing was done: ${stack} is being changed by "${command}" (process ${pid}${place}, since ${since})`,
    isHere
      ? "wait until it has ended, then run the same command again"
      : `wait until it has ended; if nothing runs on ${host} any more: rm '${file}', then run the same command again`,
  );
}

function whereIs(host: string): { readonly isHere: boolean; readonly place: string } {
  const isHere = host === hostname();
  return { isHere, place: isHere ? "" : ` on ${host}` };
}

const takenOver = (stack: string, from: Holder | null): string =>
  from === null
    ? `the lock of ${stack} was torn, as a crash of the machine or a full disk leaves it; it was taken over`
    : `"${from.command}" (process ${from.pid}, since ${from.since}) was killed while it changed ${stack}; its lock was taken over`;

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

function listen(): void {
  process.on("exit", releaseAll);
  // First, so that a listener for one signal only still counts.
  for (const name of SIGNALS) process.prependListener(name, endUnheard);
}

function stopListening(): void {
  process.off("exit", releaseAll);
  for (const name of SIGNALS) process.off(name, endUnheard);
}

function releaseAll(): void {
  for (const [file, mine] of held) releaseExclusive(file, mine);
  held.clear();
}

/** A signal without another listener ends the process, as it would without us. */
function endUnheard(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) > 1) return;
  releaseAll();
  stopListening();
  process.kill(process.pid, signal);
}
