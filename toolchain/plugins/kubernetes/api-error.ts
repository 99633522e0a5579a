import type { JsonObject } from "../../plugin/struct.ts";
import { listAt, numberAt, objectAt, textAt } from "./object.ts";

/** One reason of a refusal, with the field that it is about where the server names one. */
export interface Cause {
  readonly reason: string;
  readonly message: string;
  readonly field: string;
}

/** What the API server answers instead of doing what was asked. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  /** HTTP status. */
  readonly status: number;
  /** The server's word for the kind of refusal: `NotFound`, `AlreadyExists`, `Conflict`, `Invalid`, `Forbidden` … */
  readonly reason: string;
  readonly causes: readonly Cause[];
  /** After which the server wants to be asked again; undefined where it does not say. */
  readonly retryAfterSeconds: number | undefined;

  constructor(status: number, body: JsonObject, what: string) {
    super(textAt(body, "message") || `${what} was answered with HTTP ${status}`);
    this.status = status;
    this.reason = textAt(body, "reason");
    this.causes = listAt(objectAt(body, "details"), "causes").map((cause) => ({
      reason: textAt(cause, "reason"),
      message: textAt(cause, "message"),
      field: textAt(cause, "field"),
    }));
    this.retryAfterSeconds = numberAt(body, "details", "retryAfterSeconds") || undefined;
  }
}

/** The cluster was not reached at all. */
export class Unreachable extends Error {
  override readonly name = "Unreachable";
}

export function isApiError(error: unknown, status: number): error is ApiError {
  return error instanceof ApiError && error.status === status;
}

/** The server is away or busy and may come back, so that a wait goes on. */
export function isPassing(error: unknown): boolean {
  return error instanceof Unreachable || (error instanceof ApiError && (error.status >= 500 || error.status === 429));
}

/** For `catch`: what is not there is undefined. */
export function absent(error: unknown): undefined {
  if (isApiError(error, 404)) return undefined;
  throw error;
}

/** The namespace of the object is not there (yet), which the API tells like an object that is missing. */
export function isNamespaceMissing(error: unknown): boolean {
  return isApiError(error, 404) && /namespaces? "[^"]*" not found/.test(error.message);
}

/**
 * Adds what to do to a refusal that a person can do something about.
 *
 * @param isLeft whether the operation was about something that may be gone with its cluster.
 */
export function explained(error: unknown, place: string, isLeft: boolean): Error {
  // Node's own words for a wait that was cut short; the cause says by what.
  if (error instanceof Error && error.name === "AbortError" && error.cause instanceof Error) return error.cause;
  if (isApiError(error, 401))
    return new Error(
      `${place} does not accept the credentials (401): log in again as your cluster's provider describes, and check that kubectl auth whoami works`,
    );
  if (isApiError(error, 403) && / cannot \w+ /.test(error.message))
    return new Error(
      `${error.message} (${place}): ask whoever runs the cluster for a role that allows it, or choose another context`,
    );
  if (isNamespaceMissing(error))
    return new Error(
      `${(error as Error).message} (${place}): make it first (kubectl create namespace), or have the program make it before (dependsOn)`,
    );
  if (error instanceof Unreachable && isLeft)
    return new Error(
      `${error.message}; if the cluster is gone for good, PULUMI_K8S_DELETE_UNREACHABLE=true forgets what was on it`,
    );
  return error as Error;
}
