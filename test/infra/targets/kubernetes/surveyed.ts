import { planCluster } from "../../../../infra/plan/plan.ts";
import { parseStack } from "../../../../infra/spec/load.ts";
import { stackLabels } from "../../../../infra/targets/kubernetes/names.ts";
import type { KubernetesPlanned } from "../../../../infra/targets/kubernetes/pools.ts";
import type { Machine } from "../../../../infra/targets/kubernetes/survey/machines.ts";
import type { Survey } from "../../../../infra/targets/kubernetes/survey.ts";

const GiB = 1024 ** 3;

/** Three combined nodes, each of half a core and 1 GiB, with volumes of 2 GiB. JSON is YAML. */
export function planned(kubernetes: object = {}, brokers: object = {}, rest: object = {}): KubernetesPlanned {
  const stack = {
    target: "kubernetes",
    preset: "dev",
    environment: "dev",
    brokers: { count: 3, memory: "1GiB", cpu: "500m", disk: "2GiB", ...brokers },
    kubernetes,
    ...rest,
  };
  return planCluster(parseStack(JSON.stringify(stack), "s.yaml").spec, "s") as KubernetesPlanned;
}

export const ours = stackLabels("s");

export function machine(
  name: string,
  change: Partial<Machine> = {},
  free: Partial<Machine["allocatable"]> = {},
): Machine {
  return {
    name,
    addresses: ["10.0.0.1"],
    labels: { "topology.kubernetes.io/zone": name },
    schedulable: true,
    taints: [],
    allocatable: { cpuMillis: 4_000, memoryBytes: 8 * GiB, pods: 110, ...free },
    taken: { cpuMillis: 0, memoryBytes: 0, pods: 0 },
    ...change,
  };
}

/** A cluster with room for the plan, empty so far. */
export const survey: Survey = {
  context: "here",
  server: "https://127.0.0.1:6443",
  clusterId: "00000000-0000-4000-8000-000000000000",
  version: "1.34.4",
  user: "jane",
  namespace: undefined,
  mayCreateNamespace: true,
  lacking: [],
  machines: [machine("a"), machine("b"), machine("c")],
  own: { cpuMillis: 0, memoryBytes: 0, pods: 0 },
  growsItself: false,
  storageClasses: [
    { name: "slow", isDefault: true, expands: false, waitsForPod: true },
    { name: "fast", isDefault: false, expands: true, waitsForPod: true },
  ],
  priorityClasses: ["kafka"],
  nodePorts: [],
  things: [],
  claims: [],
  quotas: [],
  hasDefaultCpuLimit: false,
  pullSecrets: [],
  unread: [],
};
