import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

const ANSWER_MS = 4_000;
const STALL_MS = 30_000;

export interface Download {
  readonly url: string;
  /** What the file must be, as its makers say: hexadecimal SHA-256. */
  readonly sha256: string;
  readonly say: (detail: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Fetches a file. A host that does not answer within four seconds "cannot be reached": on a machine that has only package
 * registries this must not hang.
 *
 * @throws with no file left, also when it is not the one that was wanted.
 */
export async function download({ url, sha256, say, signal }: Download, file: string): Promise<void> {
  const { host } = new URL(url);
  const abort = new AbortController();
  const either = signal ? AbortSignal.any([abort.signal, signal]) : abort.signal;
  const timer = setTimeout(() => abort.abort(new Error("no answer")), ANSWER_MS);
  const response = await fetch(url, { signal: either })
    .catch((error: unknown) => {
      signal?.throwIfAborted();
      throw new Error(`${host} cannot be reached (${reason(error)})`);
    })
    .finally(() => clearTimeout(timer));
  if (!response.ok || response.body === null) throw new Error(`${host} answered ${response.status} for ${url}`);
  const hash = createHash("sha256");
  const stalled = setTimeout(() => abort.abort(new Error(`${host} stopped sending`)), STALL_MS);
  let bytes = 0;
  const measured = async function* (chunks: AsyncIterable<Buffer>) {
    for await (const chunk of chunks) {
      stalled.refresh();
      hash.update(chunk);
      bytes += chunk.length;
      say(`${(bytes / 1e6).toFixed(0)} MB`);
      yield chunk;
    }
  };
  try {
    await pipeline(Readable.fromWeb(response.body), measured, createWriteStream(file));
    const found = hash.digest("hex");
    if (found !== sha256)
      throw new Error(
        `${url} is not what its makers published: wanted SHA-256 ${sha256}, found ${found}; it was deleted`,
      );
  } catch (error) {
    await rm(file, { force: true });
    signal?.throwIfAborted();
    throw error;
  } finally {
    clearTimeout(stalled);
  }
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? error.cause : error;
  return "code" in cause && typeof cause.code === "string" ? cause.code : cause.message;
}
