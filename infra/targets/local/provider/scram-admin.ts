import { existsSync, rmSync } from "node:fs";
import path from "node:path";
import { ADMIN_FILE } from "../../../plan/identities.ts";
import type { LocalNodeArgs } from "../render.ts";
import type { Java } from "./java.ts";
import { nodePaths } from "./node-files.ts";
import { runPrivately } from "./run-privately.ts";
import { writeTls } from "./zookeeper-shell.ts";

/** As `access apply` has them for everybody. */
const ITERATIONS = 8192;

/** StorageTool's and ConfigCommand's spelling of a credential. @param admin name=password */
export function scramArgument(admin: string): string {
  const [name, password] = admin.split("=");
  return `SCRAM-SHA-512=[name=${name},iterations=${ITERATIONS},password=${password}]`;
}

/**
 * In mode zookeeper nothing is formatted: the super user's credential is written into ZooKeeper by Kafka's own tool, before
 * broker 1 of a new cluster listens; once is enough for all.
 */
export async function putAdmin(node: LocalNodeArgs, java: Java): Promise<void> {
  const { config } = nodePaths(node.directory);
  const admin = node.files[ADMIN_FILE];
  const isNew = !existsSync(path.join(node.directory, "data", "meta.properties"));
  const properties = node.files[node.configFile] ?? "";
  const servers = /^zookeeper\.connect=(.*)$/m.exec(properties)?.[1];
  if (admin === undefined || servers === undefined || !isNew || node.nodeId !== 1) return;
  const tls = writeTls(config, properties);
  const [name, password] = admin.split("=");
  try {
    await runPrivately(
      java.command,
      [
        ...java.options,
        `-Djava.security.auth.login.config=${path.join(config, "jaas.conf")}`,
        "kafka.admin.ConfigCommand",
        ...["--zookeeper", servers, "--zk-tls-config-file", tls],
        ...["--alter", "--entity-type", "users", "--entity-name", name!],
        ...["--add-config", `SCRAM-SHA-512=[iterations=${ITERATIONS},password=${password}]`],
      ],
      config,
    );
  } finally {
    rmSync(tls, { force: true });
  }
}
