import pb from "@pulumi/pulumi/proto/provider_pb.js";
import emptyPb from "google-protobuf/google/protobuf/empty_pb.js";
import { checkFailure } from "./configuration.ts";
import { diffResponse } from "./diff.ts";
import type { Handlers, OperationContext, ResourceHandler } from "./resource.ts";
import { unary } from "./serve.ts";
import { type JsonObject, toJson, toStruct } from "./struct.ts";

/** What a request says of an operation; what all operations share is added by the provider. */
export type Asked = Pick<OperationContext, "urn" | "preview"> &
  Partial<Pick<OperationContext, "oldInputs" | "ignoreChanges" | "timeoutSeconds">>;

type MakeContext = (asked: Asked) => OperationContext;
type Track = <T>(work: Promise<T>) => Promise<T>;

/** The methods by which the engine works on resources, as gRPC handlers. */
export function resourceMethods(handlers: () => Handlers, context: MakeContext, track: Track) {
  const handlerOf = (urn: string) => handlerFor(handlers(), urn.split("::")[2]?.split("$").at(-1) ?? "");
  return {
    check: unary(async (request: pb.CheckRequest) => check(handlerOf(request.getUrn()), request)),
    diff: unary(async (request: pb.DiffRequest) => {
      const [urn, oldInputs] = [request.getUrn(), toJson(request.getOldInputs())];
      const [news, olds] = [toJson(request.getNews()), toJson(request.getOlds())];
      const operation = context({ urn, preview: true, oldInputs, ignoreChanges: request.getIgnorechangesList() });
      return diffResponse(await handlerOf(urn).diff(request.getId(), news, olds, oldInputs, operation));
    }),
    create: unary(async (request: pb.CreateRequest) => {
      const [urn, preview] = [request.getUrn(), request.getPreview()];
      const operation = context({ urn, preview, timeoutSeconds: request.getTimeout() });
      const { id, outputs } = await track(handlerOf(urn).create(toJson(request.getProperties()), operation));
      const response = new pb.CreateResponse();
      response.setId(id);
      response.setProperties(toStruct(outputs));
      return response;
    }),
    read: unary(async (request: pb.ReadRequest) => {
      const [urn, oldInputs] = [request.getUrn(), toJson(request.getInputs())];
      const handler = handlerOf(urn);
      const operation = context({ urn, preview: false, oldInputs });
      const found = await handler.read(request.getId(), toJson(request.getProperties()), operation);
      const response = new pb.ReadResponse();
      if (!found) return response;
      response.setId(request.getId());
      response.setProperties(toStruct(found));
      response.setInputs(handler.inputsOf ? toStruct(handler.inputsOf(found, oldInputs)) : request.getInputs());
      return response;
    }),
    update: unary(async (request: pb.UpdateRequest) => {
      const [urn, preview, oldInputs] = [request.getUrn(), request.getPreview(), toJson(request.getOldInputs())];
      const [ignoreChanges, timeoutSeconds] = [request.getIgnorechangesList(), request.getTimeout()];
      const operation = context({ urn, preview, oldInputs, ignoreChanges, timeoutSeconds });
      const [inputs, state] = [toJson(request.getNews()), toJson(request.getOlds())];
      const outputs = await track(handlerOf(urn).update(request.getId(), inputs, state, operation));
      const response = new pb.UpdateResponse();
      response.setProperties(toStruct(outputs));
      return response;
    }),
    delete: unary(async (request: pb.DeleteRequest) => {
      const [urn, oldInputs] = [request.getUrn(), toJson(request.getOldInputs())];
      const operation = context({ urn, preview: false, oldInputs, timeoutSeconds: request.getTimeout() });
      await track(handlerOf(urn).delete(request.getId(), toJson(request.getProperties()), operation));
      return new emptyPb.Empty();
    }),
  };
}

function handlerFor(handlers: Handlers, type: string): ResourceHandler {
  if (typeof handlers === "function") return handlers(type);
  const handler = handlers[type];
  if (!handler)
    throw new Error(`this provider has no resource type ${type}; it has ${Object.keys(handlers).join(", ")}`);
  return handler;
}

async function check(handler: ResourceHandler, request: pb.CheckRequest): Promise<pb.CheckResponse> {
  const response = new pb.CheckResponse();
  const [given, olds] = [toJson(request.getNews()), toJson(request.getOlds())];
  const inputs: JsonObject | undefined = await handler.complete?.(
    given,
    olds,
    request.getUrn(),
    request.getRandomseed_asU8(),
  );
  response.setInputs(inputs ? toStruct(inputs) : request.getNews());
  response.setFailuresList(((await handler.check?.(inputs ?? given, olds)) ?? []).map(checkFailure));
  return response;
}
