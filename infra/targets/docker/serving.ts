import type { ContainerInspectInfo, default as Docker } from "dockerode";
import { type Clock, monotonic } from "../../../base/time.ts";
import { recoveryOf } from "../../../scripts/ops/gate/recovery.ts";
import {
  exitWords,
  hasExited,
  lastWords,
  logsOf,
  standing,
} from "../../../toolchain/plugins/docker/container-words.ts";
import { Patience } from "../patience.ts";

/** How long nothing new may be seen: loading logs after a crash may take long, and tells how far it is. */
const PATIENCE_MS = 300_000;
/** A start is not worth a line unless it takes longer. */
const QUIET_MS = 2_000;
const POLL_MS = 250;
const LOOKS_PER_LOG = 20;
/**
 * A node may need several starts, until what an earlier one left behind is gone (a session in ZooKeeper: 18 s), but not
 * endlessly many. The engine doubles its pause each time, so these take half a minute and more.
 */
const RESTARTS = 8;
/** start.sh refused: with what it found no start will succeed. */
const REFUSED = 64;

type Look = Pick<ContainerInspectInfo, "State" | "RestartCount">;

/** Why a container will not serve; undefined while it may. Pure. */
export function hopeless({ State, RestartCount }: Look): string | undefined {
  const ended = hasExited(State) || State.Restarting;
  const isLoop = RestartCount >= RESTARTS;
  return isLoop || hasExited(State) || (ended && State.ExitCode === REFUSED)
    ? exitWords(State, RestartCount)
    : undefined;
}

/** The same of a container as it stands; undefined where there is none. */
export async function whyHopeless(docker: Docker, name: string): Promise<string | undefined> {
  return hopeless(await docker.getContainer(name).inspect());
}

export interface Serving {
  readonly log: (message: string) => void;
  readonly signal?: AbortSignal | undefined;
  readonly clock?: Clock;
}

/**
 * Waits until a container's health check passes. Docker's own plugin would wait for as long as it may whatever becomes of the
 * container, and tell no reason; so it does not wait at all, and this does.
 *
 * @throws with its state and its last words, when it ends for good, refuses its data, restarts in vain, or nothing new is
 *   seen for five minutes.
 * @throws the signal's reason when it aborts.
 */
export async function waitUntilServing(docker: Docker, name: string, options: Serving): Promise<void> {
  const { log, signal, clock = monotonic } = options;
  const container = docker.getContainer(name);
  const patience = new Patience({ limitMs: PATIENCE_MS, quietMs: QUIET_MS, log, clock: () => clock.now() });
  let recovers: string | undefined;
  let told = false;
  for (let looks = 0; ; looks++, await clock.sleep(POLL_MS, signal)) {
    signal?.throwIfAborted();
    const { State, RestartCount } = await container.inspect();
    if (State.Health?.Status === "healthy") return;
    const end = hopeless({ State, RestartCount });
    if (end !== undefined) throw new Error(`${name} ${end}\n${await lastWords(container, State)}`);
    const stands = standing(State, RestartCount);
    if (looks % LOOKS_PER_LOG === LOOKS_PER_LOG - 1) recovers = recoveryOf(await logsOf(container));
    patience.note([State.Health?.Log?.at(-1)?.Output ?? "", ...(recovers === undefined ? [] : [recovers])]);
    if (patience.isOver)
      throw new Error(
        `${name} does not serve: nothing new for ${PATIENCE_MS / 60_000} minutes (${stands})\n${await lastWords(container, State)}`,
      );
    // The reason of the first crash need not wait for the last.
    if (State.Restarting && !told) {
      told = true;
      log(`it ended with exit code ${State.ExitCode} and is started again\n${await lastWords(container, State)}`);
    }
    patience.say(`waiting until it serves: ${recovers ?? stands}`);
  }
}
