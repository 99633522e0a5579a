import type Docker from "dockerode";
import { withNode } from "../../../../scripts/kafka/gaps.ts";
import { as } from "../../../../scripts/kafka/identity.ts";
import type { LiveMigration } from "../../../plan/migration.ts";
import type { Kept } from "../../decisions/kept.ts";
import { type AskEach, liveMigration as askLive } from "../../migration/live.ts";
import { keptAdmin } from "../../security/admin.ts";
import { zooKeeperShell } from "./shell.ts";

const TIMEOUT_MS = 10_000;

/**
 * How far a migration is, as brokers and ZooKeeper tell; a text when they do not.
 *
 * @param host where published ports are found.
 */
export function liveMigration(docker: Docker, cluster: Kept, host: string): Promise<LiveMigration | string> {
  return askLive(cluster, askEach(cluster, host), (controller) => zooKeeperShell(docker, cluster.name, controller));
}

function askEach(cluster: Kept, host: string): AskEach {
  const { security, directory } = cluster;
  const isPlain = security === "plaintext" || security === "open";
  const identity = isPlain ? undefined : keptAdmin(directory, cluster);
  const prefix = identity ? "EXTERNAL_TLS@" : "EXTERNAL@";
  const brokers = Object.entries(cluster.ports).filter(([key]) => key.startsWith(prefix));
  return async (question) => {
    const askOne = ([key, port]: readonly [string, number]) => {
      const id = Number(key.slice(prefix.length));
      return withNode(`${host}:${port}`, TIMEOUT_MS, async (node) => [id, await question(node, id)] as const);
    };
    return new Map(await as(identity, () => Promise.all(brokers.map(askOne))));
  };
}
