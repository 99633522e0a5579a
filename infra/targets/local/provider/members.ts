import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { reason, withAnyBroker } from "../../../../scripts/kafka/cluster.ts";
import { describeMetadata, describeQuorum, type NodeConnection, withNode } from "../../../../scripts/kafka/gaps.ts";
import { describeFeatures, raiseFeatures } from "../../../../scripts/kafka/gaps-features.ts";
import { unregisterBroker } from "../../../../scripts/kafka/gaps-replicas.ts";
import { as, type Identity } from "../../../../scripts/kafka/identity.ts";
import type { Holdings } from "../../../plan/refusals.ts";
import type { LiveVoters } from "../../../plan/voters.ts";
import type { Kept } from "../../decisions/kept.ts";
import type { LocalNodeArgs } from "../render.ts";
import { nodePaths } from "./node-files.ts";

/** No node of this machine needs longer to refuse a connection or to answer one. */
const TIMEOUT_MS = 10_000;
/** Controllers tell their leader what they can do within seconds of a start. */
const RAISE_MS = 60_000;
const KRAFT_VERSION = "kraft.version";

export type Members = Pick<Kept, "directory" | "ports">;

/** How many replicas each broker of a running cluster holds. */
export async function holdings(cluster: Members): Promise<Holdings> {
  try {
    const { topics } = await ask(cluster, (node) => describeMetadata(node, null));
    const held = new Map<number, number>();
    for (const { partitions } of topics)
      for (const { replicas } of partitions) for (const id of replicas) held.set(id, (held.get(id) ?? 0) + 1);
    return held;
  } catch (error) {
    return reason(error);
  }
}

/** Who votes in the quorum of a running cluster. */
export function liveVoters(cluster: Members): Promise<LiveVoters> {
  return ask(cluster, describeQuorum).then(
    ({ voters }) => voters.map(({ id }) => id),
    (error: unknown) => reason(error),
  );
}

/**
 * Lets the quorum keep its voters in the metadata log from now on, which it does once every controller has told its leader
 * that it can (KIP-853): until then Kafka refuses. Without effect where it was done. @throws with Kafka's reason.
 */
export async function makeQuorumDynamic(cluster: Members): Promise<void> {
  for (const deadline = Date.now() + RAISE_MS; ; await sleep(500)) {
    const refused = await ask(cluster, async (node) => {
      const { finalized } = await describeFeatures(node);
      if ((finalized[KRAFT_VERSION] ?? 0) >= 1) return null;
      return raiseFeatures(node, [{ feature: KRAFT_VERSION, from: 0, to: 1 }]).then(
        () => "no broker says so yet",
        (error: Error) => error.message,
      );
    });
    if (refused === null) return;
    if (Date.now() > deadline)
      throw new Error(`the quorum did not become dynamic: ${refused}; run health, then up again`);
  }
}

/** KRaft remembers a broker that has stopped, and might give it replicas, until it is signed off. */
export async function signOff(cluster: Members, broker: number): Promise<void> {
  await ask(cluster, (node) => unregisterBroker(node, broker));
}

/** Asks every broker itself. @throws when one does not answer. */
export async function askEach<T>(
  cluster: Members,
  question: (node: NodeConnection, id: number) => Promise<T>,
): Promise<Map<number, T>> {
  const { identity, brokers } = brokersOf(cluster);
  const askOne = ({ id, address }: { readonly id: number; readonly address: string }) =>
    withNode(address, TIMEOUT_MS, async (node) => [id, await question(node, id)] as const);
  return new Map(await as(identity, () => Promise.all(brokers.map(askOne))));
}

function ask<T>(cluster: Members, question: (node: NodeConnection) => Promise<T>): Promise<T> {
  const { identity, brokers } = brokersOf(cluster);
  const addresses = brokers.map(({ address }) => address);
  return as(identity, () => withAnyBroker(addresses, TIMEOUT_MS, question));
}

/** Where controllers are asked, as a node of them that has yet to go or has just come. */
export function controllersOf(
  { ports }: Members,
  { directory, nodeId, endpoints }: Pick<LocalNodeArgs, "directory" | "nodeId" | "endpoints">,
) {
  const own = Object.entries(endpoints).map(([listener, address]) => [`${listener}@${nodeId}`, address] as const);
  const known = [...own, ...Object.entries(ports).map(([key, port]) => [key, `127.0.0.1:${port}`] as const)];
  const at = (listener: string) => known.flatMap(([key, address]) => (key.startsWith(`${listener}@`) ? [address] : []));
  const plain = at("CONTROLLER");
  return plain.length > 0
    ? { addresses: plain, identity: undefined }
    : { addresses: at("CONTROLLER_TLS"), identity: identityIn(directory) };
}

/** Asked as one of its nodes, where nodes talk to each other, as the provider does when it waits for a node (serving.ts). */
function brokersOf({ directory, ports }: Members) {
  const at = (listener: string) =>
    Object.entries(ports).flatMap(([key, port]) =>
      key.startsWith(`${listener}@`) ? [{ id: Number(key.split("@")[1]), address: `127.0.0.1:${port}` }] : [],
    );
  const plain = at("INTERNAL");
  const brokers = plain.length > 0 ? plain : at("REPLICATION");
  const first = path.join(directory, `node-${brokers[0]?.id ?? 0}`);
  return { brokers, identity: plain.length > 0 ? undefined : identityIn(first) };
}

/** @param directory of a node. */
function identityIn(directory: string): Identity | undefined {
  const { config } = nodePaths(directory);
  const [store, authority] = ["keystore.pem", "ca.pem"].map((name) => path.join(config, name));
  if (!existsSync(store!) || !existsSync(authority!)) return undefined;
  const pems = readFileSync(store!, "utf8");
  // A key store holds both, and each reader takes what it looks for.
  return { name: "node", authority: readFileSync(authority!, "utf8"), certificate: pems, key: pems };
}
