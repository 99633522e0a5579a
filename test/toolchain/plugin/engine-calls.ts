import pb from "@pulumi/pulumi/proto/provider_pb.js";
import { type JsonObject, toJson, toStruct } from "../../../toolchain/plugin/struct.ts";
import type { RunningPlugin } from "./client.ts";

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

export interface Extras {
  readonly preview?: boolean;
  readonly timeoutSeconds?: number;
  readonly ignoreChanges?: readonly string[];
}

/** The calls of Pulumi's engine about a resource. Secrets go back in the clear, as to a provider that knows none. */
export function engineCalls<Type extends string>({ call }: RunningPlugin, urn: (type: Type) => string) {
  return {
    async check(type: Type, news: JsonObject, olds: JsonObject = {}) {
      const request = new pb.CheckRequest();
      request.setUrn(urn(type));
      request.setNews(toStruct(news));
      request.setOlds(toStruct(olds));
      const response = await call<pb.CheckRequest, pb.CheckResponse>("check", request);
      const failures = response.getFailuresList().map((failure) => failure.getReason());
      return { inputs: toJson(response.getInputs()), failures };
    },

    async create(type: Type, inputs: JsonObject, extras: Extras = {}): Promise<Kept> {
      const request = new pb.CreateRequest();
      request.setUrn(urn(type));
      request.setProperties(toStruct(inputs));
      request.setPreview(extras.preview ?? false);
      request.setTimeout(extras.timeoutSeconds ?? 0);
      const response = await call<pb.CreateRequest, pb.CreateResponse>("create", request);
      return { id: response.getId(), inputs, state: toJson(response.getProperties()) };
    },

    /** With the inputs that the provider read. */
    async read(type: Type, kept: Kept): Promise<Kept | undefined> {
      const request = new pb.ReadRequest();
      request.setUrn(urn(type));
      request.setId(kept.id);
      request.setProperties(toStruct(kept.state));
      request.setInputs(toStruct(kept.inputs));
      const response = await call<pb.ReadRequest, pb.ReadResponse>("read", request);
      if (!response.getId()) return undefined;
      return { id: kept.id, inputs: toJson(response.getInputs()), state: toJson(response.getProperties()) };
    },

    async diff(type: Type, kept: Kept, news: JsonObject = kept.inputs, extras: Extras = {}): Promise<Found> {
      const request = new pb.DiffRequest();
      request.setUrn(urn(type));
      request.setId(kept.id);
      request.setOlds(toStruct(kept.state));
      request.setOldInputs(toStruct(kept.inputs));
      request.setNews(toStruct(news));
      request.setIgnorechangesList([...(extras.ignoreChanges ?? [])]);
      return found(await call<pb.DiffRequest, pb.DiffResponse>("diff", request));
    },

    async update(type: Type, kept: Kept, news: JsonObject, extras: Extras = {}): Promise<Kept> {
      const request = new pb.UpdateRequest();
      request.setUrn(urn(type));
      request.setId(kept.id);
      request.setOlds(toStruct(kept.state));
      request.setOldInputs(toStruct(kept.inputs));
      request.setNews(toStruct(news));
      request.setPreview(extras.preview ?? false);
      request.setTimeout(extras.timeoutSeconds ?? 0);
      request.setIgnorechangesList([...(extras.ignoreChanges ?? [])]);
      const response = await call<pb.UpdateRequest, pb.UpdateResponse>("update", request);
      return { id: kept.id, inputs: news, state: toJson(response.getProperties()) };
    },

    async remove(type: Type, { id, inputs, state }: Kept, extras: Extras = {}): Promise<void> {
      const request = new pb.DeleteRequest();
      request.setUrn(urn(type));
      request.setId(id);
      request.setProperties(toStruct(state));
      request.setOldInputs(toStruct(inputs));
      request.setTimeout(extras.timeoutSeconds ?? 0);
      await call("delete", request);
    },
  };
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
