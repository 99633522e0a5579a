import type { OperationContext } from "../../plugin/resource.ts";
import { MIB, swap } from "./container-options.ts";
import type { ContainerArgs } from "./container-properties.ts";
import { type Engine, reasonOf } from "./engine.ts";

/** Kept by the engine for as long as the container lives; the official plugin does not replace for them either. */
const FIXED = ["healthcheck", "tmpfs", "init", "rm"];

/**
 * Brings an existing container to its inputs: limits and restart policy, and running again when it stopped. What the
 * engine cannot change in a container that exists is told as a warning, and stays a difference.
 *
 * @param changed top-level properties that differ.
 */
export async function updateContainer(
  { docker }: Engine,
  id: string,
  args: ContainerArgs,
  changed: readonly string[],
  { signal, warn, log }: OperationContext,
): Promise<void> {
  signal.throwIfAborted();
  const held = changed.filter((name) => FIXED.includes(name) || isLifted(name, args));
  if (held.length > 0)
    warn(
      `${held.join(", ")}: the engine cannot change this in a container that exists; it counts once the container is ` +
        "replaced: pulumi up --replace, or the resource option replaceOnChanges",
    );
  const container = docker.getContainer(id);
  const options = updateOptions(args, changed);
  try {
    if (Object.keys(options).length > 0) await container.update(options);
    if (!args.mustRun || !args.start || (await container.inspect()).State.Running) return;
    log("starting it again");
    await container.start();
  } catch (error) {
    throw new Error(`container ${args.name} was not changed: ${reasonOf(error)}; correct its inputs`);
  }
}

/** The Engine API takes zero for "as it is": a limit can be moved, but not taken away. */
function isLifted(name: string, args: ContainerArgs): boolean {
  return (name === "memory" || name === "memorySwap" || name === "cpuShares") && !args[name];
}

/** What changes, in the words of the Engine API (POST /containers/{id}/update). Pure. */
export function updateOptions(args: ContainerArgs, changed: readonly string[]): Record<string, unknown> {
  const any = (...names: string[]) => names.some((name) => changed.includes(name));
  const { memory, memorySwap, cpuShares, restart, maxRetryCount = 0 } = args;
  // A container without a limit of its own for swap has twice its memory, and the engine moves both or neither.
  const total = memorySwap ? swap(memorySwap) : 2 * (memory ?? 0) * MIB;
  return {
    ...(any("memory") && memory && { Memory: memory * MIB }),
    ...(any("memory", "memorySwap") && total !== 0 && { MemorySwap: total }),
    ...(any("cpuShares") && cpuShares && { CpuShares: cpuShares }),
    ...(any("restart", "maxRetryCount") && { RestartPolicy: { Name: restart, MaximumRetryCount: maxRetryCount } }),
  };
}
