import { setTimeout as sleep } from "node:timers/promises";
import type { Container, ContainerInspectInfo } from "dockerode";
import type { OperationContext } from "../../plugin/resource.ts";
import type { ContainerArgs } from "./container-properties.ts";
import { exitWords, hasExited, lastWords, standing } from "./container-words.ts";

const POLL_MS = 200;
/** A wait that is over before is not worth a line. */
const QUIET_MS = 2_000;
/** Then again every so often. */
const TELL_MS = 5_000;
/**
 * With a restart policy a container may need several starts, until what an earlier one left behind is gone (a session in
 * ZooKeeper: 18 s), but not endlessly many. The engine doubles its pause each time, so these take half a minute and more.
 */
const RESTARTS = 8;
/** The container does not work, and is left as it is for whoever looks why. */
export class Unhealthy extends Error {}

/**
 * Waits until the container's health check passes.
 *
 * @throws {Unhealthy} when it does not within `waitTimeout` seconds; at once when the container exits and its restart
 *   policy does not start it again, or has done so in vain. With the last words of the check and of the container.
 * @throws when `signal` aborts.
 */
export async function waitUntilHealthy(
  container: Container,
  { name, waitTimeout }: Pick<ContainerArgs, "name" | "waitTimeout">,
  { signal, log }: Pick<OperationContext, "signal" | "log">,
): Promise<void> {
  const begin = performance.now();
  let told = begin + QUIET_MS - TELL_MS;
  for (;;) {
    const { State, RestartCount } = await container.inspect({ abortSignal: signal });
    if (State.Health?.Status === "healthy") return;
    const seconds = (performance.now() - begin) / 1_000;
    if (hasExited(State) || RestartCount >= RESTARTS)
      throw new Unhealthy(`container ${name} ${exitWords(State, RestartCount)}\n${await lastWords(container, State)}`);
    if (seconds > waitTimeout)
      throw new Unhealthy(
        `container ${name} is not healthy after ${waitTimeout} s (${standing(State, RestartCount)})\n${await lastWords(container, State)}`,
      );
    if (performance.now() - told > TELL_MS) {
      told = performance.now();
      log(`waiting until it is healthy: ${Math.round(seconds)} of ${waitTimeout} s, ${standing(State, RestartCount)}`);
    }
    await sleep(POLL_MS, undefined, { signal });
  }
}

/** What waiting needs; without it a container would never be healthy. */
export function hasHealthcheck({ Config }: ContainerInspectInfo): boolean {
  const test = Config.Healthcheck?.Test ?? [];
  return test.length > 0 && test[0] !== "NONE";
}
