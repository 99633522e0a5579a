import { Metadata, type ServiceError, status } from "@grpc/grpc-js";
import pb from "@pulumi/pulumi/proto/provider_pb.js";
import statusPb from "@pulumi/pulumi/proto/status_pb.js";
import anyPb from "google-protobuf/google/protobuf/any_pb.js";
import { UserError } from "../../infra/errors.ts";
import { diskFault } from "../disk-fault.ts";
import { InitFailed } from "./resource.ts";
import { toStruct } from "./struct.ts";

/**
 * An error as the engine reads it. The code matters: after UNKNOWN or INTERNAL the engine takes the resource's state for
 * lost and keeps a pending operation; FAILED_PRECONDITION means that nothing happened. Source: `resourceStateAndError` in
 * Pulumi's sdk/go/common/resource/plugin/provider_plugin.go.
 */
export function toServiceError(thrown: unknown): Partial<ServiceError> {
  const error = diskFault(thrown) ?? thrown;
  const details =
    error instanceof UserError
      ? `${error.message}\n  next: ${error.next}`
      : error instanceof Error
        ? error.message
        : String(error);
  if (!(error instanceof InitFailed)) return { code: status.FAILED_PRECONDITION, details };
  return { code: status.UNKNOWN, details, metadata: initFailure(error) };
}

/** gRPC carries typed details of an error as a serialised google.rpc.Status in this trailer. */
function initFailure({ id, outputs, message, inputs }: InitFailed): Metadata {
  const failure = new pb.ErrorResourceInitFailed();
  failure.setId(id);
  failure.setProperties(toStruct(outputs));
  if (inputs) failure.setInputs(toStruct(inputs));
  failure.setReasonsList([message]);
  const detail = new anyPb.Any();
  detail.pack(failure.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const answer = new statusPb.Status();
  answer.setCode(status.UNKNOWN);
  answer.setMessage(message);
  answer.addDetails(detail);
  const metadata = new Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(answer.serializeBinary()));
  return metadata;
}
