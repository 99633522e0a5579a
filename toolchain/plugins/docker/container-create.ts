import type { Container } from "dockerode";
import type { OperationContext } from "../../plugin/resource.ts";
import { createOptions } from "./container-options.ts";
import type { ContainerArgs } from "./container-properties.ts";
import { type Engine, reasonOf, statusOf } from "./engine.ts";
import { hasHealthcheck } from "./health.ts";
import { findOrPull } from "./pull.ts";
import { upload } from "./uploads.ts";

/**
 * Makes a container and starts it, unless `start` is false. If any of it fails or is interrupted, nothing remains.
 *
 * 1. The image is looked up, and pulled if it is missing.
 * 2. The container is created in its network mode; from there it moves into the networks that are named.
 * 3. Files are uploaded, then it is started.
 */
export async function createContainer(engine: Engine, args: ContainerArgs, context: OperationContext): Promise<string> {
  context.signal.throwIfAborted();
  await findOrPull(engine, args.image, context);
  const container = await named(args, "was not created", () => engine.docker.createContainer(createOptions(args)));
  try {
    await prepare(engine, container, args, context);
    if (args.start) await named(args, "was not started", () => container.start());
    context.signal.throwIfAborted();
    return container.id;
  } catch (error) {
    await container.remove({ force: true, v: true });
    throw error;
  }
}

async function prepare(
  engine: Engine,
  container: Container,
  args: ContainerArgs,
  { signal, warn }: OperationContext,
): Promise<void> {
  signal.throwIfAborted();
  const info = await container.inspect();
  if (args.wait && args.start && !hasHealthcheck(info))
    throw new Error(
      `container ${args.name}: wait needs a health check, and there is none; set healthcheck, or leave wait`,
    );
  const { startInterval } = args.healthcheck ?? {};
  if (startInterval && info.Config.Healthcheck?.StartInterval === undefined)
    warn(`healthcheck.startInterval: this engine is too old for it (API 1.44); interval counts from the start`);
  await join(engine, container.id, args);
  await named(args, "did not take its files", () => upload(container, args.uploads ?? []));
  signal.throwIfAborted();
}

async function join({ docker }: Engine, id: string, args: ContainerArgs): Promise<void> {
  const networks = args.networksAdvanced ?? [];
  if (networks.length > 0 && args.networkMode === "bridge")
    await docker
      .getNetwork("bridge")
      .disconnect({ Container: id })
      .catch((error: unknown) => {
        if (!/is not connected/.test(reasonOf(error))) throw error;
      });
  for (const { name, aliases = [] } of networks)
    await named(args, `did not join network ${name}`, () =>
      docker.getNetwork(name).connect({ Container: id, EndpointConfig: { Aliases: [...aliases] } }),
    );
}

const NEXT: readonly (readonly [found: RegExp, next: string])[] = [
  [/name .* is already in use/, "remove the other container (docker rm -f), or choose another name"],
  [/port is already allocated|address already in use/, "end what listens on that port, or publish another"],
  [/[Nn]o such network|network .* not found/, "create the network first, and refer to it by its name or id"],
];

/** An error of the engine's says whose it is, and what to do; values of the environment and of files stay out of it. */
async function named<T>({ name, envs = [] }: ContainerArgs, what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (statusOf(error) === undefined) throw error;
    const values = envs.map((env) => env.slice(env.indexOf("=") + 1)).filter((value) => value.length > 2);
    const reason = values.reduce((text, value) => text.replaceAll(value, "(hidden)"), reasonOf(error));
    const next = NEXT.find(([found]) => found.test(reason))?.[1] ?? "correct its inputs";
    throw new Error(`container ${name} ${what}: ${reason}; ${next}`);
  }
}
