import type { ClusterOutputs } from "../../../../infra/outputs.ts";
import type { ClusterPlan, NodePlan } from "../../../../infra/plan/types.ts";
import type { HealthState } from "../../../../scripts/kafka/state.ts";
import { liveTopic, topicPlan } from "../topics/live-topics.ts";

const ids = [1, 2, 3];

const node = (id: number): NodePlan => ({
  id,
  roles: ["broker", "controller"],
  rack: null,
  listeners: [],
  mainClass: "kafka.Kafka",
  config: {
    name: "server.properties",
    properties: { "log.dirs": "{{dir:data}}", "min.insync.replicas": "2", "process.roles": "broker,controller" },
  },
  files: {},
  jvm: { heapMiB: 256, options: [], systemProperties: {} },
  cpuMillis: 100,
  memoryMiB: 640,
  volumes: [],
});

export const plan: ClusterPlan = {
  schemaVersion: 1,
  name: "dev",
  target: "local",
  mode: "kraft",
  kafkaVersion: "4.3.1",
  nodes: ids.map(node),
  restartOrder: ids,
  topics: [topicPlan("orders", 3, 3)],
  allowUnavailable: false,
  secrets: [],
  security: {
    profile: "plaintext",
    listeners: { outside: "EXTERNAL", interBroker: "INTERNAL", quorum: "CONTROLLER" },
    identities: [],
  },
};

export const outputs: ClusterOutputs = {
  schemaVersion: 1,
  stack: "dev",
  target: "local",
  mode: "kraft",
  kafkaVersion: "4.3.1",
  clusterId: "c",
  bootstrapServers: ids.map((id) => `127.0.0.1:2100${id}`),
  nodes: ids.map((id) => ({ id, roles: ["broker", "controller"], rack: null, address: `127.0.0.1:2100${id}` })),
};

/** What a healthy cluster of this plan tells. */
export const healthy: HealthState = {
  cluster: {
    clusterId: "c",
    brokers: ids.map((id) => ({ id, address: `127.0.0.1:2100${id}`, rack: null })),
    controllerId: 1,
  },
  probes: ids.map((id) => ({
    id,
    fault: null,
    config: { "min.insync.replicas": "2", "process.roles": "broker, controller" },
    logDirs: [{ path: `/data/${id}`, totalBytes: 100, usableBytes: 60, fault: null }],
  })),
  quorum: { leaderId: 1, leaderEpoch: 4, voters: ids.map((id) => ({ id, lag: 0, caughtUpAgoMs: 0 })), observers: [] },
  zookeeper: [],
  topics: [liveTopic("orders", 3, 3, { minIsr: 2 })],
  runtime: null,
  security: null,
  clock: { id: 1, aheadMs: 12 },
};

/** The same plan as ZooKeeper mode would have it. */
export const zooKeeperPlan: ClusterPlan = { ...plan, mode: "zookeeper" };
