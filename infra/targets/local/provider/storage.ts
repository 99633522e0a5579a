import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { randomKafkaId } from "../../decisions/decide.ts";
import type { LocalNodeArgs } from "../render.ts";
import type { Java } from "./java.ts";
import { runPrivately } from "./run-privately.ts";
import { scramArgument } from "./scram-admin.ts";

const BOOTSTRAP = "bootstrap.checkpoint";

/**
 * Runs Kafka's StorageTool once for the cluster and keeps the resulting `bootstrap.checkpoint`, which carries the feature
 * levels of the release and the super user's credential. Nodes are then formatted by copying it: one JVM instead of one per
 * node, and equal levels.
 *
 * @param admin name=password, where clients log in with passwords.
 */
export async function formatCluster(
  clusterDirectory: string,
  { clusterId, admin }: { readonly clusterId: string; readonly admin: string | undefined },
  java: Java,
): Promise<void> {
  const target = path.join(clusterDirectory, BOOTSTRAP);
  if (existsSync(target)) return;
  const scratch = mkdtempSync(path.join(clusterDirectory, "format-"));
  try {
    const config = path.join(scratch, "server.properties");
    writeFileSync(
      config,
      [
        "process.roles=controller",
        "node.id=1",
        "controller.quorum.voters=1@127.0.0.1:1",
        "listeners=CONTROLLER://127.0.0.1:1",
        "controller.listener.names=CONTROLLER",
        "listener.security.protocol.map=CONTROLLER:PLAINTEXT",
        `log.dirs=${path.join(scratch, "data")}`,
      ].join("\n"),
    );
    const args = [
      "-XX:TieredStopAtLevel=1",
      ...java.options,
      "kafka.tools.StorageTool",
      "format",
      // One that a broker of a ZooKeeper cluster chose may begin with a dash.
      `--cluster-id=${clusterId}`,
      "-c",
      config,
      ...(admin === undefined ? [] : ["--add-scram", scramArgument(admin)]),
    ];
    await runPrivately(java.command, args, scratch);
    const made = path.join(scratch, "data", BOOTSTRAP);
    // A credential stands in it.
    chmodSync(made, 0o600);
    renameSync(made, target);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/**
 * Makes the node's data directory when there is none; one that holds data is left as it is, so a second call and a
 * restart over kept data are safe. It appears whole or not at all: prepared aside, then renamed.
 */
export function prepareStorage(node: LocalNodeArgs): void {
  const data = path.join(node.directory, "data");
  if (existsSync(data)) return;
  const aside = `${data}.new`;
  rmSync(aside, { recursive: true, force: true });
  mkdirSync(aside, { recursive: true, mode: 0o700 });
  if (node.roles.includes("zookeeper")) writeFileSync(path.join(aside, "myid"), `${node.nodeId - 2000}\n`);
  else if (isKraft(node)) formatKraft(aside, node);
  renameSync(aside, data);
}

/** The cluster's formatted storage, less the node id and directory id that are each node's own. */
function formatKraft(data: string, node: LocalNodeArgs): void {
  const meta = {
    version: "1",
    "cluster.id": node.clusterId,
    "node.id": String(node.nodeId),
    "directory.id": randomKafkaId(),
  };
  const text = Object.entries(meta).map(([key, value]) => `${key}=${value}\n`);
  writeFileSync(path.join(data, "meta.properties"), text.join(""));
  copyFileSync(path.join(path.dirname(node.directory), BOOTSTRAP), path.join(data, BOOTSTRAP));
}

function isKraft(node: LocalNodeArgs): boolean {
  return /^process\.roles=/m.test(node.files[node.configFile] ?? "");
}
