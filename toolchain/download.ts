import { spawn } from "node:child_process";
import { once } from "node:events";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

const ANSWER_MS = 4_000;
const STALL_MS = 30_000;

/**
 * Fetches a .tar.gz and unpacks it into `directory` without its first path component. A host that does not answer
 * within four seconds "cannot be reached": on a machine that has only package registries this must not hang.
 */
export async function downloadTarball(url: string, directory: string, say: (detail: string) => void): Promise<void> {
  const { host } = new URL(url);
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(new Error("no answer")), ANSWER_MS);
  const response = await fetch(url, { signal: abort.signal }).catch((error: unknown) => {
    throw new Error(`${host} cannot be reached (${reason(error)})`);
  });
  clearTimeout(timer);
  if (!response.ok || response.body === null) throw new Error(`${host} answered ${response.status} for ${url}`);

  const tar = spawn("tar", ["-xzf", "-", "--strip-components=1", "-C", directory], {
    stdio: ["pipe", "ignore", "inherit"],
  });
  const ended = once(tar, "close");
  const stalled = setTimeout(() => abort.abort(new Error(`${host} stopped sending`)), STALL_MS);
  let bytes = 0;
  await pipeline(
    Readable.fromWeb(response.body),
    async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        stalled.refresh();
        bytes += chunk.length;
        say(`${(bytes / 1e6).toFixed(0)} MB`);
        yield chunk;
      }
    },
    tar.stdin,
  ).finally(() => clearTimeout(stalled));
  const [code] = await ended;
  if (code !== 0) throw new Error(`tar could not unpack ${url} (code ${code})`);
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? error.cause : error;
  return "code" in cause && typeof cause.code === "string" ? cause.code : cause.message;
}
