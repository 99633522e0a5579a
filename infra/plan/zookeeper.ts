import { type NodeSeat, zooKeeperId } from "./nodes.ts";
import { sortByKey } from "./sort.ts";

/**
 * ZooKeeper with SASL DIGEST-MD5 on both sides: between its nodes, so that no stranger joins the quorum, and towards the
 * brokers, who own every node they create (`zookeeper.set.acl`). Sources: ZooKeeper administrator's guide 3.8,
 * "Server-Server mutual authentication"; Kafka 3.9 documentation, "ZooKeeper authentication".
 */
const CLIENT_SECRET = "zookeeper-client";
const QUORUM_SECRET = "zookeeper-quorum";

/** Names of the secrets that the files below ask for. */
export const zooKeeperSecrets: readonly string[] = [CLIENT_SECRET, QUORUM_SECRET];

const LOGIN = "org.apache.zookeeper.server.auth.DigestLoginModule required";

/** JAAS file of a ZooKeeper node: whom it admits as a client or as a peer, and as whom it calls its peers. */
export const serverJaas = [
  jaas("Server", `user_kafka="{{secret:${CLIENT_SECRET}}}"`),
  jaas("QuorumServer", `user_quorum="{{secret:${QUORUM_SECRET}}}"`),
  jaas("QuorumLearner", `username="quorum" password="{{secret:${QUORUM_SECRET}}}"`),
].join("");

/** JAAS file of a broker: as whom it calls ZooKeeper. */
export const clientJaas = jaas("Client", `username="kafka" password="{{secret:${CLIENT_SECRET}}}"`);

function jaas(context: string, options: string): string {
  return `${context} {\n  ${LOGIN} ${options};\n};\n`;
}

/** Tells a JVM where its `jaas.conf` lies. */
export const jaasSystemProperties = { "java.security.auth.login.config": "{{dir:config}}/jaas.conf" } as const;

/**
 * zoo.cfg of the ensemble, the same for each node, sorted. Which of the servers a node is, it reads from the file `myid`
 * in its data directory, which the target writes: `zooKeeperId(node.id)`, that is id − 2000.
 *
 * @param tls what `zooKeeperTls` adds, or has otherwise.
 */
export function zooKeeperProperties(
  seats: readonly NodeSeat[],
  tls: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const servers = seats
    .filter(({ roles }) => roles.includes("zookeeper"))
    .map(({ id }) => [
      `server.${zooKeeperId(id)}`,
      // host:quorum:election;client. The client's part is where the node listens, which need not be where others reach it.
      `{{address:ZK_QUORUM@${id}}}:{{port:ZK_ELECTION@${id}}};{{bind:ZK_CLIENT@${id}}}`,
    ]);
  return sortByKey({
    "4lw.commands.whitelist": "srvr,ruok",
    "admin.enableServer": "false",
    "authProvider.1": "org.apache.zookeeper.server.auth.SASLAuthenticationProvider",
    // Without it snapshots and logs pile up until the disk is full. Hours.
    "autopurge.purgeInterval": "24",
    "autopurge.snapRetainCount": "3",
    dataDir: "{{dir:data}}",
    // In ticks: how long a follower may take to connect, and how far it may fall behind.
    initLimit: "10",
    "quorum.auth.enableSasl": "true",
    "quorum.auth.learnerRequireSasl": "true",
    "quorum.auth.serverRequireSasl": "true",
    ...Object.fromEntries(servers),
    sessionRequireClientSASLAuth: "true",
    // One node is a quorum of one, with the same listeners and the same authentication, not another kind of server.
    standaloneEnabled: "false",
    syncLimit: "5",
    // Milliseconds.
    tickTime: "2000",
    ...tls,
  });
}

/** What makes a Kafka node a client of ZooKeeper. */
export function zooKeeperClientProperties(seats: readonly NodeSeat[]): Record<string, string> {
  const servers = seats.filter(({ roles }) => roles.includes("zookeeper"));
  return {
    "zookeeper.connect": servers.map((server) => `{{address:ZK_CLIENT@${server.id}}}`).join(","),
    "zookeeper.set.acl": "true",
  };
}
