import type { StackSpec } from "../spec/resolve.ts";
import type { Permission, Quota } from "../spec/schema/users.ts";
import { HEALTH_PERMISSIONS, PROBE_PERMISSIONS } from "./permissions.ts";
import { SMOKE_PERMISSIONS } from "./smoke-permissions.ts";
import type { AclPlan, CertificatePlan, IdentityPlan, QuotaPlan } from "./types.ts";

/** Principals whom Kafka asks nothing further: its own nodes, and whoever keeps topics and users as declared. */
export const NODE_NAME = "kafka-node";
export const ADMIN_NAME = "kafka-admin";
/** A node's file with name and password of the second, where it has to begin with that. */
export const ADMIN_FILE = "scram-admin";
const SUPER_USERS = [NODE_NAME, ADMIN_NAME];

const HEALTH_NAME = "kafka-health";
const SMOKE_NAME = "kafka-smoke";

/** Name of the secret that is the admin's password, where there are passwords. @param rotation `security.rotation`. */
export const adminSecret = (rotation = 1): string => passwordName(ADMIN_NAME, rotation);

/** Name of the admin's certificate, where names are proven by certificates. @param rotation `security.rotation`. */
export const adminCertificate = (rotation = 1): string => certificateName(ADMIN_NAME, rotation);

/**
 * Whether a secret is a password with which the cluster's own names log in, of any rotation. Those are never forgotten: which
 * of them a cluster accepts is settled only after it was deployed (scripts/kafka/earlier-passwords.ts).
 */
export const isOwnPassword = (secret: string): boolean =>
  [ADMIN_NAME, HEALTH_NAME, SMOKE_NAME].some((name) => rotationOf(name, secret) !== undefined);

/** Secrets that were a name's passwords before, the last first. */
export function earlierSecrets(name: string, current: string, secrets: readonly string[]): string[] {
  const now = rotationOf(name, current) ?? 0;
  return secrets
    .map((secret) => ({ secret, rotation: rotationOf(name, secret) ?? now }))
    .filter(({ rotation }) => rotation < now)
    .toSorted((a, b) => b.rotation - a.rotation)
    .map(({ secret }) => secret);
}

/** `super.users` of a node. A plaintext listener that is still open knows nobody's name. */
export const superUsers = (isPlainToo: boolean): string =>
  [...SUPER_USERS, ...(isPlainToo ? ["ANONYMOUS"] : [])].map((name) => `User:${name}`).join(";");

/** Everyone who logs in: the cluster's own, then the stack's users. Empty where nobody has a name. */
export function planIdentities({ security, users, target }: StackSpec): IdentityPlan[] {
  const { profile } = security;
  if (profile !== "scram" && profile !== "mtls") return [];
  const proofOf = (name: string, rotation: number): IdentityPlan["proof"] =>
    profile === "scram"
      ? { kind: "password", secret: passwordName(name, rotation) }
      : { kind: "certificate", certificate: certificateName(name, rotation) };
  const own = (name: string, purpose: IdentityPlan["purpose"], acls: readonly AclPlan[]): IdentityPlan => ({
    name,
    purpose,
    proof: proofOf(name, security.rotation),
    acls,
    quotas: {},
  });
  return [
    own(ADMIN_NAME, "admin", []),
    own(HEALTH_NAME, "health", HEALTH_PERMISSIONS),
    own(SMOKE_NAME, "smoke", SMOKE_PERMISSIONS),
    ...(target === "local" ? [] : [probe]),
    ...users.map(({ name, rotation, passwordFrom, can, quota }) => ({
      name,
      purpose: "user" as const,
      proof: passwordFrom ? givenProof(name) : proofOf(name, rotation),
      acls: can.map(aclOf),
      quotas: quotasOf(quota),
    })),
  ];
}

/** User of listener HEALTH. */
const probe: IdentityPlan = {
  name: "health",
  purpose: "probe",
  proof: { kind: "listener" },
  acls: PROBE_PERMISSIONS,
  quotas: {},
};

/** Certificates with which clients log in. */
export const clientCertificates = (identities: readonly IdentityPlan[]): CertificatePlan[] =>
  identities.flatMap(({ name, proof }) =>
    proof.kind === "certificate" ? [{ name: proof.certificate, commonName: name, nodes: [] }] : [],
  );

/** Names of the passwords that are made. */
export const passwordsOf = (identities: readonly IdentityPlan[]): string[] =>
  identities.flatMap(({ proof }) => (proof.kind === "password" && !proof.given ? [proof.secret] : []));

/** Name of the secret that is a user's given password. */
export const givenName = (user: string): string => `given.${user}`;

const givenProof = (user: string): IdentityPlan["proof"] => ({
  kind: "password",
  secret: givenName(user),
  given: true,
});

const passwordName = (name: string, rotation: number): string => `password.${name}.${rotation}`;

/** Undefined for any other secret. */
function rotationOf(name: string, secret: string): number | undefined {
  const rotation = Number(secret.split(".").at(-1));
  return secret === passwordName(name, rotation) ? rotation : undefined;
}

const certificateName = (name: string, rotation: number): string => `user-${name}.${rotation}`;

const CLUSTER = "kafka-cluster";

function aclOf({ topic, group, transactionalId, do: permitted }: Permission): AclPlan {
  const operations = permitted.map(kafkaOperation).toSorted();
  if (topic !== undefined) return { resource: "topic", ...patternOf(topic), operations };
  if (group !== undefined) return { resource: "group", ...patternOf(group), operations };
  if (transactionalId !== undefined) return { resource: "transactionalId", ...patternOf(transactionalId), operations };
  return { resource: "cluster", name: CLUSTER, pattern: "literal", operations };
}

/** `orders.*` stands for a prefix; `*` alone is Kafka's own literal for all. */
function patternOf(written: string): Pick<AclPlan, "name" | "pattern"> {
  return written.length > 1 && written.endsWith("*")
    ? { name: written.slice(0, -1), pattern: "prefixed" }
    : { name: written, pattern: "literal" };
}

/** `describeConfigs` → `DescribeConfigs`. */
const kafkaOperation = (operation: string): string => operation.charAt(0).toUpperCase() + operation.slice(1);

export function quotasOf({ produce, consume, requests }: Quota): QuotaPlan {
  return {
    ...(produce === undefined ? {} : { produceBytesPerSecond: produce }),
    ...(consume === undefined ? {} : { consumeBytesPerSecond: consume }),
    ...(requests === undefined ? {} : { requestPercent: requests }),
  };
}
