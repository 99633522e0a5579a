import { isDeepStrictEqual } from "node:util";
import pb from "@pulumi/pulumi/proto/provider_pb.js";
import { diffResponse } from "./diff.ts";
import type { CheckFailure, Handlers } from "./resource.ts";
import { unary } from "./serve.ts";
import { type JsonObject, toJson } from "./struct.ts";

/** How a provider that can be configured takes what the program, the stack's settings or nobody says. */
export interface Configurable {
  check(config: JsonObject): readonly CheckFailure[];
  /**
   * Of the names that differ those by which another configuration is about other resources, so that all are replaced.
   * Without it there are none: only how they are reached is another.
   */
  replaces?(news: JsonObject, olds: JsonObject, changed: readonly string[]): readonly string[];
  /** The handlers of a provider that is configured so; called once, before any of them is. */
  configure(config: JsonObject): Handlers;
}

/** Keys that the engine adds for itself. */
const ENGINES = ["version", "pluginDownloadURL", "pluginChecksums", "parameterization"];

/**
 * The methods by which the engine configures a provider. Secrets come in the clear and the engine keeps their marks.
 *
 * @param configurable undefined for a provider without configuration of its own.
 */
export function configurationMethods(configurable: Configurable | undefined, take: (handlers: Handlers) => void) {
  return {
    checkConfig: unary(async (request: pb.CheckRequest) => {
      const response = new pb.CheckResponse();
      response.setInputs(request.getNews());
      response.setFailuresList((configurable?.check(own(toJson(request.getNews()))) ?? []).map(checkFailure));
      return response;
    }),
    diffConfig: unary(async (request: pb.DiffRequest) => {
      if (!configurable) return new pb.DiffResponse();
      const [news, olds] = [own(toJson(request.getNews())), own(toJson(request.getOlds()))];
      const names = [...new Set([...Object.keys(news), ...Object.keys(olds)])];
      const changed = names.filter((name) => !isDeepStrictEqual(news[name], olds[name])).toSorted();
      return diffResponse({ changed, replaces: configurable.replaces?.(news, olds, changed) ?? [] });
    }),
    configure: unary(async (request: pb.ConfigureRequest) => {
      if (configurable) take(configurable.configure(own(toJson(request.getArgs()))));
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
}

export function checkFailure({ property, reason }: CheckFailure): pb.CheckFailure {
  const failure = new pb.CheckFailure();
  failure.setProperty(property);
  failure.setReason(reason);
  return failure;
}

function own(config: JsonObject): JsonObject {
  const isOwn = (name: string) => !ENGINES.includes(name) && !name.startsWith("__");
  return Object.fromEntries(Object.entries(config).filter(([name]) => isOwn(name)));
}
