import * as grpc from "@grpc/grpc-js";
import pluginPb from "@pulumi/pulumi/proto/plugin_pb.js";
import emptyPb from "google-protobuf/google/protobuf/empty_pb.js";
import { exemptLoopback } from "../proxy.ts";
import { toServiceError } from "./failure.ts";

/** Messages of a whole cluster's plan are larger than gRPC's 4 MiB default. */
const MAX_MESSAGE_BYTES = 64 * 1024 * 1024;

export interface Plugin {
  readonly name: string;
  readonly version: string;
  readonly service: grpc.ServiceDefinition;
  /** Handlers by method name; `getPluginInfo` and `cancel` are added here. */
  readonly implementation: grpc.UntypedServiceImplementation;
  /**
   * By Ctrl-C (Cancel), and before the process ends; resolves when nothing half-made is left.
   *
   * @param gone whether the engine has died.
   */
  stop(gone: boolean): Promise<void>;
}

/**
 * Serves a Pulumi plugin (a provider or a language host) as the engine expects it: a port and a newline on stdout, then
 * gRPC on 127.0.0.1 until the engine goes. A Node plugin outlives a killed engine by itself and would finish its create
 * as an orphan, so the parent is watched: once it is gone, everything under way is stopped and undone.
 */
export async function servePlugin(plugin: Plugin): Promise<void> {
  // The engine that started it may not be ours; what a plugin starts calls back too.
  exemptLoopback();
  const server = new grpc.Server({
    "grpc.max_receive_message_length": MAX_MESSAGE_BYTES,
    "grpc.max_send_message_length": MAX_MESSAGE_BYTES,
  });
  server.addService(plugin.service, {
    getPluginInfo: unary(async () => {
      const info = new pluginPb.PluginInfo();
      info.setVersion(plugin.version);
      return info;
    }),
    cancel: unary(async () => {
      void plugin.stop(false);
      return new emptyPb.Empty();
    }),
    ...plugin.implementation,
  });
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  const leave = async (gone: boolean) => {
    await plugin.stop(gone);
    process.exit(0);
  };
  watchParent(() => leave(true));
  // The engine keeps plugins out of the terminal's process group and ends them with SIGINT once it is done.
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => void leave(false));
  process.stdout.write(`${port}\n`);
}

/** An async function as a gRPC unary handler; what it throws becomes the error that the engine shows. */
export function unary<Request, Response>(
  handle: (request: Request) => Promise<Response>,
): grpc.handleUnaryCall<Request, Response> {
  return (call, callback) => {
    // A promise first: what `handle` throws before it returns one is told as well.
    Promise.resolve(call.request)
      .then(handle)
      .then(
        (response) => callback(null, response),
        (error: unknown) => callback(toServiceError(error)),
      );
  };
}

function watchParent(onGone: () => Promise<void>): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    void onGone();
  }, 500);
}
