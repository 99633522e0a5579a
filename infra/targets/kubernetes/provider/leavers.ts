import type { V1Pod } from "@kubernetes/client-node";
import { withAnyBroker } from "../../../../scripts/kafka/cluster.ts";
import { as } from "../../../../scripts/kafka/identity.ts";
import type { OperationContext } from "../../../../toolchain/plugin/resource.ts";
import { leavers } from "../../../plan/refusals.ts";
import { readKept } from "../../decisions/kept.ts";
import { letGo } from "../../leave.ts";
import { type AskBroker, holdings } from "../../members.ts";
import { keptAdmin } from "../../security/admin.ts";
import { everyItem, type KubeApi, kubeApi } from "../api.ts";
import { names } from "../names.ts";
import { HERE } from "../render/guards.ts";
import { groupSelector } from "../render/labels.ts";
import { portName } from "../render/pod.ts";
import type { ClusterArgs } from "../resources.ts";
import { stopLeavers } from "../rollout/leave.ts";
import { openTunnel } from "../tunnel/open.ts";
import { tracesOf } from "./in-namespace.ts";
import { type Leaving, moved } from "./refusals.ts";

/** Through the API server to a machine that may be gone. */
const TIMEOUT_MS = 15_000;

const NOBODY: Leaving = { held: new Map(), claims: [] };

/** What the brokers hold that would go, and which claims are theirs; nobody is asked where none would. */
export async function leavingOf(before: ClusterArgs, now: ClusterArgs): Promise<Leaving> {
  const gone = leavers(before, now);
  if (moved(before, now).length > 0 || gone.length === 0) return NOBODY;
  const api = kubeApi(now.context);
  const traces = await tracesOf(api, now.namespace, now.name);
  const claims = (traces?.claims ?? []).filter(({ node }) => gone.includes(node)).map(({ name }) => name);
  const held = await holdings(askBroker(api, before), now.mode === "kraft" ? traces?.clusterId : undefined);
  return { held, claims };
}

/** Stops the pods of brokers that go and signs them off. @returns who went. */
export async function letBrokersGo(
  api: KubeApi,
  before: ClusterArgs,
  now: ClusterArgs,
  context: Pick<OperationContext, "log" | "signal">,
): Promise<number[]> {
  const gone = leavers(before, now);
  const stop = () => stopLeavers(api, now, gone, context);
  await letGo({ leavers: gone, kraft: now.mode === "kraft", ask: askBroker(api, before), stop, context });
  return gone;
}

/**
 * Through tunnels to the pods: the ways in from outside are made later, and change. As the admin, unless a plaintext listener
 * is open. Whatever way brokers are reached, their certificates bear the name of the Service where clients begin.
 */
function askBroker(api: KubeApi, { namespace, name, directory }: ClusterArgs): AskBroker {
  return async (question) => {
    const labelSelector = brokersOf(name);
    const pods = await everyItem((page) => api.core.listNamespacedPod({ namespace, labelSelector, ...page }));
    const running = pods.filter(({ status, metadata }) => status?.phase === "Running" && !metadata?.deletionTimestamp);
    if (running.length === 0) throw new Error("none of its pods runs");
    const plain = running.flatMap((pod) => wayTo(pod, "INTERNAL"));
    const ways = plain.length > 0 ? plain : running.flatMap((pod) => wayTo(pod, "INTERNAL_TLS"));
    const kept = readKept(directory);
    if (plain.length === 0 && !kept) throw new Error(`its passwords are not on this machine, in ${directory}`);
    const admin = plain.length > 0 || !kept ? undefined : keptAdmin(directory, kept);
    const faults: string[] = [];
    const { ports, close } = await openTunnel({ access: api, ways, tell: (line) => faults.push(line) });
    const addresses = ports.map((port) => `${HERE}:${port}`);
    try {
      return await as(admin, () => withAnyBroker(addresses, TIMEOUT_MS, question, names.bootstrap(name)));
    } catch (error) {
      // Of a tunnel a client sees that it broke, and no more.
      throw faults.length > 0 ? new Error(faults.join("; ")) : error;
    } finally {
      close();
    }
  };
}

const brokersOf = (stack: string): string =>
  Object.entries(groupSelector(stack, "brokers"))
    .map(([key, value]) => `${key}=${value}`)
    .join(",");

function wayTo({ metadata, spec }: V1Pod, listener: "INTERNAL" | "INTERNAL_TLS") {
  const ports = spec?.containers.flatMap(({ ports = [] }) => ports) ?? [];
  const found = ports.find(({ name }) => name === portName(listener));
  const { namespace = "", name = "" } = metadata ?? {};
  return found ? [{ namespace, pod: name, port: found.containerPort, localPort: 0 }] : [];
}
