import { readFileSync } from "node:fs";
import path from "node:path";
import { reason } from "../../../../scripts/kafka/cluster.ts";
import { describeConfigs, type NodeConnection } from "../../../../scripts/kafka/gaps.ts";
import type { BrokerMode, LiveMigration } from "../../../plan/migration.ts";
import { FIRST_ID } from "../../../plan/nodes.ts";
import type { Kept } from "../../decisions/kept.ts";
import { javaFor } from "./java.ts";
import { askEach } from "./members.ts";
import { readZooKeeper } from "./zookeeper-shell.ts";

/** How far a migration is, as brokers and ZooKeeper tell; a text when they do not. */
export async function liveMigration(cluster: Kept): Promise<LiveMigration | string> {
  try {
    const [copied, brokers] = await Promise.all([isCopied(cluster), askEach(cluster, modeOf)]);
    return { copied, brokers };
  } catch (error) {
    return reason(error);
  }
}

/** ZooKeeper is asked as one of the controllers, who know it until the very end. */
async function isCopied({ mode, directory, kafkaVersion, listeners }: Kept): Promise<boolean> {
  const ids = listeners.map((key) => Number(key.split("@")[1]));
  const controller = ids.find((id) => id >= FIRST_ID.controller && id < FIRST_ID.zookeeper);
  if (mode === "kraft" || controller === undefined) return false;
  const java = await javaFor(kafkaVersion, () => {});
  const view = await readZooKeeper(path.join(directory, `node-${controller}`), java);
  return view.copied && view.controller !== null && view.controller >= FIRST_ID.controller;
}

async function modeOf(node: NodeConnection, id: number): Promise<BrokerMode> {
  const name = String(id);
  const keys = ["process.roles", "zookeeper.metadata.migration.enable"];
  const answer = await describeConfigs(node, [{ type: "broker", name }], keys);
  const found = (key: string) => answer.get(name)?.find((entry) => entry.name === key)?.value ?? "";
  if (found("process.roles").includes("broker")) return "kraft";
  return found("zookeeper.metadata.migration.enable") === "true" ? "migrating" : "zookeeper";
}

/**
 * In mode zookeeper the first broker that starts chooses the cluster's id, and each keeps it beside its data; nodes that
 * join it must be formatted with that one.
 *
 * @throws when no broker ever ran.
 */
export function chosenClusterId(directory: string): string {
  const file = path.join(directory, `node-${FIRST_ID.broker}`, "data", "meta.properties");
  const id = /^cluster\.id=(.*)$/m.exec(readFileSync(file, "utf8"))?.[1];
  if (id === undefined) throw new Error(`${file} names no cluster`);
  return id.trim();
}
