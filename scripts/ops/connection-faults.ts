/**
 * Why a client and a node did not come to terms, told from what Node's TLS and the Kafka clients throw. What tells it may be
 * any error in the chain of causes, since clients wrap them.
 */

export type FaultKind = keyof typeof WORDS;

export interface ConnectionFault {
  readonly kind: FaultKind;
  readonly text: string;
  /** What to do; absent where the fault may pass by itself. */
  readonly next?: string;
}

const NEW_LOGIN = "run kafka-stacks up: it brings what the cluster presents and what clients know in line";

const WORDS = {
  untrusted: { text: "its certificate is not from an authority that is trusted here", next: NEW_LOGIN },
  expired: { text: "its certificate has expired", next: "run kafka-stacks up: it renews certificates" },
  "not-yet-valid": { text: "its certificate is not valid yet", next: "compare the clocks of both machines" },
  "wrong-host": { text: "its certificate is for other names", next: NEW_LOGIN },
  "certificate-wanted": { text: "it wants a client certificate and got none", next: NEW_LOGIN },
  "certificate-refused": {
    text: "it refuses the client certificate: expired, or of another authority",
    next: NEW_LOGIN,
  },
  "wrong-password": { text: "it does not know this name and password", next: "run kafka-stacks access apply" },
  "wrong-mechanism": { text: "it offers no login by SCRAM-SHA-512", next: NEW_LOGIN },
  "wants-tls": { text: "it speaks TLS and was asked in plaintext", next: NEW_LOGIN },
  "no-tls": { text: "it hung up when TLS began: it speaks plaintext, or is stopping" },
  "hung-up": { text: "it hung up without an answer: it wants a login, or is stopping" },
} as const;

/** A peer that was asked in plaintext answered in TLS. */
export class SpeaksTls extends Error {
  readonly code = "SPEAKS_TLS";

  constructor() {
    super("the peer speaks TLS");
  }
}

/** Whether bytes from a peer begin a TLS record (RFC 8446, 5.1): an alert, a handshake … of version 3.x. */
export function isTlsRecord(bytes: Uint8Array): boolean {
  return bytes.length >= 3 && bytes[0]! >= 0x14 && bytes[0]! <= 0x17 && bytes[1] === 3 && bytes[2]! <= 4;
}

/**
 * `code` is Node's (of OpenSSL's X509_V_ERR_…, or `ERR_SSL_…_ALERT_…` with the alert of RFC 8446, 6.2), `api` Kafka's error
 * as either client calls it.
 */
interface Told {
  readonly code: string;
  readonly api: string;
  readonly name: string;
  readonly message: string;
}

const RULES: readonly (readonly [kind: FaultKind, holds: (told: Told) => boolean])[] = [
  ["untrusted", ({ code }) => /SELF_SIGNED_CERT|UNABLE_TO_(GET_ISSUER|VERIFY)|CERT_SIGNATURE_FAILURE/.test(code)],
  ["expired", ({ code }) => code === "CERT_HAS_EXPIRED"],
  ["not-yet-valid", ({ code }) => code === "CERT_NOT_YET_VALID"],
  ["wrong-host", ({ code }) => code === "ERR_TLS_CERT_ALTNAME_INVALID"],
  // Java sends bad_certificate for none at all, and certificate_unknown for one that it cannot verify, whatever the reason.
  ["certificate-wanted", ({ code }) => /ALERT_(BAD_CERTIFICATE|CERTIFICATE_REQUIRED)$/.test(code)],
  ["certificate-refused", ({ code }) => /ALERT_(\w+_)?(CERTIFICATE_\w+|UNKNOWN_CA)$/.test(code)],
  ["wrong-mechanism", ({ api }) => api === "ILLEGAL_SASL_STATE" || api === "UNSUPPORTED_SASL_MECHANISM"],
  ["wrong-mechanism", ({ name, message }) => name === SASL_ERROR && /not supported by the server/.test(message)],
  ["wrong-password", ({ name, api }) => name === SASL_ERROR || api === "SASL_AUTHENTICATION_FAILED"],
  ["wants-tls", ({ code, message }) => code === "SPEAKS_TLS" || message === "Broker requires TLS."],
  ["no-tls", ({ code, message }) => code === "ECONNRESET" && /before secure TLS connection/.test(message)],
  ["no-tls", ({ code }) => code === "ERR_SSL_WRONG_VERSION_NUMBER" || code === "ERR_SSL_PACKET_LENGTH_TOO_LONG"],
  ["hung-up", ({ code }) => code === "ECONNRESET" || code === "EPIPE"],
  ["hung-up", ({ message }) => message === "Connection closed" || message === "Closed connection"],
];
const SASL_ERROR = "KafkaJSSASLAuthenticationError";

/** Undefined when the error says nothing about how the two connect and log in. */
export function connectionFault(error: unknown): ConnectionFault | undefined {
  for (const cause of causesOf(error)) {
    const [kind] = RULES.find(([, holds]) => holds(told(cause))) ?? [];
    if (kind === "wrong-host") return { kind, ...WORDS[kind], text: `${WORDS[kind].text} (${names(cause.message)})` };
    if (kind) return { kind, ...WORDS[kind] };
  }
  return undefined;
}

/**
 * Whether an error says no more than that nothing came back in time: on a busy machine that tells nothing of the peer. What
 * Kafka itself answers is not meant, be it that a request took too long there.
 */
export function isSilence(error: unknown): boolean {
  return connectionFault(error) === undefined && kafkaErrors(error).length === 0 && causesOf(error).some(timedOut);
}

/** The library's TimeoutError has the code of its NetworkError, and no name of its own. */
const timedOut = (error: Error): boolean => {
  const { code, name, message } = told(error);
  return (
    code === "ETIMEDOUT" ||
    (/^PLT_KFK_(NETWORK|TIMEOUT)$/.test(code) && /\btimed out\b/.test(message)) ||
    name === "KafkaJSRequestTimeoutError" ||
    (name === "KafkaJSConnectionError" && message === "Connection timeout")
  );
};

/** Kafka's name of the error of a request, for example `TOPIC_AUTHORIZATION_FAILED`, wherever in the causes it is. */
export function kafkaErrors(error: unknown): string[] {
  return causesOf(error).flatMap((cause) => told(cause).api || []);
}

/** The error and all that caused it, the outermost first. */
function causesOf(error: unknown): Error[] {
  if (!(error instanceof Error)) return [];
  const others: readonly unknown[] = "errors" in error && Array.isArray(error.errors) ? error.errors : [];
  return [error, ...[error.cause, ...others].flatMap(causesOf)];
}

function told(error: Error): Told {
  const { code, apiId, type } = error as Error & { readonly code?: unknown; readonly apiId?: unknown; type?: unknown };
  return { code: String(code ?? ""), api: String(apiId ?? type ?? ""), name: error.name, message: error.message };
}

/** `IP: 10.0.0.7 is not in the cert's list: 127.0.0.1` */
const names = (message: string): string => message.replace(/^.*altnames: /, "");
