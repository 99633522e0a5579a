import { existsSync, readdirSync, renameSync } from "node:fs";
import path from "node:path";
import { isController } from "../../../plan/migration.ts";
import { forgetData } from "../../decisions/data-record.ts";
import { asideName, leaveMigration as leave, METADATA_LOG, STOP_GRACE_MS } from "../../migration/leave.ts";
import type { LocalNodeArgs } from "../render.ts";
import type { Java } from "./java.ts";
import { nodePaths } from "./node-files.ts";
import { stop } from "./process.ts";
import { zooKeeperShell } from "./zookeeper-shell.ts";

/** Out of a migration, see ../../migration/leave.ts. @param node a broker that does not run, its new files written. */
export async function leaveMigration(node: LocalNodeArgs, java: Java, log: (message: string) => void): Promise<void> {
  if (!livesByZooKeeper(node)) return;
  const { directory } = node;
  const leaving = {
    hasFetched: () => existsSync(path.join(directory, "data", METADATA_LOG)),
    controllers: () => controllersBeside(directory),
    stop: (controller: string) => stop(nodePaths(controller).pidFile, STOP_GRACE_MS),
    shell: zooKeeperShell(directory, java),
    putDataAside(controller: string) {
      forgetData(path.dirname(controller), [Number(path.basename(controller).slice("node-".length))]);
      putAside(controller, "data");
    },
    putFetchedAside: () => putAside(directory, path.join("data", METADATA_LOG)),
  };
  await leave(leaving, log);
}

/** Keeps what is in the way of a later migration under another name. Nothing is deleted unless it is asked for. */
export function putAside(directory: string, name: string): void {
  const from = path.join(directory, name);
  if (existsSync(from)) renameSync(from, path.join(directory, asideName(path.basename(name))));
}

/** In no way connected with KRaft. */
function livesByZooKeeper({ roles, files, configFile }: LocalNodeArgs): boolean {
  const properties = files[configFile] ?? "";
  return roles.includes("broker") && !/^(process\.roles|zookeeper\.metadata\.migration\.enable)=/m.test(properties);
}

/** Folders of controllers that have data. */
function controllersBeside(directory: string): string[] {
  const cluster = path.dirname(directory);
  return readdirSync(cluster)
    .filter((name) => isController(Number(/^node-(\d+)$/.exec(name)?.[1] ?? 0)))
    .map((name) => path.join(cluster, name))
    .filter((controller) => existsSync(path.join(controller, "data")));
}
