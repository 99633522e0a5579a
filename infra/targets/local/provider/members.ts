import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { withAnyBroker } from "../../../../scripts/kafka/cluster.ts";
import { type NodeConnection, withNode } from "../../../../scripts/kafka/gaps.ts";
import { as, type Identity } from "../../../../scripts/kafka/identity.ts";
import type { Kept } from "../../decisions/kept.ts";
import type { AskBroker } from "../../members.ts";
import { nodePaths } from "./node-files.ts";

/** No node of this machine needs longer to refuse a connection or to answer one. */
const TIMEOUT_MS = 10_000;

type Members = Pick<Kept, "directory" | "ports">;

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

/** Asked as one of its nodes, where nodes talk to each other, as the provider does when it waits for a node (serving.ts). */
function brokersOf({ directory, ports }: Members) {
  const at = (listener: string) =>
    Object.entries(ports).flatMap(([key, port]) =>
      key.startsWith(`${listener}@`) ? [{ id: Number(key.split("@")[1]), address: `127.0.0.1:${port}` }] : [],
    );
  const plain = at("INTERNAL");
  const brokers = plain.length > 0 ? plain : at("REPLICATION");
  return { brokers, identity: plain.length > 0 ? undefined : identityOf(directory, brokers[0]?.id ?? 0) };
}

function identityOf(directory: string, id: number): Identity | undefined {
  const { config } = nodePaths(path.join(directory, `node-${id}`));
  const [store, authority] = ["keystore.pem", "ca.pem"].map((name) => path.join(config, name));
  if (!existsSync(store!) || !existsSync(authority!)) return undefined;
  const pems = readFileSync(store!, "utf8");
  // A key store holds both, and each reader takes what it looks for.
  return { name: "node", authority: readFileSync(authority!, "utf8"), certificate: pems, key: pems };
}
