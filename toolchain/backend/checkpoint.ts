import { gunzipSync, zstdDecompressSync } from "node:zlib";

/** What is used of a checkpoint, the file in which Pulumi's file backend keeps a stack (apitype.VersionedCheckpoint). */
export interface Checkpoint {
  /** Without compression. */
  readonly text: string;
  readonly resources: number;
  /** By which the passphrase is known that encrypts its secrets; undefined where none does. */
  readonly salt: string | undefined;
}

interface Json {
  readonly version?: unknown;
  readonly checkpoint?: {
    readonly stack?: unknown;
    readonly latest?: {
      readonly resources?: readonly unknown[];
      readonly secrets_providers?: { readonly type?: string; readonly state?: { readonly salt?: unknown } };
    } | null;
  };
}

/** Undefined when it is none: empty, cut off, or filled with zeros by a file system that lost its content. Pure. */
export function parseCheckpoint(bytes: Uint8Array): Checkpoint | undefined {
  try {
    const text = decompress(bytes).toString("utf8");
    const { version, checkpoint } = JSON.parse(text) as Json;
    if (typeof version !== "number" || typeof checkpoint?.stack !== "string") return undefined;
    const provider = checkpoint.latest?.secrets_providers;
    const salt = provider?.type === "passphrase" ? provider.state?.salt : undefined;
    return {
      text,
      resources: checkpoint.latest?.resources?.length ?? 0,
      salt: typeof salt === "string" ? salt : undefined,
    };
  } catch {
    return undefined;
  }
}

const isZstd = (bytes: Uint8Array): boolean => Buffer.from(bytes.subarray(0, 4)).toString("hex") === "28b52ffd";
const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** By their first bytes, as Pulumi tells them apart. */
function decompress(bytes: Uint8Array): Buffer {
  if (isGzip(bytes)) return gunzipSync(bytes);
  return isZstd(bytes) ? zstdDecompressSync(bytes) : Buffer.from(bytes);
}
