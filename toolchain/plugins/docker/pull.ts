import type { ImageInspectInfo } from "dockerode";
import type { OperationContext } from "../../plugin/resource.ts";
import { type Engine, orGone, reasonOf, statusOf } from "./engine.ts";

const TELL_MS = 1_000;

/** One line of the stream by which the engine tells how a pull goes. */
interface PullEvent {
  readonly id?: string;
  readonly status?: string;
  readonly error?: string;
  readonly progressDetail?: { readonly current?: number; readonly total?: number };
}

/** The image of that name or id on the engine's machine, pulled if it is not there yet. */
export async function findOrPull(
  { docker }: Engine,
  name: string,
  context: Pick<OperationContext, "log" | "signal">,
): Promise<ImageInspectInfo> {
  const local = await orGone(docker.getImage(name).inspect());
  if (local) return local;
  if (name.startsWith("sha256:"))
    throw new Error(`image ${name} is not on the engine's machine, and an id cannot be pulled; name the image instead`);
  try {
    await pull(docker, name, context);
  } catch (error) {
    context.signal.throwIfAborted();
    if (statusOf(error) === undefined && !(error instanceof PullError)) throw error;
    throw new Error(
      `image ${name} is not on the engine's machine and could not be pulled: ${reasonOf(error)}; ` +
        `correct the name or the connection, or bring it there: docker pull ${name} (after docker login, if it is private), docker load`,
    );
  }
  return docker.getImage(name).inspect();
}

/** What the engine said within the stream of a pull. */
class PullError extends Error {}

async function pull(
  docker: Engine["docker"],
  name: string,
  { log, signal }: Pick<OperationContext, "log" | "signal">,
): Promise<void> {
  log(`pulling ${name}`);
  const stream = await docker.pull(name, { abortSignal: signal });
  const layers = new Map<string, PullEvent>();
  let told = performance.now();
  await new Promise<void>((resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
    const finished = (error: Error | null) => (error ? reject(new PullError(reasonOf(error))) : resolve());
    docker.modem.followProgress(stream, finished, (event: PullEvent) => {
      if (event.error) reject(new PullError(event.error));
      if (event.id) layers.set(event.id, event);
      if (performance.now() - told < TELL_MS) return;
      told = performance.now();
      log(`pulling ${name}: ${progress([...layers.values()])}`);
    });
  });
}

function progress(layers: readonly PullEvent[]): string {
  const done = layers.filter(({ status }) => status === "Pull complete" || status === "Already exists").length;
  const loading = layers.filter(({ status, progressDetail }) => status === "Downloading" && progressDetail?.total);
  const megabytes = (part: "current" | "total") =>
    Math.round(loading.reduce((sum, { progressDetail }) => sum + (progressDetail?.[part] ?? 0), 0) / 1e6);
  const now = loading.length > 0 ? `, ${megabytes("current")} of ${megabytes("total")} MB of those that load` : "";
  return `${done} of ${layers.length} layers${now}`;
}
