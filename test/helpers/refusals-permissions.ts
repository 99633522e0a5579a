import assert from "node:assert/strict";
import { findCoordinatorV6 } from "@platformatic/kafka";
import { describeAcls, describeCredentials, describeQuotas } from "../../scripts/kafka/access-requests.ts";
import { findBrokers } from "../../scripts/kafka/access-state.ts";
import { createClient } from "../../scripts/kafka/client.ts";
import { describeConfigs, describeMetadata, type NodeConnection, withNode } from "../../scripts/kafka/gaps.ts";
import { as, type Identity } from "../../scripts/kafka/identity.ts";
import type { Attacked, Row } from "./refusals.ts";
import { GROUP, requests, TRANSACTION, VICTIM, type Where } from "./refusals-requests.ts";

const TIMEOUT_MS = 10_000;

/** What a user asks who may log in, and no more than that: each request by the user, then the same by the admin. */
export async function permissionRows(attacked: Attacked): Promise<Row[]> {
  if (attacked.profile === "tls") return [];
  const { admin, user } = attacked;
  const address = attacked.clients[0]!;
  await as(admin, () => makeVictim(address));
  const places = await as(admin, () => findPlaces(address));
  const before = await as(admin, () => snapshot(address));
  const unchanged = async () => assert.deepEqual(await as(admin, () => snapshot(address)), before, "it had an effect");
  const by = (who: Identity, where: Where, request: (node: NodeConnection) => Promise<unknown>) => () =>
    as(who, () => withNode(places[where], TIMEOUT_MS, request));
  const table = requests({ user: user.name, replicas: [places.leaderId], isKraft: attacked.mode === "kraft" });
  return [
    ...table.map(({ what, where, refusedBy, request }) => ({
      row: `right password, no ACL: ${what}`,
      refusedBy: [refusedBy],
      attempt: by(user, where, request),
      unchanged,
    })),
    {
      row: "right password, no ACL: see a topic",
      refusedBy: ["not listed"],
      attempt: () => as(user, () => see(address)),
    },
    { row: "the user's own topic and group", attempt: () => as(user, () => useOwn(attacked)) },
    { row: "the admin sees the topic", attempt: () => as(admin, () => see(address)) },
    ...table.map(({ what, where, request, passesBy = [] }) => ({
      row: `the admin: ${what}`,
      passesBy,
      attempt: by(admin, where, request),
    })),
  ];
}

/** A topic of one record, which is not the user's. */
async function makeVictim(address: string): Promise<void> {
  const kafka = createClient([address], "refusals");
  const [admin, producer] = [kafka.admin(), kafka.producer({ allowAutoTopicCreation: false })];
  await Promise.all([admin.connect(), producer.connect()]);
  try {
    const topics = [{ topic: VICTIM, numPartitions: 1, replicationFactor: 1 }];
    await admin.createTopics({ topics, waitForLeaders: true });
    await producer.send({ topic: VICTIM, acks: -1, messages: [{ value: "nobody else's" }] });
  } finally {
    await Promise.all([admin.disconnect(), producer.disconnect()]);
  }
}

/** Who answers for the victim, the group and the transaction: authorization comes first, but a control needs the right one. */
async function findPlaces(address: string): Promise<Record<Where, string> & { readonly leaderId: number }> {
  const { controller } = await findBrokers([address]);
  const { cluster, topics } = await withNode(address, TIMEOUT_MS, (node) => describeMetadata(node, [VICTIM]));
  const leaderId = topics[0]!.partitions[0]!.leader!;
  const leader = cluster.brokers.find(({ id }) => id === leaderId)!.address;
  const [group, transaction] = [await coordinator(address, 0, GROUP), await coordinator(address, 1, TRANSACTION)];
  return { controller, leader, group, transaction, leaderId };
}

async function coordinator(address: string, keyType: 0 | 1, key: string): Promise<string> {
  // The internal topic is made at the first question.
  for (const deadline = Date.now() + 30_000; ; ) {
    const found = await withNode(address, TIMEOUT_MS, (node) =>
      findCoordinatorV6.api.async(node, keyType, [key]),
    ).catch((error: Error) => error);
    if (!(found instanceof Error)) return `${found.coordinators[0]!.host}:${found.coordinators[0]!.port}`;
    if (Date.now() > deadline) throw found;
  }
}

/** Everything that an attempt could change. */
async function snapshot(address: string) {
  const { controller } = await findBrokers([address]);
  const seen = await withNode(controller, TIMEOUT_MS, async (node) => ({
    topics: (await describeMetadata(node, null)).topics
      .filter(({ internal }) => !internal)
      .map(({ name, partitions }) => ({ name, partitions })),
    config: await describeConfigs(node, [{ type: "topic", name: VICTIM }]),
    acls: sorted(await describeAcls(node)),
    credentials: sorted(await describeCredentials(node)),
    quotas: sorted(await describeQuotas(node)),
  }));
  const admin = createClient([address], "refusals").admin();
  await admin.connect();
  try {
    const { groups } = await admin.listGroups();
    return {
      ...seen,
      offsets: await admin.fetchTopicOffsets(VICTIM),
      groups: sorted(groups.map(({ groupId }) => groupId)),
    };
  } finally {
    await admin.disconnect();
  }
}

/** Each broker tells them in an order of its own. */
const sorted = (items: readonly unknown[]): string[] => items.map((item) => JSON.stringify(item)).toSorted();

/** @throws when the topic is not among those that the brokers tell. */
async function see(address: string): Promise<void> {
  const { topics } = await withNode(address, TIMEOUT_MS, (node) => describeMetadata(node, null));
  assert.ok(topics.length > 0, "some are told");
  if (!topics.some(({ name }) => name === VICTIM)) throw new Error("not listed");
}

async function useOwn({ clients, own }: Attacked): Promise<void> {
  const kafka = createClient(clients.slice(0, 1), "refusals");
  const producer = kafka.producer({ allowAutoTopicCreation: false });
  const consumer = kafka.consumer({ groupId: own.group, maxWaitTimeInMs: 200, allowAutoTopicCreation: false });
  try {
    await Promise.all([producer.connect(), consumer.connect()]);
    const value = `mine ${Date.now()}`;
    await producer.send({ topic: own.topic, acks: -1, messages: [{ value }] });
    await consumer.subscribe({ topics: [own.topic], fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      setTimeout(() => reject(new Error("not read back")), 30_000).unref();
      const eachMessage = async ({ message }: { readonly message: { readonly value: Buffer | null } }) => {
        if (message.value?.toString() === value) resolve();
      };
      consumer.run({ eachMessage }).catch(reject);
    });
  } finally {
    await Promise.all([producer.disconnect(), consumer.disconnect()]);
  }
}
