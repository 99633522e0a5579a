import assert from "node:assert/strict";
import type { Identity } from "../../scripts/kafka/identity.ts";
import type { Attacked, Row } from "./refusals.ts";
import { type Forger, makeForger } from "./refusals-certificates.ts";
import { askZooKeeper, chunks, long, open, take, type Verb, type Way } from "./refusals-zookeeper-client.ts";

/** One ZooKeeper node, as host:port. */
export interface AttackedZooKeeper {
  readonly tls: string;
  /** Where it is reached at all: on its own loopback. */
  readonly plain?: string;
  readonly election: string;
  /** Of the brokers, whose name is `kafka`. */
  readonly password: string;
}

const LOG_IN_FIRST = "SESSION_CLOSED_REQUIRE_SASL_AUTH";
/** What TLS 1.2 says to who shows no certificate (RFC 5246, 7.4.6): Java 17.0.21 does, 17.0.15 calls it a bad one. */
export const HANDSHAKE_FAILURE = "handshake-failure";
const NO_CERTIFICATE = ["certificate-wanted", HANDSHAKE_FAILURE];
const OWNED = "/refused";
const VERBS: readonly Verb[] = ["read", "write", "delete"];

/** ZooKeeper holds what the brokers believe: who reads it knows the password hashes, who writes it is the cluster. */
export async function zooKeeperRows(attacked: Attacked): Promise<Row[]> {
  const { zooKeeper, authority, user } = attacked;
  if (!zooKeeper) return [];
  const forger = await makeForger(attacked);
  const node = await forger.holder("kafka-node");
  const [tls, plain] = [{ address: zooKeeper.tls }, zooKeeper.plain && { address: zooKeeper.plain }];
  const broker: Way = { ...tls, tls: node, login: { name: "kafka", password: zooKeeper.password } };
  const wrong = { name: "kafka", password: "wrong" };
  await askZooKeeper(broker, "write", OWNED);
  const every = (what: string, refusedBy: string, way: Way) =>
    VERBS.map((verb) => rowOf(what, refusedBy, way, verb, broker));
  return [
    ...every("TLS, no password", LOG_IN_FIRST, { ...tls, tls: node }),
    ...every("TLS, a user's certificate, no password", LOG_IN_FIRST, { ...tls, tls: await forger.holder(user.name) }),
    ...every("TLS, a wrong password", LOG_IN_FIRST, { ...broker, login: wrong }),
    ...every("TLS, an unknown name", LOG_IN_FIRST, { ...broker, login: { ...wrong, name: "mallory" } }),
    ...(plain ? every("plaintext on loopback, no password", LOG_IN_FIRST, plain) : []),
    ...(plain ? every("plaintext on loopback, a wrong password", LOG_IN_FIRST, { ...plain, login: wrong }) : []),
    ...(await doorRows(broker, authority.certificate, forger)),
    ...(await electionRows(zooKeeper.election, authority.certificate, forger)),
    ...VERBS.map((verb) => ({
      row: `zookeeper: a broker, ${verb}`,
      attempt: () => askZooKeeper(broker, verb, pathOf(verb)),
    })),
    { row: "zookeeper: a broker cleans up", attempt: () => askZooKeeper(broker, "delete", `${OWNED}-written`) },
  ];
}

/** Read and delete what is there, write what is not. */
const pathOf = (verb: Verb): string => (verb === "write" ? `${OWNED}-written` : OWNED);

function rowOf(what: string, refusedBy: string, way: Way, verb: Verb, broker: Way): Row {
  return {
    row: `zookeeper: ${what}, ${verb}`,
    refusedBy: [refusedBy],
    attempt: () => askZooKeeper(way, verb, pathOf(verb)),
    unchanged: async () => {
      await askZooKeeper(broker, "read", OWNED);
      await assert.rejects(askZooKeeper(broker, "read", `${OWNED}-written`), /^Error: NO_NODE$/);
    },
  };
}

/** Who does not even get a session. */
async function doorRows(broker: Way, authority: string, forger: Forger): Promise<Row[]> {
  const row = (what: string, refusedBy: string | readonly string[], way: Way): Row => ({
    row: `zookeeper: ${what}`,
    refusedBy: [refusedBy].flat(),
    attempt: () => askZooKeeper(way, "read", OWNED),
  });
  const { tls: _tls, ...plaintext } = broker;
  return [
    row("plaintext to the TLS port, right password", "closed", plaintext),
    row("no certificate, right password", NO_CERTIFICATE, { ...broker, tls: { name: "nobody", authority } }),
    row("another authority's certificate", "certificate-refused", {
      ...broker,
      tls: await forger.stranger("kafka-node"),
    }),
    row("an expired certificate", "certificate-refused", { ...broker, tls: await forger.expired("kafka-node") }),
    row("a client that trusts another authority", "untrusted", {
      ...broker,
      tls: { ...broker.tls!, authority: forger.other },
    }),
  ];
}

async function electionRows(address: string, authority: string, forger: Forger): Promise<Row[]> {
  // Who calls gives its id, then logs in (QuorumCnxManager): here somebody goes on without.
  const call = (who: Identity | undefined) => async () => {
    const socket = await open(address, who);
    try {
      socket.write(Buffer.concat([long(9n), Buffer.alloc(16)]));
      await take(chunks(socket));
    } finally {
      socket.destroy();
    }
  };
  const row = (what: string, refusedBy: readonly string[], who: Identity | undefined): Row => ({
    row: `zookeeper's elections: ${what}`,
    refusedBy,
    attempt: call(who),
  });
  const trusting: Identity = { name: "nobody", authority };
  const node = await forger.holder("zookeeper-node");
  return [
    row("plaintext", ["wants-tls", "closed"], undefined),
    row("no certificate", NO_CERTIFICATE, trusting),
    row("another authority's certificate", ["certificate-refused"], await forger.stranger("zookeeper-node")),
    row("a certificate, no password", ["closed"], node),
    {
      row: "zookeeper's elections: a node's certificate is taken",
      attempt: async () => void (await open(address, node)).destroy(),
    },
  ];
}
