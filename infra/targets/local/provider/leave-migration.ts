/**
 * The way back from a migration, before the controllers have forgotten ZooKeeper. Kafka's directions ("Reverting to ZooKeeper
 * mode During the Migration", Kafka 3.9) end the KRaft controllers first and roll the brokers then, so the first of them
 * stops while nobody leads the cluster, and its partitions with it. Here the first broker has stopped before:
 *
 * 1. The broker was stopped in order, and the KRaft controllers, who wrote all they did to ZooKeeper too, gave its partitions
 *    to others.
 * 2. The controllers end. What ZooKeeper has of them goes: see {@link forgetMigration}.
 * 3. Their data is put aside: it is of no use any more, and controllers of a later migration begin with none.
 * 4. What the broker had fetched of it is put aside too: it would not fit theirs.
 * 5. The broker starts, and leads the cluster. The others follow, in ZooKeeper mode already, and restart one by one.
 *
 * Whatever a run was cut off at, the disk tells what is left to do: 4 comes last.
 */
import { existsSync, readdirSync, renameSync } from "node:fs";
import path from "node:path";
import { FIRST_ID } from "../../../plan/nodes.ts";
import type { LocalNodeArgs } from "../render.ts";
import type { Java } from "./java.ts";
import { nodePaths } from "./node-files.ts";
import { stop } from "./process.ts";
import { forgetMigration } from "./zookeeper-shell.ts";

/** Where every Kafka node keeps the log of the KRaft quorum. */
const METADATA_LOG = "__cluster_metadata-0";
/** A controller without quorum does not leave by itself, and loses nothing. */
const STOP_GRACE_MS = 2_000;

/** @param node a broker that does not run, its new files written. */
export async function leaveMigration(node: LocalNodeArgs, java: Java, log: (message: string) => void): Promise<void> {
  const fetched = path.join(node.directory, "data", METADATA_LOG);
  if (!livesByZooKeeper(node) || !existsSync(fetched)) return;
  const controllers = controllersBeside(node.directory);
  if (controllers.length > 0) {
    log("taking the lead from the KRaft controllers");
    await Promise.all(controllers.map((directory) => stop(nodePaths(directory).pidFile, STOP_GRACE_MS)));
    await forgetMigration(node.directory, java, (id) => id < FIRST_ID.controller);
    for (const directory of controllers) putAside(directory, "data");
  }
  putAside(node.directory, path.join("data", METADATA_LOG));
}

/** Keeps what is in the way of a later migration under another name. Nothing is deleted unless it is asked for. */
export function putAside(directory: string, name: string): void {
  const from = path.join(directory, name);
  if (!existsSync(from)) return;
  const time = new Date().toISOString().replaceAll(/[:.]/g, "-");
  renameSync(from, path.join(directory, `${path.basename(name)}.reverted-${time}`));
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
    .filter((name) => {
      const id = Number(/^node-(\d+)$/.exec(name)?.[1] ?? 0);
      return id >= FIRST_ID.controller && id < FIRST_ID.zookeeper;
    })
    .map((name) => path.join(cluster, name))
    .filter((controller) => existsSync(path.join(controller, "data")));
}
