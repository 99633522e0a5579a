import { AsyncLocalStorage } from "node:async_hooks";
import { isIP } from "node:net";
import { type ConnectionOptions, checkServerIdentity, createSecureContext, type SecureContext } from "node:tls";
import { UserError } from "../../infra/errors.ts";
import type { AccessOutputs } from "../../infra/outputs.ts";
import { OPENSSL_CIPHERS } from "../../infra/plan/cipher-suites.ts";

/**
 * Who talks to Kafka, and how it is proven. Without `authority`: plaintext, nobody. With it: a password is proven by
 * SCRAM-SHA-512, a certificate and key by TLS, and with neither the connection is encrypted but nameless.
 */
export interface Identity {
  readonly name: string;
  /** Certificates to trust, PEM. */
  readonly authority?: string | undefined;
  /** Chain, PEM. */
  readonly certificate?: string | undefined;
  /** PKCS#8, PEM. */
  readonly key?: string | undefined;
  readonly password?: string | undefined;
  /** Passwords that it had before, the last first; the cluster may still go by one of them. */
  readonly earlier?: readonly string[] | undefined;
}

const ambient = new AsyncLocalStorage<Identity | undefined>();

/** Everything in `work` that opens a connection to Kafka presents this identity; undefined: plaintext, nobody. */
export function as<T>(identity: Identity | undefined, work: () => T): T {
  return ambient.run(identity, work);
}

export function currentIdentity(): Identity | undefined {
  return ambient.getStore();
}

/**
 * @param wanted `admin`, `health`, `smoke`, or the name of a user.
 * @returns undefined when the cluster is plaintext; with profile tls, where nobody has a name, who only trusts.
 * @throws UserError when nobody of that name may log in: to go on without a name would hide the mistake.
 */
export function identityOf(access: AccessOutputs, wanted: string): Identity | undefined {
  if (access.authority === null) return undefined;
  const { authority, identities } = access;
  if (access.profile === "tls") return { name: "anonymous", authority };
  const found =
    identities.find(({ purpose }) => purpose !== "user" && purpose === wanted) ??
    identities.find(({ name }) => name === wanted);
  if (!found)
    throw new UserError(
      `nobody named ${wanted} may log in; known: ${identities.map(({ name }) => name).join(", ")}`,
      "add it under users: in the stack file, then run: kafka-stacks up",
    );
  const { name, password, earlier, certificate, key } = found;
  return { name, authority, password, ...(earlier ? { earlier } : {}), certificate, key };
}

/** PEMs are parsed once for each identity: every poll of a node opens a connection. */
const contexts = new WeakMap<Identity, SecureContext>();

function contextOf(identity: Identity): SecureContext {
  const known = contexts.get(identity);
  if (known) return known;
  const { authority: ca, certificate: cert, key } = identity;
  const context = createSecureContext({ ca, cert, key, ciphers: OPENSSL_CIPHERS });
  contexts.set(identity, context);
  return context;
}

/**
 * How to speak TLS with the node that a broker tells as `host`; undefined: plaintext. What is verified is that name, even if
 * a tunnel leads there by another. An address is compared with the certificate's addresses; SNI (RFC 6066) is for names only.
 */
export function tlsOptions(identity: Identity | undefined, host: string): ConnectionOptions | undefined {
  if (identity?.authority === undefined) return undefined;
  return {
    secureContext: contextOf(identity),
    checkServerIdentity: (_, certificate) => checkServerIdentity(host, certificate),
    ...(isIP(host) === 0 ? { servername: host } : {}),
  };
}

/** A name and password over TLS; undefined where none is asked for. */
export function credentials(
  identity: Identity | undefined,
): { readonly username: string; readonly password: string } | undefined {
  if (identity?.authority === undefined || identity.password === undefined) return undefined;
  return { username: identity.name, password: identity.password };
}
