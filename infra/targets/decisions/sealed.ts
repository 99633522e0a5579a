import type { Bindings } from "../../plan/bind.ts";

/** A private key (PKCS#8) and the chain of certificates that belongs to it, both PEM. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

/** What was made for a cluster and is nobody else's business. */
export interface Sealed {
  /** By name. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Absent without security. */
  readonly certificates?: Certificates | undefined;
  /** Content of files that a person gave, by name, in base64 if it is binary; absent when there are none. */
  readonly given?: Readonly<Record<string, string>> | undefined;
}

export interface Certificates {
  /** Certificates to trust, PEM. */
  readonly authority: string;
  /** By name. */
  readonly pems: Readonly<Record<string, KeyPair>>;
}

/** What a plan's tokens for secrets, keys and certificates stand for. */
export function sealedBindings({ secrets, certificates, given }: Sealed): Pick<Bindings, "secret" | "pem" | "given"> {
  return {
    secret(name) {
      const secret = secrets[name];
      if (secret === undefined) throw new Error(`no secret named ${name} was made`);
      return secret;
    },
    pem(name) {
      if (name === "authority" && certificates) return certificates.authority;
      const pair = certificates?.pems[name];
      if (!pair) throw new Error(`no certificate named ${name} was made`);
      // The order that Kafka's and ZooKeeper's PEM key stores want.
      return `${pair.key}${pair.certificate}`;
    },
    given(name) {
      const content = given?.[name];
      if (content === undefined) throw new Error(`no file named ${name} was given`);
      return content;
    },
  };
}
