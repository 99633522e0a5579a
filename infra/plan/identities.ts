import type { StackSpec } from "../spec/resolve.ts";
import type { Permission } from "../spec/schema/users.ts";
import { HEALTH_PERMISSIONS, PROBE_PERMISSIONS } from "./permissions.ts";
import { SMOKE_PERMISSIONS } from "./smoke-permissions.ts";
import type { AclPlan, CertificatePlan, IdentityPlan, QuotaPlan } from "./types.ts";

/** Principals whom Kafka asks nothing further: its own nodes, and whoever keeps topics and users as declared. */
export const NODE_NAME = "kafka-node";
export const ADMIN_NAME = "kafka-admin";
const SUPER_USERS = [NODE_NAME, ADMIN_NAME];

/** Name of the secret that is the admin's password, where there are passwords. */
export const ADMIN_SECRET = passwordName(ADMIN_NAME, 1);

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
    proof: proofOf(name, 1),
    acls,
    quotas: {},
  });
  return [
    own(ADMIN_NAME, "admin", []),
    own("kafka-health", "health", HEALTH_PERMISSIONS),
    own("kafka-smoke", "smoke", SMOKE_PERMISSIONS),
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

function passwordName(name: string, rotation: number): string {
  return `password.${name}.${rotation}`;
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

function quotasOf({ produce, consume, requests }: StackSpec["users"][number]["quota"]): QuotaPlan {
  return {
    ...(produce === undefined ? {} : { produceBytesPerSecond: produce }),
    ...(consume === undefined ? {} : { consumeBytesPerSecond: consume }),
    ...(requests === undefined ? {} : { requestPercent: requests }),
  };
}
