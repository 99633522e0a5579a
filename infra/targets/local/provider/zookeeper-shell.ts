import { spawn } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { withUtf8 } from "../../../../toolchain/java-locale.ts";
import { SHELL_CLASS, SHELL_TIMEOUT_MS, shellInput, type ZooKeeperShell } from "../../migration/zookeeper-view.ts";
import type { Java } from "./java.ts";
import { nodePaths } from "./node-files.ts";

/** @param client folder of a node that is a client of ZooKeeper, as which it is asked. What is printed is no secret. */
export const zooKeeperShell =
  (client: string, java: Java): ZooKeeperShell =>
  (commands) =>
    shell(client, java, commands);

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
    SHELL_CLASS,
    ...["-server", servers, "-zk-tls-config-file", tls],
  ];
  try {
    return await run(java.command, args, shellInput(commands));
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
      env: withUtf8(process.env),
      stdio: ["pipe", "pipe", "ignore"],
      timeout: SHELL_TIMEOUT_MS,
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
