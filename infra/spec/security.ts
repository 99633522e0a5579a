import type { StackFile } from "./schema.ts";

export type SecurityProfile = NonNullable<StackFile["security"]["profile"]>;

type KerberosFile = NonNullable<StackFile["security"]["kerberos"]>;

export interface KerberosSpec extends Omit<KerberosFile, "host"> {
  readonly host: string;
}

export type SecuritySpec = Omit<StackFile["security"], "profile" | "kerberos"> & {
  readonly profile: SecurityProfile;
  readonly kerberos?: KerberosSpec;
};

const LOOPBACK = /^(127\.|::1$)/;

/** Whether others than this machine, and than containers of the stack's own network, reach a listener for clients. */
export function isExposed({ target, docker }: Pick<StackFile, "target" | "docker">): boolean {
  if (target === "docker") return !LOOPBACK.test(docker.publishAddress);
  return target === "kubernetes";
}

/** Whoever may be reached by strangers asks who they are. */
export function resolveSecurity(file: StackFile): SecuritySpec {
  const { kerberos, ...others } = file.security;
  return {
    ...others,
    profile: file.security.profile ?? (isExposed(file) ? "scram" : "plaintext"),
    ...(kerberos ? { kerberos: { ...kerberos, host: kerberos.host ?? clientsHost(file) } } : {}),
  };
}

/** Under which name clients outside find a broker. Java and MIT Kerberos both resolve 127.0.0.1 back to localhost. */
function clientsHost({ target, docker: { publishAddress, advertisedHost = publishAddress } }: StackFile): string {
  return target === "docker" && !LOOPBACK.test(advertisedHost) ? advertisedHost : "localhost";
}
