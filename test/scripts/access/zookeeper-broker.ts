import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { javaFor } from "../../../infra/targets/local/provider/java.ts";
import { as, type Identity } from "../../../scripts/kafka/identity.ts";
import { brokerServes } from "../../../scripts/kafka/serves.ts";
import { freePorts } from "../../../toolchain/ports.ts";
import { eventually } from "../../helpers/eventually.ts";
import { makeAuthority } from "../kafka/secured/certificates.ts";

export interface ZooKeeperBroker {
  /** Where passwords over TLS are wanted. */
  readonly address: string;
  readonly authority: string;
  /** A super user. */
  readonly admin: Identity;
  stop(): Promise<void>;
}

const VERSION = "3.9.2";
const NAME = "kafka-admin";
const PASSWORD = `password-of-${NAME}`;

/** One ZooKeeper and one broker with Kafka's authorizer, which denies by default, and a super user with a password. */
export async function startZooKeeperBroker(): Promise<ZooKeeperBroker> {
  const folder = mkdtempSync(path.join(tmpdir(), "access-"));
  const [port, plain, zooKeeper] = (await freePorts(3)) as [number, number, number];
  const authority = makeAuthority("an authority");
  const node = authority.issue("kafka-node", "IP:127.0.0.1");
  const file = (name: string, text: string) => {
    writeFileSync(path.join(folder, name), text, { mode: 0o600 });
    return path.join(folder, name);
  };
  const keystore = file("node.pem", node.key + node.certificate);
  const settings = file("server.properties", brokerProperties({ folder, port, plain, zooKeeper, keystore }));
  const ensemble = file("zoo.cfg", zooKeeperProperties(folder, zooKeeper));

  const java = await javaFor(VERSION, () => {});
  const running: ChildProcess[] = [];
  const start = (name: string, ...args: string[]): ChildProcess => {
    const log = openSync(path.join(folder, `${name}.log`), "w");
    const options = ["-Xmx256m", "-XX:TieredStopAtLevel=1", ...java.options];
    const child = spawn(java.command, [...options, ...args], { stdio: ["ignore", log, log] });
    running.push(child);
    return child;
  };
  const stop = async () => {
    for (const child of running.filter(({ exitCode }) => exitCode === null).toReversed())
      if (child.kill("SIGKILL")) await once(child, "exit");
    rmSync(folder, { recursive: true });
  };
  const address = `127.0.0.1:${port}`;
  const admin: Identity = { name: NAME, authority: authority.certificate, password: PASSWORD };
  try {
    start("zookeeper", "org.apache.zookeeper.server.quorum.QuorumPeerMain", ensemble);
    await eventually("ZooKeeper listens", () => isOpen(zooKeeper));
    const setAdmin = ["--alter", "--entity-type", "users", "--entity-name", NAME];
    const credential = ["--add-config", `SCRAM-SHA-512=[iterations=8192,password=${PASSWORD}]`];
    const tool = ["kafka.admin.ConfigCommand", "--zookeeper", `127.0.0.1:${zooKeeper}`];
    await once(start("admin", ...tool, ...setAdmin, ...credential), "exit");
    start("broker", "kafka.Kafka", settings);
    await eventually("the broker serves", () => as(admin, () => brokerServes(address, 1)), 60_000);
  } catch (error) {
    const said = ["zookeeper", "admin", "broker"].map((name) => tail(path.join(folder, `${name}.log`)));
    await stop();
    throw new Error(said.join("\n"), { cause: error });
  }
  return { address, authority: authority.certificate, admin, stop };
}

interface Layout {
  readonly folder: string;
  readonly port: number;
  readonly plain: number;
  readonly zooKeeper: number;
  readonly keystore: string;
}

function brokerProperties({ folder, port, plain, zooKeeper, keystore }: Layout): string {
  return [
    "broker.id=1",
    `zookeeper.connect=127.0.0.1:${zooKeeper}`,
    `listeners=SCRAM://127.0.0.1:${port},PLAIN://127.0.0.1:${plain}`,
    "listener.security.protocol.map=SCRAM:SASL_SSL,PLAIN:PLAINTEXT",
    "inter.broker.listener.name=PLAIN",
    "ssl.keystore.type=PEM",
    `ssl.keystore.location=${keystore}`,
    "sasl.enabled.mechanisms=SCRAM-SHA-512",
    "listener.name.scram.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;",
    "authorizer.class.name=kafka.security.authorizer.AclAuthorizer",
    "super.users=User:kafka-admin;User:ANONYMOUS",
    `log.dirs=${path.join(folder, "data")}`,
    "auto.create.topics.enable=false",
    "offsets.topic.replication.factor=1",
    "offsets.topic.num.partitions=3",
  ].join("\n");
}

function zooKeeperProperties(folder: string, port: number): string {
  return [
    `dataDir=${path.join(folder, "zookeeper")}`,
    `clientPort=${port}`,
    "clientPortAddress=127.0.0.1",
    "admin.enableServer=false",
  ].join("\n");
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => resolve(true));
    socket.on("error", () => resolve(false)).on("connect", () => socket.destroy());
  });
}

function tail(file: string): string {
  try {
    return readFileSync(file, "utf8").slice(-2_000);
  } catch {
    return ""; // It was never started.
  }
}
