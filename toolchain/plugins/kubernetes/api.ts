import http from "node:http";
import https from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import type { KubeConfig } from "@kubernetes/client-node";
import type { JsonObject } from "../../plugin/struct.ts";
import { ApiError, Unreachable } from "./api-error.ts";

const TIMEOUT_MS = 30_000;
/** How often a server that is busy is asked again. */
const RETRIES = 4;

export interface Ask {
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: unknown;
  readonly contentType?: string;
  readonly signal?: AbortSignal;
}

export interface Answer {
  readonly status: number;
  readonly body: JsonObject;
  /** What the server warns of, such as an API that will be removed. */
  readonly warnings: readonly string[];
}

/**
 * Requests to one API server, as the current context of a configuration makes them. Objects go through as plain JSON.
 * Without a configuration, every request fails with the reason: a preview and a render need no cluster.
 */
export class Api {
  readonly #config: KubeConfig | Error;

  constructor(config: KubeConfig | Error) {
    this.#config = config;
  }

  get place(): string {
    if (this.#config instanceof Error) return "the Kubernetes API";
    return `the Kubernetes API at ${this.#config.getCurrentCluster()?.server} (context ${this.#config.getCurrentContext()})`;
  }

  /**
   * @throws ApiError for any status of 400 or more. @throws Unreachable when there is no answer.
   * @throws the signal's reason when it aborts.
   */
  async ask(method: string, path: string, ask: Ask = {}): Promise<Answer> {
    for (let tries = 0; ; tries++) {
      const answer = await this.#once(method, path, ask);
      if (answer.status < 400) return answer;
      const error = new ApiError(answer.status, answer.body, `${method} ${path}`);
      const busy = answer.status === 429 || answer.status === 503 || answer.status === 504;
      // A 429 without a time to wait refuses an eviction and the like: it is final.
      if (!busy || tries >= RETRIES || (answer.status === 429 && !error.retryAfterSeconds)) throw error;
      await sleep((error.retryAfterSeconds ?? 2 ** tries) * 1_000, undefined, ask.signal ? { signal: ask.signal } : {});
    }
  }

  /** A text that is no JSON, such as a log. */
  async text(path: string, query: Ask["query"] = {}): Promise<string> {
    const { status, text } = await this.#send("GET", path, { query });
    if (status >= 400) throw new ApiError(status, {}, `GET ${path}`);
    return text;
  }

  async #once(method: string, path: string, ask: Ask): Promise<Answer> {
    const { status, text, warnings } = await this.#send(method, path, ask);
    return { status, body: parse(text), warnings };
  }

  async #send(method: string, path: string, ask: Ask): Promise<{ status: number; text: string; warnings: string[] }> {
    const config = this.#config;
    if (config instanceof Error) throw new Unreachable(config.message);
    const url = new URL(`${config.getCurrentCluster()!.server.replace(/\/$/, "")}${path}`);
    for (const [name, value] of Object.entries(ask.query ?? {}))
      if (value !== undefined) url.searchParams.set(name, value);
    const options: https.RequestOptions = { method, headers: { Accept: "application/json" }, timeout: TIMEOUT_MS };
    await config.applyToHTTPSOptions(options).catch((error: Error) => {
      throw new Unreachable(`the credentials of context ${config.getCurrentContext()} cannot be had: ${error.message}`);
    });
    // The library's agents close each connection; a deployment makes hundreds of requests.
    if (options.agent) Object.assign(options.agent, { keepAlive: true });
    return await exchange(url, options, ask).catch((error: NodeJS.ErrnoException) => {
      ask.signal?.throwIfAborted();
      throw new Unreachable(
        `${this.place} cannot be reached: ${error.message}; check that the cluster runs and that kubectl cluster-info works`,
        { cause: error },
      );
    });
  }
}

async function exchange(url: URL, options: https.RequestOptions, ask: Ask) {
  try {
    return await exchangeOnce(url, options, ask);
  } catch (error) {
    // The server closed a connection that was kept, just when it was used again: nothing was done.
    if ((error as { reused?: boolean }).reused) return await exchangeOnce(url, options, ask);
    throw error;
  }
}

function exchangeOnce(url: URL, options: https.RequestOptions, { body, contentType, signal }: Ask) {
  return new Promise<{ status: number; text: string; warnings: string[] }>((resolve, reject) => {
    const send = url.protocol === "http:" ? http.request : https.request;
    const request = send(url, { ...options, ...(signal && { signal }) }, (response) => {
      const pieces: Buffer[] = [];
      response.on("data", (piece: Buffer) => pieces.push(piece));
      response.on("error", reject);
      response.on("end", () => {
        const text = Buffer.concat(pieces).toString("utf8");
        resolve({ status: response.statusCode ?? 0, text, warnings: warningsOf(response.rawHeaders) });
      });
    });
    request.on("timeout", () => request.destroy(new Error(`no answer within ${TIMEOUT_MS / 1_000} s`)));
    request.on("error", (error: NodeJS.ErrnoException) => {
      const reused = request.reusedSocket && (error.code === "ECONNRESET" || error.code === "EPIPE");
      reject(Object.assign(error, { reused }));
    });
    if (body !== undefined) {
      const text = JSON.stringify(body);
      request.setHeader("Content-Type", contentType ?? "application/json");
      // Node sends the body of a DELETE without its length otherwise.
      request.setHeader("Content-Length", Buffer.byteLength(text));
      request.end(text);
    } else request.end();
  });
}

function parse(text: string): JsonObject {
  try {
    return JSON.parse(text) as JsonObject;
  } catch {
    // A proxy answered, or the server in plain words.
    return { message: text.trim().slice(0, 500) };
  }
}

/** `Warning: 299 - "policy/v1beta1 is deprecated"` */
function warningsOf(rawHeaders: readonly string[]): string[] {
  return rawHeaders.flatMap((name, index) => {
    if (index % 2 === 1 || name.toLowerCase() !== "warning") return [];
    const quoted = /^\d{3} \S+ "((?:[^"\\]|\\.)*)"/.exec(rawHeaders[index + 1] ?? "");
    return quoted ? [quoted[1]!.replaceAll(/\\(.)/g, "$1")] : [];
  });
}
