import { ExitError, say } from "./output.ts";

const LINGER_MS = 1_000;

/** The first Ctrl-C lets the work clean up and ends with 130; a second one kills as usual. @param tidying what the clean-up does. */
export async function interruptible<T>(
  work: (signal: AbortSignal) => Promise<T>,
  tidying = "removing the probe topics",
): Promise<T> {
  const controller = new AbortController();
  const interrupt = () => {
    say(`interrupted: ${tidying}`);
    controller.abort();
  };
  const signals = ["SIGINT", "SIGTERM"] as const;
  for (const name of signals) process.once(name, interrupt);
  try {
    return await work(controller.signal);
  } catch (error) {
    throw controller.signal.aborted ? new ExitError(130) : error;
  } finally {
    for (const name of signals) process.off(name, interrupt);
    // kafkajs cannot be told to stop retrying: what an abandoned check left behind must not keep the process alive.
    setTimeout(() => process.exit(), LINGER_MS).unref();
  }
}
