import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { withAnyBroker } from "../../../../scripts/kafka/cluster.ts";
import { type NodeConnection, withNode } from "../../../../scripts/kafka/gaps.ts";
import { as, type Identity } from "../../../../scripts/kafka/identity.ts";
import type { Kept } from "../../decisions/kept.ts";
import type { AskBroker } from "../../members.ts";
import type { LocalNodeArgs } from "../render.ts";
import { nodePaths } from "./node-files.ts";

/** No node of this machine needs longer to refuse a connection or to answer one. */
const TIMEOUT_MS = 10_000;

export type Members = Pick<Kept, "directory" | "ports">;

/** Asks whichever broker answers first. */
export const askBroker =
  (cluster: Members): AskBroker =>
  (question) => {
    const { identity, brokers } = brokersOf(cluster);
    const addresses = brokers.map(({ address }) => address);
    return as(identity, () => withAnyBroker(addresses, TIMEOUT_MS, question));
  };

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
