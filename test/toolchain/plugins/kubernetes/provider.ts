import path from "node:path";
import { after } from "node:test";
import pb from "@pulumi/pulumi/proto/provider_pb.js";
import { projectRoot } from "../../../../infra/paths.ts";
import { type Json, type JsonObject, toStruct } from "../../../../toolchain/plugin/struct.ts";
import { type RunningPlugin, startPlugin } from "../../plugin/client.ts";
import { engineCalls, type Kept } from "../../plugin/engine-calls.ts";

export type { Kept } from "../../plugin/engine-calls.ts";

export const PLUGIN = path.join(projectRoot, "toolchain/plugins/kubernetes/main.ts");

/** By Pulumi's type without the package: `core/v1:ConfigMap`. */
const urn = (type: string) => `urn:pulumi:dev::kafka-stacks::kubernetes:${type}::one`;

/** The provider with the calls of Pulumi's engine. */
export async function startKubernetes(config: JsonObject = {}, underShell = false) {
  // A shell may play Pulumi's engine: it waits for its child, so that the child is not the shell itself.
  const shell = ["-c", '"$0" "$1" & echo "pid $!" >&2; wait', process.execPath, PLUGIN];
  const plugin = underShell
    ? await startPlugin({ after }, "/bin/sh", shell)
    : await startPlugin({ after }, process.execPath, [PLUGIN]);
  const configure = new pb.ConfigureRequest();
  configure.setArgs(toStruct(config));
  await plugin.call("configure", configure);
  return { plugin, ...withChecks(plugin) };
}

export type Kubernetes = Awaited<ReturnType<typeof startKubernetes>>;

/** As the engine does it: what a program says is checked first, and what the check gives is what is made. */
function withChecks(plugin: RunningPlugin) {
  const calls = engineCalls<string>(plugin, urn);
  const checked = async (type: string, given: JsonObject, olds: JsonObject = {}): Promise<JsonObject> => {
    const { inputs, failures } = await calls.check(type, given, olds);
    if (failures.length > 0) throw new Error(failures.join("; "));
    return unsealed(inputs);
  };
  return {
    ...calls,
    checked,
    async make(type: string, given: JsonObject, extras: { preview?: boolean; timeoutSeconds?: number } = {}) {
      const kept = await calls.create(type, await checked(type, given), extras);
      return { ...kept, state: unsealed(kept.state) };
    },
    async refresh(type: string, kept: Kept): Promise<Kept | undefined> {
      const found = await calls.read(type, kept);
      return found && { id: found.id, inputs: unsealed(found.inputs), state: unsealed(found.state) };
    },
    async change(type: string, kept: Kept, news: JsonObject, extras = {}): Promise<Kept> {
      const updated = await calls.update(type, kept, news, extras);
      return { ...updated, state: unsealed(updated.state) };
    },
  };
}

/** The engine hands secrets to this provider in the clear. */
export function unsealed<T extends Json>(value: T): T {
  if (Array.isArray(value)) return value.map(unsealed) as T;
  if (value === null || typeof value !== "object") return value;
  if ("4dabf18193072939515e22adb298388d" in value) return unsealed((value as JsonObject).value!) as T;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, unsealed(item)])) as T;
}

/** An object with what its type says. */
export function of(type: string, rest: JsonObject): JsonObject {
  const [module = "", kind = ""] = type.split(":");
  return { apiVersion: module.replace(/^core\//, ""), kind, ...rest };
}
