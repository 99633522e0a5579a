import { readFileSync } from "node:fs";
import path from "node:path";
import type { LiveMigration } from "../../../plan/migration.ts";
import { FIRST_ID } from "../../../plan/nodes.ts";
import type { Kept } from "../../decisions/kept.ts";
import { clusterIdIn, META_PROPERTIES } from "../../migration/cluster-id.ts";
import { liveMigration as askLive } from "../../migration/live.ts";
import { javaFor } from "./java.ts";
import { askEach } from "./members.ts";
import { zooKeeperShell } from "./zookeeper-shell.ts";

/** How far a migration is, as brokers and ZooKeeper tell; a text when they do not. */
export function liveMigration(cluster: Kept): Promise<LiveMigration | string> {
  return askLive(
    cluster,
    (question) => askEach(cluster, question),
    async (controller) =>
      zooKeeperShell(path.join(cluster.directory, `node-${controller}`), await javaFor(cluster.kafkaVersion, () => {})),
  );
}

/** The id that the first broker chose. @throws when no broker ever ran. */
export function chosenClusterId(directory: string): string {
  return clusterIdIn(readFileSync(path.join(directory, `node-${FIRST_ID.broker}`, "data", META_PROPERTIES), "utf8"));
}
