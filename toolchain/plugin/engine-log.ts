import { credentials } from "@grpc/grpc-js";
import engineGrpc from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import enginePb from "@pulumi/pulumi/proto/engine_pb.js";
import { exemptLoopback } from "../proxy.ts";

/** Lines in the engine's display; an empty URN stands for the whole stack. Never fails: a line is not worth an error. */
export interface EngineLog {
  /** A passing state of the resource: shown beside it while it lasts, and not again at the end. */
  progress(urn: string, message: string): void;
  /** Shown at the end too, among the diagnostics. */
  info(urn: string, message: string): void;
  /** As `info`, marked as a warning. */
  warning(urn: string, message: string): void;
}

/**
 * The log of the engine that started this plugin: it passes its address as the last argument. Started by hand, a plugin
 * logs to stderr.
 */
export function engineLog(address: string | undefined): EngineLog {
  const { INFO, WARNING } = enginePb.LogSeverity;
  if (!address || !/^\S+:\d+$/.test(address)) {
    const print = (_: string, message: string) => void process.stderr.write(`${message}\n`);
    return { progress: print, info: print, warning: print };
  }
  exemptLoopback();
  const engine = new engineGrpc.EngineClient(address, credentials.createInsecure());
  const send = (severity: enginePb.LogSeverity, ephemeral: boolean) => (urn: string, message: string) => {
    const request = new enginePb.LogRequest();
    request.setSeverity(severity);
    request.setUrn(urn);
    request.setMessage(message);
    request.setEphemeral(ephemeral);
    engine.log(request, () => {});
  };
  return { progress: send(INFO, true), info: send(INFO, false), warning: send(WARNING, false) };
}
