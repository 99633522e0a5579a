import { credentials } from "@grpc/grpc-js";
import engineGrpc from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import enginePb from "@pulumi/pulumi/proto/engine_pb.js";

/** Shows a line of a resource's progress in the engine's display. Never fails: progress is not worth an error. */
export type ResourceLog = (urn: string, message: string) => void;

/**
 * The log of the engine that started this plugin: it passes its address as the last argument. Started by hand, a plugin
 * logs to stderr.
 */
export function engineLog(address: string | undefined): ResourceLog {
  if (!address || !/^\S+:\d+$/.test(address)) return (_, message) => void process.stderr.write(`${message}\n`);
  const engine = new engineGrpc.EngineClient(address, credentials.createInsecure());
  return (urn, message) => {
    const request = new enginePb.LogRequest();
    request.setSeverity(enginePb.LogSeverity.INFO);
    request.setUrn(urn);
    request.setMessage(message);
    // A passing state of the resource, not a diagnostic to be shown again at the end.
    request.setEphemeral(true);
    engine.log(request, () => {});
  };
}
