import { reason } from "../../../scripts/kafka/cluster.ts";
import { describeConfigs, type NodeConnection } from "../../../scripts/kafka/gaps.ts";
import { type BrokerMode, isController, type LiveMigration } from "../../plan/migration.ts";
import type { Kept } from "../decisions/kept.ts";
import { isKraft, readZooKeeper, type ZooKeeperShell } from "./zookeeper-view.ts";

/** Puts one question to every broker itself. @throws when one does not answer. */
export type AskEach = <T>(question: (node: NodeConnection, id: number) => Promise<T>) => Promise<Map<number, T>>;

/**
 * How far a migration is, as brokers and ZooKeeper tell; a text when they do not.
 *
 * @param shellOf ZooKeeper's shell, logged in as a node. The controllers know ZooKeeper until the very end, so it is one of them.
 */
export async function liveMigration(
  cluster: Pick<Kept, "mode" | "voters">,
  askEach: AskEach,
  shellOf: (controller: number) => ZooKeeperShell | Promise<ZooKeeperShell>,
): Promise<LiveMigration | string> {
  try {
    const controller = cluster.mode === "kraft" ? undefined : controllersOf(cluster)[0];
    const [copied, brokers] = await Promise.all([
      controller === undefined ? false : isCopied(await shellOf(controller)),
      askEach(modeOf),
    ]);
    return { copied, brokers };
  } catch (error) {
    return reason(error);
  }
}

/** Ids of dedicated KRaft controllers. */
export const controllersOf = ({ voters }: Pick<Kept, "voters">): number[] => voters.filter(isController);

async function isCopied(shell: ZooKeeperShell): Promise<boolean> {
  const view = await readZooKeeper(shell);
  return view.copied && isKraft(view.controller);
}

async function modeOf(node: NodeConnection, id: number): Promise<BrokerMode> {
  const name = String(id);
  const keys = ["process.roles", "zookeeper.metadata.migration.enable"];
  const answer = await describeConfigs(node, [{ type: "broker", name }], keys);
  const found = (key: string) => answer.get(name)?.find((entry) => entry.name === key)?.value ?? "";
  if (found("process.roles").includes("broker")) return "kraft";
  return found("zookeeper.metadata.migration.enable") === "true" ? "migrating" : "zookeeper";
}
