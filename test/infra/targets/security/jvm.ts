import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { randomKafkaId } from "../../../../infra/targets/decisions/decide.ts";
import { javaFor } from "../../../../infra/targets/local/provider/java.ts";
import type { Pem } from "../../../../infra/targets/security/types.ts";
import { freePorts } from "../../../../toolchain/ports.ts";

/** A Java process that serves TLS with given key and trust, on 127.0.0.1. */
export interface TlsServer {
  readonly port: number;
  stop(): Promise<void>;
}

/** Names of the files that a process reads its key and its trust from. */
interface Stores {
  readonly keystore: string;
  readonly truststore: string;
}

/** A combined KRaft node whose every listener wants a client's certificate, its own connections included. */
export async function startKafka(version: string, node: Pem, trusted: string): Promise<TlsServer> {
  const [port, quorum] = (await freePorts(2)) as [number, number];
  return await start(version, "kafka.Kafka", port, node, trusted, (folder, stores) => {
    const meta = ["version=1", `cluster.id=${randomKafkaId()}`, "node.id=1", `directory.id=${randomKafkaId()}`];
    writeFileSync(path.join(folder, "meta.properties"), meta.join("\n"));
    return [
      "process.roles=broker,controller",
      "node.id=1",
      `controller.quorum.voters=1@127.0.0.1:${quorum}`,
      "controller.listener.names=CONTROLLER",
      "inter.broker.listener.name=CLIENTS",
      `listeners=CLIENTS://127.0.0.1:${port},CONTROLLER://127.0.0.1:${quorum}`,
      `advertised.listeners=CLIENTS://127.0.0.1:${port}`,
      "listener.security.protocol.map=CLIENTS:SSL,CONTROLLER:SSL",
      "ssl.client.auth=required",
      "ssl.keystore.type=PEM",
      `ssl.keystore.location=${stores.keystore}`,
      "ssl.truststore.type=PEM",
      `ssl.truststore.location=${stores.truststore}`,
      `log.dirs=${folder}`,
      "offsets.topic.replication.factor=1",
    ];
  });
}

/** A ZooKeeper of one node, on its secure port. */
export async function startZooKeeper(version: string, node: Pem, trusted: string): Promise<TlsServer> {
  const [port] = (await freePorts(1)) as [number];
  const main = "org.apache.zookeeper.server.quorum.QuorumPeerMain";
  return await start(version, main, port, node, trusted, (folder, stores) => [
    `dataDir=${folder}`,
    `secureClientPort=${port}`,
    "secureClientPortAddress=127.0.0.1",
    "serverCnxnFactory=org.apache.zookeeper.server.NettyServerCnxnFactory",
    "ssl.keyStore.type=PEM",
    `ssl.keyStore.location=${stores.keystore}`,
    "ssl.trustStore.type=PEM",
    `ssl.trustStore.location=${stores.truststore}`,
    "admin.enableServer=false",
    "4lw.commands.whitelist=srvr",
  ]);
}

async function start(
  version: string,
  mainClass: string,
  port: number,
  node: Pem,
  trusted: string,
  settings: (folder: string, stores: Stores) => string[],
): Promise<TlsServer> {
  const java = await javaFor(version, () => {});
  const folder = mkdtempSync(path.join(tmpdir(), "security-"));
  const file = (name: string, text: string) => {
    writeFileSync(path.join(folder, name), text, { mode: 0o600 });
    return path.join(folder, name);
  };
  const stores = { keystore: file("keystore.pem", node.key + node.certificate), truststore: file("ca.pem", trusted) };
  const config = file("server.properties", settings(folder, stores).join("\n"));
  const log = openSync(path.join(folder, "log"), "w");
  const options = ["-Xmx256m", "-XX:TieredStopAtLevel=1", ...java.options];
  const child = spawn(java.command, [...options, mainClass, config], { stdio: ["ignore", log, log] });
  closeSync(log);
  const stop = async () => {
    if (child.kill("SIGKILL")) await once(child, "exit");
    rmSync(folder, { recursive: true });
  };
  try {
    await waitUntilOpen(child, port, path.join(folder, "log"));
  } catch (error) {
    await stop();
    throw error;
  }
  return { port, stop };
}

/** Kafka opens its clients' port once it is registered with its quorum, which takes connections of its own to both listeners. */
async function waitUntilOpen(child: ChildProcess, port: number, log: string): Promise<void> {
  for (const deadline = Date.now() + 60_000; !(await isOpen(port)); await sleep(50)) {
    if (child.exitCode === null && Date.now() < deadline) continue;
    throw new Error(`it does not serve\n${readFileSync(log, "utf8").slice(-3_000)}`);
  }
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => resolve(true));
    socket.on("error", () => resolve(false)).on("connect", () => socket.destroy());
  });
}
