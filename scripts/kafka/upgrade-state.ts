import type { ClusterOutputs, NodeOutputs } from "../../infra/outputs.ts";
import { versionOf } from "../../infra/plan/versions.ts";
import type { BrokerVersion, UpgradeState } from "../ops/upgrade/state.ts";
import { reason, withAnyBroker, withController } from "./cluster.ts";
import { describeMetadata, listReassignments, type NodeConnection, withNode } from "./gaps.ts";
import { describeFeatures, type Features } from "./gaps-features.ts";

const TIMEOUT_MS = 5_000;

/** Asks every broker itself, all at once. A broker that does not answer is told in the state, never thrown. */
export async function readUpgradeState(outputs: ClusterOutputs): Promise<UpgradeState> {
  const nodes = outputs.nodes.filter(({ roles }) => roles.includes("broker"));
  const [answers, moving] = await Promise.all([
    Promise.all(nodes.map(askBroker)),
    withAnyBroker(outputs.bootstrapServers, TIMEOUT_MS, (node) => movingPartitions(node, outputs)).catch(() => null),
  ]);
  return {
    brokers: answers.map(({ broker }) => broker),
    finalized: answers.find(({ finalized }) => finalized !== null)?.finalized ?? null,
    moving,
  };
}

interface Answer {
  readonly broker: BrokerVersion;
  readonly finalized: Features["finalized"] | null;
}

async function askBroker({ id, address }: NodeOutputs): Promise<Answer> {
  try {
    const { finalized, supported } = await withNode(address, TIMEOUT_MS, describeFeatures);
    return { broker: { id, version: versionOf(supported) ?? null, fault: null, supported }, finalized };
  } catch (error) {
    return { broker: { id, version: null, fault: reason(error), supported: {} }, finalized: null };
  }
}

async function movingPartitions(node: NodeConnection, { mode }: ClusterOutputs): Promise<string[]> {
  const { cluster } = await describeMetadata(node, []);
  const options = { kraft: mode === "kraft", timeoutMs: TIMEOUT_MS };
  return [...(await withController(node, cluster, options, listReassignments))].toSorted();
}
