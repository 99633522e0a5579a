import type { ServiceDefinition } from "@grpc/grpc-js";
import providerGrpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import type pb from "@pulumi/pulumi/proto/provider_pb.js";
import { type Configurable, configurationMethods } from "./configuration.ts";
import { engineLog } from "./engine-log.ts";
import { EngineGone, type Handlers, type OperationContext } from "./resource.ts";
import { type Asked, resourceMethods } from "./resource-methods.ts";
import { servePlugin, unary } from "./serve.ts";

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
  const context = (asked: Asked): OperationContext => ({
    oldInputs: {},
    ignoreChanges: [],
    ...asked,
    timeoutSeconds: asked.timeoutSeconds || undefined,
    signal: abort.signal,
    log: (message) => log.progress(asked.urn, message),
    warn: (message) => log.warning(asked.urn, message),
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
      ...missingMethods(provider.name),
    },
    stop: async (gone) => {
      abort.abort(gone ? new EngineGone() : new Error("interrupted"));
      await Promise.all(running);
    },
  });
}

function isConfigurable(handlers: Handlers | Configurable): handlers is Configurable {
  return typeof handlers === "object" && typeof handlers.configure === "function";
}

/** What a provider of resources alone is asked for in vain; gRPC's own answer would name a method and not the reason. */
function missingMethods(name: string) {
  const missing = (what: string) => {
    throw new Error(`the provider ${name} that is used here has no ${what}`);
  };
  return {
    invoke: unary(async (request: pb.InvokeRequest) => missing(`function ${request.getTok()}`)),
    call: unary(async (request: pb.CallRequest) => missing(`method ${request.getTok()}`)),
    construct: unary(async (request: pb.ConstructRequest) => missing(`component ${request.getType()}`)),
  };
}
