import type { KubeAccess } from "../../../toolchain/kubernetes.ts";
import { UserError } from "../../errors.ts";

/** What the API server answers beside what was asked for: not found (404), conflict (409), invalid (422) and the like. */
export class KubeError extends Error {
  override readonly name = "KubeError";
  /** HTTP status. */
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** The user may not do this; where it only serves a check, the check is left out. */
export class Forbidden extends UserError {
  override readonly name = "Forbidden";
}

/** For `catch`: an object that is not there is undefined. */
export function absent(error: unknown): undefined {
  if (error instanceof KubeError && error.status === 404) return undefined;
  throw error;
}

type Place = Pick<KubeAccess, "context" | "server">;

const apiOf = ({ context, server }: Place): string => `the Kubernetes API at ${server} (context ${context})`;

const NOT_TRUSTED =
  /^(UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|CERT_|ERR_TLS_CERT_ALTNAME_INVALID|HOSTNAME_MISMATCH|INVALID_CA|CRL_)/;

const CHECK_ADDRESS =
  "check that the cluster runs, that this machine is in its network (VPN, proxy), and that kubectl cluster-info works";

/** What a failed connection means, in words of a person who has to mend it. */
export function unreachable(place: Place, error: unknown): UserError {
  // `fetch` hides what happened: TypeError "fetch failed", with the reason as its cause.
  const { name, code, message } = innermost(error);
  const api = apiOf(place);
  if (NOT_TRUSTED.test(code))
    return new UserError(
      `the certificate of ${api} is not trusted: ${message} (${code})`,
      "check certificate-authority and server of that cluster in the kubeconfig; after the cluster was made anew, fetch its kubeconfig again",
    );
  if (code === "ECONNREFUSED") return new UserError(`${api} is not running: connection refused`, CHECK_ADDRESS);
  if (code === "ENOTFOUND" || code === "EAI_AGAIN")
    return new UserError(`${api} is not known to DNS (${code})`, CHECK_ADDRESS);
  if (name === "TimeoutError" || code.includes("TIMEOUT") || code === "ETIMEDOUT")
    return new UserError(`${api} does not answer in time`, CHECK_ADDRESS);
  return new UserError(`${api} cannot be reached: ${message}${code && ` (${code})`}`, CHECK_ADDRESS);
}

function innermost(error: unknown): { readonly name: string; readonly code: string; readonly message: string } {
  let found = error as Error & { readonly code?: unknown };
  while (found.cause instanceof Error) found = found.cause;
  return { name: found.name, code: typeof found.code === "string" ? found.code : "", message: found.message };
}

/** Credentials that cannot even be made: a command of the kubeconfig that is missing or fails, an expired login. */
export function noCredentials({ context }: Place, error: unknown): UserError {
  return new UserError(
    `the credentials of context ${context} cannot be had: ${innermost(error).message.trim()}`,
    "log in again as your cluster's provider describes, and check that kubectl auth whoami works",
  );
}

/** What an answer with status 400 or more means. @param body the server's; a Status object unless something else answered. */
export function refusal(place: Place, status: number, body: string): Error {
  const message = messageOf(body);
  if (status === 401 || message.includes('User "system:anonymous"'))
    return new UserError(
      `${apiOf(place)} does not accept the credentials (${status})`,
      "log in again (the token may have expired), and check that kubectl auth whoami works",
    );
  if (status === 403 && / cannot \w+ /.test(message))
    return new Forbidden(
      `context ${place.context}: ${message}`,
      "ask whoever runs the cluster for a role that allows it, or choose another context: kubectl config use-context NAME",
    );
  if (status === 403)
    return new UserError(
      `context ${place.context}: ${message}`,
      "change what the message names, or ask whoever runs the cluster",
    );
  if (status === 429 || status >= 500)
    return new UserError(
      `${apiOf(place)} answers ${status}: ${message}`,
      "try again in a minute; kubectl get --raw /readyz tells more",
    );
  return new KubeError(status, message);
}

function messageOf(body: string): string {
  try {
    const { message } = JSON.parse(body) as { readonly message?: string };
    if (message) return message;
  } catch {
    // A proxy's page, or the server's own short text.
  }
  return body.trim().slice(0, 200) || "no reason given";
}
