import { RESERVED_NAMES } from "../spec/checks/security.ts";
import type { StackSpec } from "../spec/resolve.ts";
import type { KerberosSpec } from "../spec/security.ts";
import type { NodeSeat } from "./nodes.ts";
import type { KerberosPlan, ListenerName } from "./types.ts";

/**
 * Kerberos (GSSAPI) beside SCRAM, for clients outside: they find every broker under one host's name, so one principal
 * and one keytab serve all brokers. In a network of containers each broker has names of its own (docs/decisions/0019).
 */
type Secured = Pick<StackSpec, "security">;

/** Where Kerberos is offered. */
const LISTENER: ListenerName = "EXTERNAL_TLS";

/** Names of what was given, for tokens; see `KerberosPlan`. */
const KRB5_CONF = "krb5.conf";
const KEYTAB = "kafka.keytab";

export function planKerberos({ security: { kerberos } }: Secured): KerberosPlan | undefined {
  if (!kerberos) return undefined;
  const { realm, serviceName, krb5Conf, keytab } = kerberos;
  return { realm, serviceName, principal: principalOf(kerberos), given: { [KRB5_CONF]: krb5Conf, [KEYTAB]: keytab } };
}

const principalOf = ({ serviceName, host, realm }: KerberosSpec): string => `${serviceName}/${host}@${realm}`;

/** Mechanisms by which clients log in on a listener. */
export const mechanismsOf = (name: ListenerName, { security }: Secured): string =>
  name === LISTENER && security.kerberos ? "SCRAM-SHA-512,GSSAPI" : "SCRAM-SHA-512";

/**
 * Properties of a listener on which clients log in by Kerberos too; empty for others. The broker needs its key and no KDC:
 * it takes tickets and asks for none (`isInitiator`).
 */
export function kerberosProperties(name: ListenerName, { security: { kerberos } }: Secured): Record<string, string> {
  if (name !== LISTENER || !kerberos) return {};
  const prefix = `listener.name.${name.toLowerCase()}`;
  const login = "com.sun.security.auth.module.Krb5LoginModule required useKeyTab=true storeKey=true isInitiator=false";
  return {
    [`${prefix}.gssapi.sasl.jaas.config`]: `${login} keyTab="{{dir:config}}/${KEYTAB}" principal="${principalOf(kerberos)}";`,
    [`${prefix}.sasl.kerberos.principal.to.local.rules`]: principalRules(kerberos.realm),
    [`${prefix}.sasl.kerberos.service.name`]: kerberos.serviceName,
  };
}

/**
 * `alice@REALM` → alice (org.apache.kafka.common.security.kerberos.KerberosShortNamer; the first rule that matches decides).
 * Whoever has in the realm a name that the cluster uses itself keeps all of it, and Kafka lets nobody in whose name has an @.
 * Neither does it let in who matches no rule: principals of two parts (service/host), and of other realms.
 */
function principalRules(realm: string): string {
  // A class of one sign, for a backslash would be one of the properties file's own.
  const literal = realm.replaceAll(".", "[.]");
  const ours = RESERVED_NAMES.map((name) => `${name}@${literal}`).join("|");
  return `RULE:[1:$1@$0](${ours}),RULE:[1:$1@$0](.*@${literal})s/@.*//`;
}

/** Files of a broker beside its configuration. */
export const kerberosFiles = ({ security }: Secured, { roles }: Pick<NodeSeat, "roles">): Record<string, string> =>
  security.kerberos && roles.includes("broker")
    ? { [KRB5_CONF]: `{{given:${KRB5_CONF}}}`, [`${KEYTAB}.base64`]: `{{given:${KEYTAB}}}` }
    : {};

/** Tells a broker's JVM about its realm. */
export const kerberosSystemProperties = (
  { security }: Secured,
  { roles }: Pick<NodeSeat, "roles">,
): Record<string, string> =>
  security.kerberos && roles.includes("broker") ? { "java.security.krb5.conf": `{{dir:config}}/${KRB5_CONF}` } : {};
