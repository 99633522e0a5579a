import { alterPartitionV3, createTopicsV7, envelopeV0, produceV9 } from "@platformatic/kafka";
import { describeQuorum, type NodeConnection, withNode } from "../../scripts/kafka/gaps.ts";
import { as, type Identity } from "../../scripts/kafka/identity.ts";
import type { Attacked, Row } from "./refusals.ts";
import { type Forger, makeForger } from "./refusals-certificates.ts";
import { ask } from "./refusals-clients.ts";

const TIMEOUT_MS = 10_000;
const CLUSTER = "CLUSTER_AUTHORIZATION_FAILED";
/** What a controller says to a node that gives no epoch: it was heard as a node. */
const STALE = ["STALE_BROKER_EPOCH", "BROKER_ID_NOT_REGISTERED", "UNKNOWN_LEADER_EPOCH"];
/** What a controller says to a node that should have asked the active one. */
const ELSEWHERE = ["NOT_CONTROLLER", "NOT_LEADER_OR_FOLLOWER"];

/** The listeners at which nodes talk among themselves: only a node's certificate is good for anything. */
export async function nodeRows(attacked: Attacked): Promise<Row[]> {
  const forger = await makeForger(attacked);
  const { replication, controller } = attacked;
  return [
    ...(await doorRows("replication", replication, attacked, forger)),
    ...(await replicationRows(replication, attacked, forger)),
    ...(controller ? await doorRows("controller", controller, attacked, forger) : []),
    ...(controller ? await controllerRows(controller, attacked, forger) : []),
  ];
}

async function doorRows(name: string, address: string, attacked: Attacked, forger: Forger): Promise<Row[]> {
  const trusting: Identity = { name: "nobody", authority: attacked.authority.certificate };
  const row = (what: string, refusedBy: string, who: Identity | undefined): Row => ({
    row: `${name}: ${what}`,
    refusedBy: [refusedBy],
    attempt: ask(address, who),
  });
  return [
    row("plaintext", "wants-tls", undefined),
    row("TLS without a name", "certificate-wanted", trusting),
    row("a password (SCRAM)", "certificate-wanted", { ...trusting, name: "kafka-admin", password: "something" }),
    ...(attacked.admin.password ? [row("the admin's own password", "certificate-wanted", attacked.admin)] : []),
    row("a node's name by another authority", "certificate-refused", await forger.stranger("kafka-node")),
    row("a node's name, expired", "certificate-refused", await forger.expired("kafka-node")),
    row("a certificate and SCRAM on top", "wrong-mechanism", {
      ...(await forger.holder(attacked.user.name)),
      password: "something",
    }),
  ];
}

type Ask = (node: NodeConnection) => Promise<unknown>;

/** The same request by the user's certificate, and, to see that it is one that brokers understand, by a node's. */
async function pair(
  name: string,
  address: string,
  request: Ask,
  refusedBy: string,
  { user }: Attacked,
  forger: Forger,
  passesBy: readonly string[] = [],
): Promise<Row[]> {
  const by = (who: Identity) => () => as(who, () => withNode(address, TIMEOUT_MS, request));
  return [
    { row: `${name}, by a user's certificate`, refusedBy: [refusedBy], attempt: by(await forger.holder(user.name)) },
    { row: `${name}, by a node's`, passesBy, attempt: by(await forger.holder("kafka-node")) },
  ];
}

async function controllerRows(address: string, attacked: Attacked, forger: Forger): Promise<Row[]> {
  const row = (name: string, request: Ask, refusedBy: string, passesBy?: readonly string[]) =>
    pair(`controller: ${name}`, address, request, refusedBy, attacked, forger, passesBy);
  const topic = { name: "refused-at-the-controller", numPartitions: 1, replicationFactor: 1 };
  const rows = await Promise.all([
    row("take a partition's lead", (node) => alterPartitionV3.api.async(node, 1, -1n, []), CLUSTER, [
      ...STALE,
      ...ELSEWHERE,
    ]),
    row("speak for another principal", speakForAnother, CLUSTER, [
      "UNSUPPORTED_VERSION",
      "PRINCIPAL_DESERIALIZATION_FAILURE",
    ]),
    row("describe the quorum", describeQuorum, CLUSTER, ELSEWHERE),
    row(
      "create a topic",
      (node) => createTopicsV7.api.async(node, [{ ...topic, assignments: [], configs: [] }], TIMEOUT_MS, true),
      "TOPIC_AUTHORIZATION_FAILED",
      ELSEWHERE,
    ),
  ]);
  return rows.flat();
}

/** Envelopes carry another's requests (KIP-590). This one is empty, and its principal no principal. */
const speakForAnother: Ask = (node) =>
  envelopeV0.api.async(node, Buffer.alloc(0), Buffer.alloc(0), Buffer.from([127, 0, 0, 1]));

async function replicationRows(address: string, attacked: Attacked, forger: Forger): Promise<Row[]> {
  const row = (name: string, request: Ask, refusedBy: string, passesBy?: readonly string[]) =>
    pair(`replication: ${name}`, address, request, refusedBy, attacked, forger, passesBy);
  const record = { topic: "__consumer_offsets", partition: 0, value: Buffer.from("refused") };
  const rows = [
    // By a node's certificate it would be written: not tried.
    (
      await row(
        "write offsets",
        (node) => produceV9.api.async(node, 1, TIMEOUT_MS, [record]),
        "TOPIC_AUTHORIZATION_FAILED",
      )
    )[0]!,
    { row: "replication: a node's certificate", attempt: ask(address, await forger.holder("kafka-node")) },
  ];
  if (attacked.mode === "kraft") return rows;
  return [
    ...rows,
    ...(await row("take a partition's lead", (node) => alterPartitionV3.api.async(node, 1, -1n, []), CLUSTER, [
      ...STALE,
      "NOT_CONTROLLER",
    ])),
  ];
}
