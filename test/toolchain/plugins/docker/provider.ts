import { after } from "node:test";
import pb from "@pulumi/pulumi/proto/provider_pb.js";
import { type JsonObject, toStruct } from "../../../../toolchain/plugin/struct.ts";
import { startPlugin } from "../../plugin/client.ts";
import { engineCalls, type Kept } from "../../plugin/engine-calls.ts";
import { docker, PLUGIN } from "./engine.ts";

export type { Kept } from "../../plugin/engine-calls.ts";

const TYPES = { Container: "container", Network: "network", RemoteImage: "remoteImage", Volume: "volume" } as const;
export type Type = keyof typeof TYPES;

const urn = (type: Type) => `urn:pulumi:dev::kafka-stacks::docker:index/${TYPES[type]}:${type}::one`;

/** The provider with the calls of Pulumi's engine; containers that it makes are removed when the tests are over. */
export async function startDocker(config: JsonObject = {}, underShell = false) {
  // A shell may play Pulumi's engine: it waits for its child, so that the child is not the shell itself.
  const shell = ["-c", '"$0" "$1" & wait', process.execPath, PLUGIN];
  const plugin = underShell
    ? await startPlugin({ after }, "/bin/sh", shell)
    : await startPlugin({ after }, process.execPath, [PLUGIN]);
  const configure = new pb.ConfigureRequest();
  configure.setArgs(toStruct(config));
  await plugin.call("configure", configure);
  const calls = engineCalls<Type>(plugin, urn);
  const create = (type: Type, inputs: JsonObject, preview = false): Promise<Kept> => {
    if (type === "Container") after(() => removeContainer(String(inputs.name)));
    return calls.create(type, inputs, { preview });
  };
  const read = async (type: Type, kept: Kept): Promise<Kept | undefined> => {
    const found = await calls.read(type, kept);
    return found && { ...found, inputs: kept.inputs };
  };
  return { plugin, ...calls, create, read };
}

function removeContainer(name: string) {
  return docker
    .getContainer(name)
    .remove({ force: true, v: true })
    .catch(() => {});
}
