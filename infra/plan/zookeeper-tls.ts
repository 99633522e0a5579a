import type { StackSpec } from "../spec/resolve.ts";
import { CIPHER_SUITES } from "./cipher-suites.ts";
import { isPlain, isSecured, listenerParts } from "./listeners.ts";
import { type NodeSeat, zooKeeperId } from "./nodes.ts";

/**
 * TLS for ZooKeeper, on top of the SASL of `zookeeper.ts`: between its nodes, and towards the brokers. Both sides show a
 * certificate. Sources: ZooKeeper administrator's guide 3.8, "Encryption, Authentication, Authorization Options" and "Quorum
 * TLS"; what each line does was tried on ZooKeeper 3.8.6 with Kafka 3.9.2.
 *
 * A live ensemble gets there in three rolls (`security.transition`): open, where peers accept both and still speak plaintext;
 * switch, where they accept both and speak TLS; then TLS only.
 */
type Exposure = Pick<StackSpec, "security" | "target">;

/** What a ZooKeeper node has beside `zooKeeperProperties`, or otherwise than there. Empty without security. */
export function zooKeeperTls(spec: Exposure, { id }: NodeSeat, seats: readonly NodeSeat[]): Record<string, string> {
  if (!isSecured(spec)) return {};
  const isLocal = spec.target === "local";
  return {
    // The only word that asks for no session: health checks want to know who leads.
    "4lw.commands.whitelist": "srvr",
    secureClientPort: `{{port:ZK_CLIENT_TLS@${id}}}`,
    // Absent: every address of the container.
    ...(isLocal ? { secureClientPortAddress: `{{host:ZK_CLIENT_TLS@${id}}}` } : {}),
    // The default one has no TLS.
    serverCnxnFactory: "org.apache.zookeeper.server.NettyServerCnxnFactory",
    sslQuorum: String(spec.security.transition !== "open"),
    ...(isPlain(spec) ? { portUnification: "true" } : loopbackClients(seats)),
    ...stores("ssl", "keyStore", "trustStore"),
    ...stores("ssl.quorum", "keyStore", "trustStore"),
    "ssl.ciphersuites": CIPHER_SUITES,
    "ssl.clientAuth": "need",
    "ssl.quorum.ciphersuites": CIPHER_SUITES,
    "ssl.quorum.clientAuth": "need",
    ...peerNames(spec),
  };
}

/** The plain port for clients then only serves health checks beside the node; sessions must log in there too. */
function loopbackClients(seats: readonly NodeSeat[]): Record<string, string> {
  const servers = seats.filter(({ roles }) => roles.includes("zookeeper"));
  return Object.fromEntries(
    servers.map(({ id }) => [
      `server.${zooKeeperId(id)}`,
      `{{address:ZK_QUORUM@${id}}}:{{port:ZK_ELECTION@${id}}};127.0.0.1:{{port:ZK_CLIENT@${id}}}`,
    ]),
  );
}

/**
 * Whether peers must also have the name by which they are known. One switch is for both sides, and who accepts a connection
 * only knows an address: unless the certificate has that, it asks DNS for the address's name. On loopback the certificate has
 * it. Docker's DNS names every container of the network. In a pod that would hang the quorum on the reverse zone of a DNS that
 * is not ours; there a peer is whoever has a certificate for servers of this cluster's authority, and the quorum's password.
 *
 * `fips-mode`, by which 3.8.6 checks names as JSSE does, only of whom it calls, forbids DIGEST-MD5 and so the quorum's password.
 */
function peerNames({ target }: Exposure): Record<string, string> {
  return {
    "ssl.quorum.hostnameVerification": String(target !== "kubernetes"),
    "ssl.quorum.allowReverseDnsLookup": String(target === "docker"),
  };
}

/** What a client has beside `zooKeeperClientProperties`, or otherwise than there. Empty as long as it uses the plain port. */
export function zooKeeperClientTls(spec: Exposure, seats: readonly NodeSeat[]): Record<string, string> {
  if (listenerParts(spec).outside !== "EXTERNAL_TLS") return {};
  const servers = seats.filter(({ roles }) => roles.includes("zookeeper"));
  return {
    "zookeeper.connect": servers.map(({ id }) => `{{address:ZK_CLIENT_TLS@${id}}}`).join(","),
    "zookeeper.ssl.cipher.suites": CIPHER_SUITES,
    "zookeeper.ssl.client.enable": "true",
    // The default one has no TLS.
    "zookeeper.clientCnxnSocket": "org.apache.zookeeper.ClientCnxnSocketNetty",
    "zookeeper.ssl.endpoint.identification.algorithm": "HTTPS",
    ...stores("zookeeper.ssl", "keystore", "truststore"),
  };
}

const stores = (prefix: string, keyStore: string, trustStore: string): Record<string, string> => ({
  [`${prefix}.${keyStore}.location`]: "{{dir:config}}/keystore.pem",
  [`${prefix}.${keyStore}.type`]: "PEM",
  [`${prefix}.${trustStore}.location`]: "{{dir:config}}/ca.pem",
  [`${prefix}.${trustStore}.type`]: "PEM",
});
