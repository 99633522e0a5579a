import type { ServiceDefinition } from "@grpc/grpc-js";
import providerGrpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import pb from "@pulumi/pulumi/proto/provider_pb.js";
import emptyPb from "google-protobuf/google/protobuf/empty_pb.js";
import { type Configurable, checkFailure, configurationMethods } from "./configuration.ts";
import { diffResponse } from "./diff.ts";
import { engineLog } from "./engine-log.ts";
import type { Handlers, OperationContext, ResourceHandler } from "./resource.ts";
import { servePlugin, unary } from "./serve.ts";
import { toJson, toStruct } from "./struct.ts";

export interface Provider {
  readonly name: string;
  readonly version: string;
  /** By resource type, or made from the provider's configuration. */
  readonly handlers: Handlers | Configurable;
  /** A line for the user, shown once the provider is put to use. */
  readonly notice?: string;
}

/**
 * Serves resource handlers over Pulumi's provider protocol (`pulumirpc.ResourceProvider`). Raw gRPC, because the SDK's
 * own helper drops the preview flag and detailed diffs. Operations under way are tracked: `stop` aborts them and waits.
 */
export async function serveProvider(provider: Provider): Promise<void> {
  const log = engineLog(process.argv.at(-1));
  const abort = new AbortController();
  const running = new Set<Promise<unknown>>();
  const track = <T>(work: Promise<T>): Promise<T> => {
    const settled = work.catch(() => undefined).finally(() => running.delete(settled));
    running.add(settled);
    return work;
  };
  const context = (urn: string, preview: boolean): OperationContext => ({
    urn,
    preview,
    signal: abort.signal,
    log: (message) => log.progress(urn, message),
    warn: (message) => log.warning(urn, message),
  });
  const configurable = isConfigurable(provider.handlers) ? provider.handlers : undefined;
  let handlers = isConfigurable(provider.handlers) ? {} : provider.handlers;
  let noticed = false;
  const take = (configured: Handlers) => {
    handlers = configured;
    if (!noticed && provider.notice) log.info("", provider.notice);
    noticed = true;
  };
  await servePlugin({
    name: provider.name,
    version: provider.version,
    service: providerGrpc.ResourceProviderService as unknown as ServiceDefinition,
    implementation: {
      ...configurationMethods(configurable, take),
      ...resourceMethods(() => handlers, context, track),
    },
    stop: async () => {
      abort.abort(new Error("interrupted"));
      await Promise.all(running);
    },
  });
}

function isConfigurable(handlers: Handlers | Configurable): handlers is Configurable {
  return typeof handlers.configure === "function";
}

type MakeContext = (urn: string, preview: boolean) => OperationContext;
type Track = <T>(work: Promise<T>) => Promise<T>;

function resourceMethods(handlers: () => Handlers, context: MakeContext, track: Track) {
  const handlerOf = (urn: string): ResourceHandler => {
    const type = urn.split("::")[2]?.split("$").at(-1) ?? "";
    const handler = handlers()[type];
    if (!handler)
      throw new Error(`this provider has no resource type ${type}; it has ${Object.keys(handlers()).join(", ")}`);
    return handler;
  };
  return {
    check: unary(async (request: pb.CheckRequest) => check(handlerOf(request.getUrn()), request)),
    diff: unary(async (request: pb.DiffRequest) => {
      const [news, olds] = [toJson(request.getNews()), toJson(request.getOlds())];
      const oldInputs = toJson(request.getOldInputs());
      return diffResponse(await handlerOf(request.getUrn()).diff(request.getId(), news, olds, oldInputs));
    }),
    create: unary(async (request: pb.CreateRequest) => {
      const operation = context(request.getUrn(), request.getPreview());
      const work = handlerOf(request.getUrn()).create(toJson(request.getProperties()), operation);
      const { id, outputs } = await track(work);
      const response = new pb.CreateResponse();
      response.setId(id);
      response.setProperties(toStruct(outputs));
      return response;
    }),
    read: unary(async (request: pb.ReadRequest) => {
      const operation = context(request.getUrn(), false);
      const found = await handlerOf(request.getUrn()).read(request.getId(), toJson(request.getProperties()), operation);
      const response = new pb.ReadResponse();
      if (!found) return response;
      response.setId(request.getId());
      response.setProperties(toStruct(found));
      response.setInputs(request.getInputs());
      return response;
    }),
    update: unary(async (request: pb.UpdateRequest) => {
      const operation = context(request.getUrn(), request.getPreview());
      const handler = handlerOf(request.getUrn());
      const [inputs, state] = [toJson(request.getNews()), toJson(request.getOlds())];
      const outputs = await track(handler.update(request.getId(), inputs, state, operation));
      const response = new pb.UpdateResponse();
      response.setProperties(toStruct(outputs));
      return response;
    }),
    delete: unary(async (request: pb.DeleteRequest) => {
      const operation = context(request.getUrn(), false);
      await track(handlerOf(request.getUrn()).delete(request.getId(), toJson(request.getProperties()), operation));
      return new emptyPb.Empty();
    }),
  };
}

async function check(handler: ResourceHandler, request: pb.CheckRequest): Promise<pb.CheckResponse> {
  const response = new pb.CheckResponse();
  const [given, olds] = [toJson(request.getNews()), toJson(request.getOlds())];
  const inputs = handler.complete?.(given, olds, request.getUrn(), request.getRandomseed_asU8());
  response.setInputs(inputs ? toStruct(inputs) : request.getNews());
  response.setFailuresList((handler.check?.(inputs ?? given, olds) ?? []).map(checkFailure));
  return response;
}
