import { spawn } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Java } from "./java.ts";
import { nodePaths } from "./node-files.ts";

const TIMEOUT_MS = 60_000;

/** What ZooKeeper says of who leads the cluster, and of a migration. */
export interface ZooKeeperView {
  /** Node id of the broker or KRaft controller that leads; null while nobody does. */
  readonly controller: number | null;
  /** Of the last election; no broker takes orders of an earlier one. */
  readonly epoch: number;
  /** Of the KRaft quorum, as it last told; -1 if it never led. */
  readonly kraftEpoch: number;
  /** Whether a KRaft controller ever took notes of a migration. */
  readonly hasNotes: boolean;
  /** The first copy is complete: from then on both are written. */
  readonly copied: boolean;
}

const READ = ["get /controller", "get /controller_epoch", "get /migration"];

/** @param client folder of a node that is a client of ZooKeeper, as which it is asked. @throws when ZooKeeper is silent. */
export async function readZooKeeper(client: string, java: Java): Promise<ZooKeeperView> {
  return parseView(await shell(client, java, READ));
}

/**
 * Takes the KRaft controllers' lead away, so that a broker may have it again, and forgets the migration, so that it can be
 * begun anew. Brokers refuse what a controller of an earlier epoch says, and partitions that KRaft has written carry its
 * epoch, so ZooKeeper's has to be above (KAFKA-20488). Once it was done it does nothing.
 *
 * @param isBroker whether a node id is a broker's: its lead is not touched.
 * @throws when ZooKeeper is silent, or keeps what should go.
 */
export async function forgetMigration(client: string, java: Java, isBroker: (id: number) => boolean): Promise<void> {
  const { controller, epoch, kraftEpoch, hasNotes } = await readZooKeeper(client, java);
  const isKraft = controller !== null && !isBroker(controller);
  const commands = [
    ...(isKraft && epoch <= kraftEpoch ? [`set /controller_epoch ${kraftEpoch + 1}`] : []),
    ...(isKraft ? ["delete /controller"] : []),
    ...(hasNotes ? ["delete /migration"] : []),
  ];
  if (commands.length === 0) return;
  const view = parseView(await shell(client, java, [...commands, ...READ]));
  if (view.hasNotes || (view.controller !== null && !isBroker(view.controller)))
    throw new Error("ZooKeeper still names a KRaft controller as the one that leads; run up again");
}

/** Kafka's own JSON: kafka.zk.{ControllerZNode, MigrationZNode}; the epoch is a bare number. */
export function parseView(printed: string): ZooKeeperView {
  const lines = printed.split("\n").map((line) => line.trim());
  const epoch = lines.find((line) => /^\d+$/.test(line));
  // There is one from the first election on, and each of these runs asks for it.
  if (epoch === undefined) throw new Error("ZooKeeper does not tell who leads the cluster");
  const json = (key: string): Record<string, unknown> | undefined => {
    const line = lines.find((one) => one.startsWith("{") && one.includes(`"${key}"`));
    return line === undefined ? undefined : (JSON.parse(line) as Record<string, unknown>);
  };
  const [controller, notes] = [json("brokerid"), json("kraft_metadata_offset")];
  return {
    controller: controller ? Number(controller.brokerid) : null,
    epoch: Number(epoch),
    kraftEpoch: Math.max(Number(controller?.kraftControllerEpoch ?? -1), Number(notes?.kraft_controller_epoch ?? -1)),
    hasNotes: notes !== undefined,
    copied: Number(notes?.kraft_metadata_offset ?? -1) > 0,
  };
}

/** Runs commands of ZooKeeper's shell, logged in as the node is. What they print is no secret. */
async function shell(client: string, java: Java, commands: readonly string[]): Promise<string> {
  const { config } = nodePaths(client);
  const properties = readFileSync(path.join(config, "server.properties"), "utf8");
  const servers = /^zookeeper\.connect=(.*)$/m.exec(properties)?.[1];
  if (servers === undefined) throw new Error(`${path.basename(client)} is no client of ZooKeeper`);
  const tls = writeTls(config, properties);
  const args = [
    "-XX:TieredStopAtLevel=1",
    ...java.options,
    `-Djava.security.auth.login.config=${path.join(config, "jaas.conf")}`,
    "org.apache.zookeeper.ZooKeeperMainWithTlsSupportForKafka",
    ...["-server", servers, "-zk-tls-config-file", tls],
  ];
  try {
    return await run(java.command, args, `${[...commands, "quit"].join("\n")}\n`);
  } finally {
    rmSync(tls, { force: true });
  }
}

/** The lines of a node's configuration that say how it speaks TLS to ZooKeeper, in a file of their own. */
export function writeTls(config: string, properties: string): string {
  const file = path.join(config, `zookeeper-client-${process.pid}.properties`);
  const lines = properties.split("\n").filter((line) => /^zookeeper\.(ssl|clientCnxnSocket)/.test(line));
  writeFileSync(file, lines.join("\n"), { mode: 0o600 });
  return file;
}

function run(command: string, args: readonly string[], input: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: ["pipe", "pipe", "ignore"],
      timeout: TIMEOUT_MS,
      killSignal: "SIGKILL",
    });
    let printed = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (printed += text));
    child.on("error", reject);
    child.on("close", (_, signal) => (signal ? reject(new Error("ZooKeeper does not answer")) : resolve(printed)));
    child.stdin.on("error", () => {}); // It ended early: `close` follows and decides.
    child.stdin.end(input);
  });
}
