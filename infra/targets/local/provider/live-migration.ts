import { readFileSync } from "node:fs";
import path from "node:path";
import { reason } from "../../../../scripts/kafka/cluster.ts";
import { describeConfigs } from "../../../../scripts/kafka/gaps.ts";
import type { LiveMigration } from "../../../plan/migration.ts";
import { FIRST_ID } from "../../../plan/nodes.ts";
import type { Kept } from "../../decisions/kept.ts";
import { javaFor } from "./java.ts";
import { askEach } from "./members.ts";
import { readZooKeeper } from "./zookeeper-shell.ts";

/** How far a migration is, as brokers and ZooKeeper tell; a text when they do not. */
export async function liveMigration(
  cluster: Pick<Kept, "directory" | "kafkaVersion" | "listeners" | "ports">,
): Promise<LiveMigration | string> {
  const ids = cluster.listeners.map((key) => Number(key.split("@")[1]));
  const controller = ids.find((id) => id >= FIRST_ID.controller && id < FIRST_ID.zookeeper);
  if (controller === undefined) return { copied: false, kraftBrokers: [] };
  try {
    const java = await javaFor(cluster.kafkaVersion, () => {});
    const [view, kraft] = await Promise.all([
      readZooKeeper(path.join(cluster.directory, `node-${controller}`), java),
      askEach(cluster, async (node, id) => {
        const name = String(id);
        const answer = await describeConfigs(node, [{ type: "broker", name }], ["process.roles"]);
        return (answer.get(name)?.[0]?.value ?? "").includes("broker");
      }),
    ]);
    const leads = view.controller !== null && view.controller >= FIRST_ID.controller;
    return { copied: view.copied && leads, kraftBrokers: [...kraft].flatMap(([id, is]) => (is ? [id] : [])) };
  } catch (error) {
    return reason(error);
  }
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
