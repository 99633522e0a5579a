import structPb from "google-protobuf/google/protobuf/struct_pb.js";

export type Json = string | number | boolean | null | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json;
}

/**
 * How a value that is not known yet looks on the wire during a preview.
 * Source: `UnknownStringValue` in Pulumi's sdk/go/common/resource/plugin/rpc.go.
 */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export function toJson(struct: structPb.Struct | undefined): JsonObject {
  return (struct?.toJavaScript() ?? {}) as JsonObject;
}

export function toStruct(value: JsonObject): structPb.Struct {
  return structPb.Struct.fromJavaScript(value);
}

/** Marks for the engine. Source: `SigKey`, `SecretSig` in Pulumi's sdk/go/common/resource/sig/sig.go. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

/**
 * An output or input that the engine keeps as a secret although no secret input has its name. It comes back in the
 * clear, as all secrets do.
 */
export function secret(value: Json): JsonObject {
  return { [SIGNATURE]: SECRET, value };
}

/** Whether `value` is or holds something that only the deployment will tell. */
export function hasUnknown(value: Json | undefined): boolean {
  if (value === UNKNOWN) return true;
  if (value === null || typeof value !== "object") return false;
  return Object.values(value).some(hasUnknown);
}
