import type { AccessOutputs } from "../../outputs.ts";
import { earlierSecrets } from "../../plan/identities.ts";
import type { CertificatePlan, ClusterPlan } from "../../plan/types.ts";
import { readGiven } from "./given.ts";
import type { CertificatesInputs, Pem } from "./types.ts";

/**
 * ClusterPlan → inputs of the resource; undefined where the plan has no certificates.
 *
 * @param hosts under which names and addresses the nodes of a certificate are reached.
 * @throws UserError when a file of a given authority cannot be read.
 */
export function certificateArgs(
  { name, security }: Pick<ClusterPlan, "name" | "security">,
  hosts: (certificate: CertificatePlan) => readonly string[],
  directory: string,
): CertificatesInputs | undefined {
  if (!security.certificates) return undefined;
  const { given, wanted, ...settings } = security.certificates;
  return {
    name,
    directory,
    ...settings,
    ...(given ? { given: readGiven(given) } : {}),
    wanted: wanted.map((certificate) => ({
      name: certificate.name,
      commonName: certificate.commonName,
      kind: certificate.nodes.length > 0 ? "node" : "client",
      hosts: certificate.nodes.length > 0 ? [...hosts(certificate)] : [],
    })),
  };
}

/** How each identity of the plan proves itself. @throws when its secret or certificate was not made: a fault of ours. */
export function accessOutputs(
  { security }: Pick<ClusterPlan, "security">,
  secrets: Readonly<Record<string, string>>,
  certificates: { readonly authority: string; readonly pems: Readonly<Record<string, Pem>> } | undefined,
): AccessOutputs {
  // On the first step of a transition clients go on as they did: not every broker has the secured listeners yet.
  const isOpen = security.transition === "open";
  const { kerberos } = security;
  return {
    schemaVersion: 1,
    profile: isOpen ? "plaintext" : security.profile,
    authority: isOpen ? null : (certificates?.authority ?? null),
    ...(kerberos && !isOpen ? { kerberos: { realm: kerberos.realm, serviceName: kerberos.serviceName } } : {}),
    identities: security.identities.flatMap(({ name, purpose, proof }) => {
      // What only the node's own health check uses is of no use outside.
      if (purpose === "probe" || proof.kind === "listener") return [];
      if (proof.kind === "password") return { name, purpose, ...passwordsOf(name, proof.secret, secrets) };
      const { certificate, key } = made(certificates?.pems[proof.certificate], proof.certificate);
      return { name, purpose, certificate, key };
    }),
  };
}

function passwordsOf(name: string, secret: string, secrets: Readonly<Record<string, string>>) {
  const earlier = earlierSecrets(name, secret, Object.keys(secrets)).map((one) => secrets[one]!);
  return { password: made(secrets[secret], secret), ...(earlier.length > 0 ? { earlier } : {}) };
}

function made<T>(found: T | undefined, name: string): T {
  if (found === undefined) throw new Error(`nothing named ${name} was made`);
  return found;
}
