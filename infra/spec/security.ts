import type { StackFile } from "./schema.ts";

export type SecurityProfile = NonNullable<StackFile["security"]["profile"]>;

export type SecuritySpec = Omit<StackFile["security"], "profile"> & { readonly profile: SecurityProfile };

const LOOPBACK = /^(127\.|::1$)/;

/** Whether others than this machine, and than containers of the stack's own network, reach a listener for clients. */
export function isExposed({ target, docker }: Pick<StackFile, "target" | "docker">): boolean {
  if (target === "docker") return !LOOPBACK.test(docker.publishAddress);
  return target === "kubernetes";
}

/** Whoever may be reached by strangers asks who they are. */
export const resolveSecurity = (file: StackFile): SecuritySpec => ({
  ...file.security,
  profile: file.security.profile ?? (isExposed(file) ? "scram" : "plaintext"),
});
