import { setTimeout as sleep } from "node:timers/promises";
import type { OperationContext } from "../../plugin/resource.ts";
import type { ContainerArgs } from "./container-properties.ts";
import { type Engine, orGone, statusOf } from "./engine.ts";

const GONE_TIMEOUT_MS = 60_000;

type Args = Pick<ContainerArgs, "name" | "destroyGraceSeconds" | "removeVolumes">;

/**
 * Stops a container, for at most `destroyGraceSeconds`, and removes it; fine if it is gone already. Without a grace it
 * is ended at once, as by the official plugin.
 */
export async function removeContainer(
  { docker }: Engine,
  id: string,
  { name, destroyGraceSeconds = 0, removeVolumes }: Args,
  context?: OperationContext,
): Promise<void> {
  context?.signal.throwIfAborted();
  const container = docker.getContainer(id);
  const slow = setTimeout(() => context?.log(`stopping, for at most ${destroyGraceSeconds} s`), 2_000);
  try {
    const ask = { t: destroyGraceSeconds, ...(context && { abortSignal: context.signal }) };
    if (destroyGraceSeconds > 0) await tolerating([304, 404], container.stop(ask));
  } catch (error) {
    context?.signal.throwIfAborted();
    throw error;
  } finally {
    clearTimeout(slow);
  }
  // 409: it is being removed already, for example because it removes itself.
  await tolerating([404, 409], container.remove({ force: true, v: removeVolumes }));
  const deadline = performance.now() + GONE_TIMEOUT_MS;
  while (await orGone(container.inspect())) {
    if (performance.now() > deadline)
      throw new Error(`container ${name} is still there after ${GONE_TIMEOUT_MS / 1_000} s; look at the engine's log`);
    await sleep(100);
  }
}

async function tolerating(codes: readonly number[], work: Promise<unknown>): Promise<void> {
  await work.catch((error: unknown) => {
    if (!codes.includes(statusOf(error) ?? 0)) throw error;
  });
}
