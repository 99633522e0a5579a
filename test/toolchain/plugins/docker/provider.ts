import { after } from "node:test";
import pb from "@pulumi/pulumi/proto/provider_pb.js";
import { type JsonObject, toJson, toStruct } from "../../../../toolchain/plugin/struct.ts";
import { type RunningPlugin, startPlugin } from "../../plugin/client.ts";
import { docker, PLUGIN } from "./engine.ts";

const TYPES = { Container: "container", Network: "network", RemoteImage: "remoteImage", Volume: "volume" } as const;
export type Type = keyof typeof TYPES;

const urn = (type: Type) => `urn:pulumi:dev::kafka-stacks::docker:index/${TYPES[type]}:${type}::one`;

/** A resource as the engine keeps it between its calls. */
export interface Kept {
  readonly id: string;
  readonly inputs: JsonObject;
  readonly state: JsonObject;
}

export interface Found {
  readonly changed: string[];
  readonly replaces: string[];
  /** Property path and kind of each change, such as `ADD_REPLACE`. */
  readonly detailed: Record<string, string>;
  readonly deleteBeforeReplace: boolean;
}

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
  return { plugin, ...calls(plugin) };
}

function calls({ call }: RunningPlugin) {
  const create = async (type: Type, inputs: JsonObject, preview = false): Promise<Kept> => {
    const request = new pb.CreateRequest();
    request.setUrn(urn(type));
    request.setProperties(toStruct(inputs));
    request.setPreview(preview);
    if (type === "Container")
      after(() =>
        docker
          .getContainer(String(inputs.name))
          .remove({ force: true, v: true })
          .catch(() => {}),
      );
    const response = await call<pb.CreateRequest, pb.CreateResponse>("create", request);
    return { id: response.getId(), inputs, state: toJson(response.getProperties()) };
  };
  const read = async (type: Type, kept: Kept): Promise<Kept | undefined> => {
    const request = new pb.ReadRequest();
    request.setUrn(urn(type));
    request.setId(kept.id);
    request.setProperties(toStruct(kept.state));
    request.setInputs(toStruct(kept.inputs));
    const response = await call<pb.ReadRequest, pb.ReadResponse>("read", request);
    return response.getId() ? { ...kept, state: toJson(response.getProperties()) } : undefined;
  };
  const diff = async (type: Type, kept: Kept, news: JsonObject = kept.inputs): Promise<Found> => {
    const request = new pb.DiffRequest();
    request.setUrn(urn(type));
    request.setId(kept.id);
    request.setOlds(toStruct(kept.state));
    request.setOldInputs(toStruct(kept.inputs));
    request.setNews(toStruct(news));
    return found(await call<pb.DiffRequest, pb.DiffResponse>("diff", request));
  };
  const update = async (type: Type, kept: Kept, news: JsonObject): Promise<Kept> => {
    const request = new pb.UpdateRequest();
    request.setUrn(urn(type));
    request.setId(kept.id);
    request.setOlds(toStruct(kept.state));
    request.setOldInputs(toStruct(kept.inputs));
    request.setNews(toStruct(news));
    const response = await call<pb.UpdateRequest, pb.UpdateResponse>("update", request);
    return { id: kept.id, inputs: news, state: toJson(response.getProperties()) };
  };
  const remove = async (type: Type, { id, state }: Kept): Promise<void> => {
    const request = new pb.DeleteRequest();
    request.setUrn(urn(type));
    request.setId(id);
    request.setProperties(toStruct(state));
    await call("delete", request);
  };
  const check = async (type: Type, news: JsonObject, olds: JsonObject = {}) => {
    const request = new pb.CheckRequest();
    request.setUrn(urn(type));
    request.setNews(toStruct(news));
    request.setOlds(toStruct(olds));
    const response = await call<pb.CheckRequest, pb.CheckResponse>("check", request);
    const failures = response.getFailuresList().map((failure) => failure.getReason());
    return { inputs: toJson(response.getInputs()), failures };
  };
  return { check, create, read, diff, update, remove };
}

function found(response: pb.DiffResponse): Found {
  const kinds = Object.fromEntries(Object.entries(pb.PropertyDiff.Kind).map(([name, value]) => [value, name]));
  const detailed: Record<string, string> = {};
  response.getDetaileddiffMap().forEach((entry, name) => {
    detailed[name] = kinds[entry.getKind()]!;
  });
  return {
    changed: response.getDiffsList(),
    replaces: response.getReplacesList(),
    detailed,
    deleteBeforeReplace: response.getDeletebeforereplace(),
  };
}
