import type Docker from "dockerode";
import type { ResourceHandler } from "../../plugin/resource.ts";

/** A Docker engine and where it is, for messages. */
export interface Engine {
  readonly host: string;
  readonly docker: Docker;
}

/** HTTP status of an engine's refusal; undefined for any other error. */
export function statusOf(error: unknown): number | undefined {
  return (error as { statusCode?: number }).statusCode;
}

/** What `work` gives, or undefined where the engine knows no such thing. */
export async function orGone<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

/** The engine's own words, without the client's frame around them. */
export function reasonOf(error: unknown): string {
  const { json, message } = error as { json?: { message?: string }; message?: string };
  const reason = json?.message ?? message?.replace(/^\(HTTP code \d+\) [^-]* - /, "") ?? String(error);
  return reason.trim();
}

const NO_ANSWER: Readonly<Record<string, string>> = {
  ENOENT: "start it (systemctl start docker, or Docker Desktop), or say where it is: DOCKER_HOST",
  ECONNREFUSED: "start it (systemctl start docker, or Docker Desktop), or say where it is: DOCKER_HOST",
  EACCES: "this user may not use it; add the user to the group docker (and log in again), or use a rootless engine",
  EPERM: "this user may not use it; add the user to the group docker (and log in again), or use a rootless engine",
  ENOTFOUND: "there is no such host; correct the address: DOCKER_HOST, docker context use, or the provider's host",
  EAI_AGAIN: "the name of its host cannot be looked up now; try again, or correct the address: DOCKER_HOST",
  ETIMEDOUT: "the host does not answer; correct the address: DOCKER_HOST, docker context use, or the provider's host",
  EHOSTUNREACH: "there is no way to it; correct the address: DOCKER_HOST, docker context use, or the provider's host",
  ECONNRESET:
    "it closed the connection; look at its log, and whether it wants TLS: DOCKER_TLS_VERIFY, DOCKER_CERT_PATH",
};

/** An error for the user instead of one of the connection's; any other comes back as it is. */
export function explained(error: unknown, host: string): unknown {
  const next = NO_ANSWER[(error as NodeJS.ErrnoException).code ?? ""];
  if (!next || statusOf(error) !== undefined) return error;
  return new Error(`no Docker engine answers at ${host} (${(error as NodeJS.ErrnoException).code}): ${next}`);
}

/** The same handler, whose operations tell in plain words when the engine cannot be reached. */
export function explaining(handler: ResourceHandler, host: string): ResourceHandler {
  const clear = <T>(work: Promise<T>): Promise<T> =>
    work.catch((error: unknown) => {
      throw explained(error, host);
    });
  return {
    ...handler,
    create: (...args) => clear(handler.create(...args)),
    read: (...args) => clear(handler.read(...args)),
    update: (...args) => clear(handler.update(...args)),
    delete: (...args) => clear(handler.delete(...args)),
  };
}
