import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { orAborted } from "../base/time.ts";
import { type Jvm, LOG_PROPERTY, startJvm } from "./jvm.ts";
import { freePorts } from "./ports.ts";

export interface Training {
  readonly java: string;
  readonly classPath: string;
  readonly kafkaVersion: string;
  readonly env: NodeJS.ProcessEnv;
  readonly say: (detail: string) => void;
  readonly signal?: AbortSignal | undefined;
}

type Properties = Readonly<Record<string, string | number>>;

/** A machine that does much else takes many times the usual ten seconds; without an archive every start after it is slow. */
const DEADLINE_MS = 180_000;

/**
 * The classes that Kafka's processes load, as the JVM lists them: of a combined KRaft node (which loads what brokers and
 * controllers load), of the formatting of its storage, and for Kafka 3.9 of a ZooKeeper leader and follower and a
 * broker on them. All of it runs in a temporary directory, is used as a client would, and is gone afterwards.
 */
export async function recordClasses(training: Training): Promise<string[]> {
  const directory = await mkdtemp(join(tmpdir(), "kafka-stacks-cds-"));
  const clusters = [runKraft, ...(training.kafkaVersion.startsWith("3.") ? [runZooKeeper] : [])];
  const running: Jvm[] = [];
  const over = new AbortController();
  const start = (name: string, mainClass: string, ...args: string[]): Jvm => {
    const jvm = startJvm(training, directory, name, [mainClass, ...args]);
    running.push(jvm);
    return jvm;
  };
  try {
    await writeLogging(directory);
    const late = setTimeout(() => over.abort(new Error(`not done in ${DEADLINE_MS / 1_000} s`)), DEADLINE_MS);
    over.signal.addEventListener("abort", () => clearTimeout(late));
    const signal = training.signal ? AbortSignal.any([over.signal, training.signal]) : over.signal;
    training.say("running throw-away nodes");
    await Promise.all(clusters.map((cluster) => cluster(directory, start, signal))).catch(async (error: Error) => {
      training.signal?.throwIfAborted();
      throw new Error(`${error.message}${await lastWords(running)}`, { cause: error });
    });
    return await Promise.all(running.map((jvm) => readFile(jvm.classList, "utf8")));
  } finally {
    // Where one of the nodes failed, whoever still tries to use another gives up.
    over.abort();
    await Promise.all(running.map((jvm) => jvm.stop()));
    await rm(directory, { recursive: true, force: true });
  }
}

type Start = (name: string, mainClass: string, ...args: string[]) => Jvm;

async function runKraft(directory: string, start: Start, signal: AbortSignal): Promise<void> {
  const [client, controller] = await freePorts(2);
  const file = await writeProperties(directory, "kraft.properties", {
    ...brokerProperties(directory, "kraft", client),
    "process.roles": "broker,controller",
    "node.id": 1,
    "controller.quorum.voters": `1@127.0.0.1:${controller}`,
    listeners: `PLAINTEXT://127.0.0.1:${client},CONTROLLER://127.0.0.1:${controller}`,
    "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
    "controller.listener.names": "CONTROLLER",
  });
  const format = start("format", "kafka.tools.StorageTool", "format", "-t", "AAAAAAAAAAAAAAAAAAAAAQ", "-c", file);
  await orAborted(format.ended, signal);
  const node = start("kraft", "kafka.Kafka", file);
  const { useCluster } = await import("./app-cds-workload.ts");
  await Promise.race([useCluster(`127.0.0.1:${client}`, signal), failure(node)]);
  await node.stop();
}

async function runZooKeeper(directory: string, start: Start, signal: AbortSignal): Promise<void> {
  const [client, ...ports] = await freePorts(7);
  const [zk1, zk2, quorum1, quorum2, election1, election2] = ports;
  const zooKeepers: Jvm[] = [];
  for (const [id, port] of [
    [1, zk1],
    [2, zk2],
  ] as const) {
    const dataDir = join(directory, `zookeeper-${id}`);
    await mkdir(dataDir);
    await writeFile(join(dataDir, "myid"), String(id));
    const file = await writeProperties(directory, `zookeeper-${id}.cfg`, {
      dataDir,
      clientPort: port ?? 0,
      clientPortAddress: "127.0.0.1",
      tickTime: 500,
      initLimit: 20,
      syncLimit: 10,
      "admin.enableServer": "false",
      "server.1": `127.0.0.1:${quorum1}:${election1}`,
      "server.2": `127.0.0.1:${quorum2}:${election2}`,
    });
    zooKeepers.push(start(`zookeeper-${id}`, "org.apache.zookeeper.server.quorum.QuorumPeerMain", file));
  }
  const file = await writeProperties(directory, "broker.properties", {
    ...brokerProperties(directory, "broker", client),
    "broker.id": 1,
    listeners: `PLAINTEXT://127.0.0.1:${client}`,
    "zookeeper.connect": `127.0.0.1:${zk1},127.0.0.1:${zk2}`,
  });
  const broker = start("broker", "kafka.Kafka", file);
  const { useCluster } = await import("./app-cds-workload.ts");
  await Promise.race([useCluster(`127.0.0.1:${client}`, signal), failure(broker), ...zooKeepers.map(failure)]);
  await broker.stop();
  await Promise.all(zooKeepers.map((node) => node.stop()));
}

function brokerProperties(directory: string, name: string, client: number | undefined): Properties {
  return {
    "advertised.listeners": `PLAINTEXT://127.0.0.1:${client}`,
    "log.dirs": join(directory, `${name}-data`),
    "offsets.topic.num.partitions": 1,
    "offsets.topic.replication.factor": 1,
    "transaction.state.log.num.partitions": 1,
    "transaction.state.log.replication.factor": 1,
    "transaction.state.log.min.isr": 1,
    "group.initial.rebalance.delay.ms": 0,
  };
}

async function failure(jvm: Jvm): Promise<never> {
  await jvm.ended;
  throw new Error(`the throw-away ${jvm.name} ended before it was used`);
}

/** What every throw-away process said last. */
async function lastWords(jvms: readonly Jvm[]): Promise<string> {
  const said = await Promise.all(jvms.map(async (jvm) => ({ name: jvm.name, lines: await jvm.lastLines() })));
  return said.flatMap(({ name, lines }) => lines.map((line) => `\n  ${name}: ${line}`)).join("");
}

async function writeProperties(directory: string, name: string, properties: Properties): Promise<string> {
  const file = join(directory, name);
  await writeFile(
    file,
    Object.entries(properties)
      .map(([key, value]) => `${key}=${value}\n`)
      .join(""),
  );
  return file;
}

/** Logging as nodes really have it (a rolled file), so that its classes are in the archive too. */
async function writeLogging(directory: string): Promise<void> {
  // Of each process its own, so that a failure can tell which of them said what.
  const log4j2 = `\${sys:${LOG_PROPERTY}}`;
  const log4j = `\${${LOG_PROPERTY}}`;
  await writeProperties(directory, "log4j2.properties", {
    "rootLogger.level": "INFO",
    "rootLogger.appenderRef.file.ref": "file",
    "appender.file.type": "RollingFile",
    "appender.file.name": "file",
    "appender.file.fileName": log4j2,
    "appender.file.filePattern": `${log4j2}.%i`,
    "appender.file.layout.type": "PatternLayout",
    "appender.file.layout.pattern": "[%d] %p %m (%c)%n",
    "appender.file.policies.type": "Policies",
    "appender.file.policies.size.type": "SizeBasedTriggeringPolicy",
    "appender.file.policies.size.size": "10MB",
  });
  await writeProperties(directory, "log4j.properties", {
    "log4j.rootLogger": "INFO, file",
    "log4j.appender.file": "org.apache.log4j.RollingFileAppender",
    "log4j.appender.file.File": log4j,
    "log4j.appender.file.layout": "org.apache.log4j.PatternLayout",
    "log4j.appender.file.layout.ConversionPattern": "[%d] %p %m (%c)%n",
  });
}
