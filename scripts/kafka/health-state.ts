import type { ClusterOutputs, NodeOutputs } from "../../infra/outputs.ts";
import { tellOfQuorum } from "../../infra/plan/migration.ts";
import type { ClusterPlan } from "../../infra/plan/types.ts";
import { comparableConfig } from "../ops/health/config.ts";
import { reason, withAnyBroker } from "./cluster.ts";
import {
  describeConfigs,
  describeLogDirs,
  describeMetadata,
  describeQuorum,
  type NodeConnection,
  withNode,
} from "./gaps.ts";
import { readSecurity } from "./health-security.ts";
import type { BrokerProbeState, ClockState, ClusterState, HealthState, QuorumState, TopicState } from "./state.ts";
import { readTopics } from "./topics.ts";
import { zookeeperRole } from "./zookeeper.ts";

/**
 * Asks every planned broker itself, and any one of them for what all know, all at once. Whatever fails, or gives one
 * answer later than `timeoutMs`, is told in the state: a cluster that is down is a finding, not an error.
 */
export async function readHealthState(
  plan: ClusterPlan,
  outputs: ClusterOutputs,
  timeoutMs: number,
): Promise<Omit<HealthState, "runtime">> {
  const nodes = outputs.nodes.filter(({ roles }) => roles.includes("broker"));
  const [answers, topics, zookeeper, security] = await Promise.all([
    Promise.all(nodes.map((node) => askBroker(node, plan, timeoutMs))),
    readDeclared(nodes, plan, timeoutMs).catch(() => null),
    Promise.all(
      outputs.nodes
        .filter(({ roles }) => roles.includes("zookeeper"))
        .map(async ({ id, address }) => ({ id, role: await zookeeperRole(address, timeoutMs) })),
    ),
    readSecurity(outputs, timeoutMs),
  ]);
  return {
    probes: answers.map(({ probe }) => probe),
    cluster: bestView(answers.flatMap(({ cluster }) => cluster ?? [])),
    quorum: answers.find(({ quorum }) => quorum !== null)?.quorum ?? null,
    topics,
    zookeeper,
    security,
    clock: answers.find(({ clock }) => clock !== null)?.clock ?? null,
  };
}

interface BrokerAnswer {
  readonly probe: BrokerProbeState;
  readonly cluster: ClusterState | null;
  readonly quorum: QuorumState | null;
  readonly clock: ClockState | null;
}

async function askBroker({ id, address }: NodeOutputs, plan: ClusterPlan, timeoutMs: number): Promise<BrokerAnswer> {
  const planned = plan.nodes.find((node) => node.id === id);
  const keys = Object.keys(planned ? comparableConfig(planned) : {});
  const silent = (fault: string): BrokerAnswer => ({
    probe: { id, fault, config: {}, logDirs: [] },
    cluster: null,
    quorum: null,
    clock: null,
  });
  try {
    return await withNode(address, timeoutMs, async (node) => {
      const [{ cluster }, configs, logDirs, { quorum, clock }] = await Promise.all([
        describeMetadata(node, []),
        describeConfigs(node, [{ type: "broker", name: String(id) }], keys).catch(() => new Map()),
        describeLogDirs(node).catch(() => []),
        tellOfQuorum(plan) ? askQuorum(node).catch(() => NO_QUORUM) : NO_QUORUM,
      ]);
      const entries: { name: string; value: string | null }[] = configs.get(String(id)) ?? [];
      const config = Object.fromEntries(entries.map(({ name, value }) => [name, value]));
      return { probe: { id, fault: null, config, logDirs }, cluster, quorum, clock };
    });
  } catch (error) {
    return silent(reason(error));
  }
}

const NO_QUORUM = { quorum: null, clock: null } as const;

async function askQuorum(node: NodeConnection): Promise<Pick<BrokerAnswer, "quorum" | "clock">> {
  const asked = Date.now();
  const quorum = await describeQuorum(node);
  const { leaderClockMs, leaderId } = quorum;
  if (leaderClockMs === undefined) return { quorum, clock: null };
  // It was asked and answered in between: half of that time is how wrong this may be.
  const here = (asked + Date.now()) / 2;
  return { quorum, clock: { id: leaderId, aheadMs: Math.round(leaderClockMs - here) } };
}

function readDeclared(nodes: readonly NodeOutputs[], plan: ClusterPlan, timeoutMs: number): Promise<TopicState[]> {
  const keys = [...new Set(plan.topics.flatMap(({ config }) => Object.keys(config)))];
  const addresses = nodes.map(({ address }) => address);
  return withAnyBroker(addresses, timeoutMs, (node) => readTopics(node, keys));
}

/** The view of the broker that sees most: one cut off from the others sees fewer. */
function bestView(views: readonly ClusterState[]): ClusterState | null {
  return views.toSorted((a, b) => b.brokers.length - a.brokers.length)[0] ?? null;
}
