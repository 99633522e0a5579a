import type { ServiceDefinition } from "@grpc/grpc-js";
import providerGrpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import pb from "@pulumi/pulumi/proto/provider_pb.js";
import emptyPb from "google-protobuf/google/protobuf/empty_pb.js";
import { engineLog } from "./engine-log.ts";
import type { Handlers, OperationContext, ResourceHandler } from "./resource.ts";
import { servePlugin, unary } from "./serve.ts";
import { toJson, toStruct } from "./struct.ts";

export interface Provider {
  readonly name: string;
  readonly version: string;
  readonly handlers: Handlers;
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
    log: (message) => log(urn, message),
  });
  await servePlugin({
    name: provider.name,
    version: provider.version,
    service: providerGrpc.ResourceProviderService as unknown as ServiceDefinition,
    implementation: { ...configuration, ...resourceMethods(provider.handlers, context, track) },
    stop: async () => {
      abort.abort(new Error("interrupted"));
      await Promise.all(running);
    },
  });
}

/** The provider has no configuration of its own; secrets come in the clear and the engine keeps their marks. */
const configuration = {
  checkConfig: unary(async (request: pb.CheckRequest) => {
    const response = new pb.CheckResponse();
    response.setInputs(request.getNews());
    return response;
  }),
  diffConfig: unary(async () => new pb.DiffResponse()),
  configure: unary(async () => {
    const response = new pb.ConfigureResponse();
    response.setAcceptsecrets(false);
    response.setSupportspreview(true);
    return response;
  }),
  getSchema: unary(async () => {
    const response = new pb.GetSchemaResponse();
    response.setSchema("{}");
    return response;
  }),
};

type MakeContext = (urn: string, preview: boolean) => OperationContext;
type Track = <T>(work: Promise<T>) => Promise<T>;

function resourceMethods(handlers: Handlers, context: MakeContext, track: Track) {
  const handlerOf = (urn: string): ResourceHandler => {
    const type = urn.split("::")[2]?.split("$").at(-1) ?? "";
    const handler = handlers[type];
    if (!handler)
      throw new Error(`this provider has no resource type ${type}; it has ${Object.keys(handlers).join(", ")}`);
    return handler;
  };
  return {
    check: unary(async (request: pb.CheckRequest) => {
      const response = new pb.CheckResponse();
      response.setInputs(request.getNews());
      const found = handlerOf(request.getUrn()).check?.(toJson(request.getNews()), toJson(request.getOlds())) ?? [];
      response.setFailuresList(
        found.map(({ property, reason }) => {
          const failure = new pb.CheckFailure();
          failure.setProperty(property);
          failure.setReason(reason);
          return failure;
        }),
      );
      return response;
    }),
    diff: unary((request: pb.DiffRequest) => diff(handlerOf(request.getUrn()), request)),
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

async function diff(handler: ResourceHandler, request: pb.DiffRequest): Promise<pb.DiffResponse> {
  const found = await handler.diff(
    request.getId(),
    toJson(request.getNews()),
    toJson(request.getOlds()),
    toJson(request.getOldInputs()),
  );
  const response = new pb.DiffResponse();
  const { DIFF_NONE, DIFF_SOME } = pb.DiffResponse.DiffChanges;
  response.setChanges(found.changed.length > 0 ? DIFF_SOME : DIFF_NONE);
  response.setDiffsList([...found.changed]);
  response.setReplacesList([...(found.replaces ?? [])]);
  response.setHasdetaileddiff(true);
  for (const property of found.changed) {
    const entry = new pb.PropertyDiff();
    const replace = found.replaces?.includes(property);
    entry.setKind(replace ? pb.PropertyDiff.Kind.UPDATE_REPLACE : pb.PropertyDiff.Kind.UPDATE);
    response.getDetaileddiffMap().set(property, entry);
  }
  return response;
}
