import type { StackSpec } from "../spec/resolve.ts";
import { CIPHER_SUITES } from "./cipher-suites.ts";
import { clientCertificates, NODE_NAME, planIdentities, quotasOf, superUsers } from "./identities.ts";
import { planKerberos } from "./kerberos.ts";
import { isPlain, isSecured, listenerParts } from "./listeners.ts";
import { isKraft } from "./metadata.ts";
import type { NodeSeat } from "./nodes.ts";
import type { CertificatePlan, SecurityPlan } from "./types.ts";

/** Who plays which part, who logs in, and which certificates that takes: the one place for all modes and targets. */
export function planSecurity(spec: StackSpec, seats: readonly NodeSeat[]): SecurityPlan {
  const identities = planIdentities(spec);
  const { profile, certificates } = spec.security;
  const kerberos = planKerberos(spec);
  const { lifetime, renewBefore, authorityLifetime, rotation, authority } = certificates;
  return {
    profile,
    ...(spec.security.rotation > 1 ? { rotation: spec.security.rotation } : {}),
    ...(spec.security.transition ? { transition: spec.security.transition } : {}),
    listeners: listenerParts(spec),
    identities,
    ...(spec.defaultQuota ? { defaultQuotas: quotasOf(spec.defaultQuota) } : {}),
    ...(isSecured(spec)
      ? {
          certificates: {
            lifetimeDays: lifetime,
            renewBeforeDays: renewBefore,
            authorityDays: authorityLifetime,
            rotation,
            ...(authority ? { given: authority } : {}),
            wanted: [...nodeCertificates(spec, seats), ...clientCertificates(identities)],
          },
        }
      : {}),
    ...(kerberos ? { kerberos } : {}),
  };
}

/** Name of the certificate that a node presents: pods of a kind share one, so that one more pod changes nothing for others. */
export function certificateOf({ target }: StackSpec, { id, roles }: Pick<NodeSeat, "id" | "roles">): string {
  if (target !== "kubernetes") return `node-${id}`;
  return roles.length > 1 ? "combined" : roles[0]!;
}

function nodeCertificates(spec: StackSpec, seats: readonly NodeSeat[]): CertificatePlan[] {
  const names = [...new Set(seats.map((seat) => certificateOf(spec, seat)))];
  return names.map((name) => {
    const having = seats.filter((seat) => certificateOf(spec, seat) === name);
    const isZooKeeper = having.some(({ roles }) => roles.includes("zookeeper"));
    return {
      name,
      commonName: isZooKeeper ? "zookeeper-node" : NODE_NAME,
      nodes: having.map(({ id }) => id),
    };
  });
}

/** Files of a secured node beside its configuration: key store and trust store, both PEM (KIP-651). */
export const storeFiles = (spec: StackSpec, seat: NodeSeat): Record<string, string> =>
  isSecured(spec) ? { "keystore.pem": `{{pem:${certificateOf(spec, seat)}}}`, "ca.pem": "{{pem:authority}}" } : {};

/** What every secured Kafka node has in common: its stores, and an authorizer that denies what nobody allowed. */
export function guardProperties(spec: StackSpec, seat: NodeSeat): Record<string, string> {
  if (!isSecured(spec)) return {};
  return {
    // Nobody has a name with tls, so nobody can be allowed anything either.
    "allow.everyone.if.no.acl.found": String(spec.security.profile === "tls"),
    "authorizer.class.name": isKraft(spec, seat)
      ? "org.apache.kafka.metadata.authorizer.StandardAuthorizer"
      : "kafka.security.authorizer.AclAuthorizer",
    "ssl.cipher.suites": CIPHER_SUITES,
    "ssl.keystore.location": "{{dir:config}}/keystore.pem",
    "ssl.keystore.type": "PEM",
    // The principal is the name in the certificate, not all of its subject.
    "ssl.principal.mapping.rules": "RULE:^CN=([^,]+).*$/$1/,DEFAULT",
    "ssl.truststore.location": "{{dir:config}}/ca.pem",
    "ssl.truststore.type": "PEM",
    "super.users": superUsers(isPlain(spec)),
  };
}
