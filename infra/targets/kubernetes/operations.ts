import type { V1Pod } from "@kubernetes/client-node";
import { zookeeperRole } from "../../../scripts/kafka/zookeeper.ts";
import { kubeAccess } from "../../../toolchain/kubernetes.ts";
import { UserError } from "../../errors.ts";
import type { ClusterPlan } from "../../plan/types.ts";
import { portOf } from "../container/node.ts";
import type { Operations } from "../target.ts";
import { everyItem, type KubeApi, kubeApi } from "./api.ts";
import { deleteData } from "./data.ts";
import { nodeFaults } from "./faults.ts";
import { KEY } from "./names.ts";
import { requireSamePlace } from "./place.ts";
import { type KubernetesPlanned, podNames } from "./pools.ts";
import { remarks, requireRoom } from "./preflight.ts";
import { HERE } from "./render/guards.ts";
import { readStates } from "./states.ts";
import { stillThere, stopStillThere } from "./still-there.ts";
import { readClusterId } from "./survey/cluster.ts";
import { readSurvey } from "./survey.ts";
import { runThrowaway } from "./throwaway.ts";
import { openTunnel } from "./tunnel/open.ts";
import { openTold, reachTold, toldBy } from "./tunnel/reach.ts";
import { write } from "./write.ts";

const ANSWER_LIMIT_MS = 5_000;

/** What a Kubernetes cluster tells of a Kafka cluster's pods, and what can be done beside them. */
export const kubernetesOperations: Operations = {
  async preflight(plan) {
    const planned = onKubernetes(plan);
    const survey = await readSurvey(apiOf(planned), planned);
    requireSamePlace(planned, survey.clusterId);
    requireRoom(planned, survey);
    return remarks(planned, survey);
  },

  write: (plan, clusterId) => write(onKubernetes(plan), clusterId),

  deleteData: (plan) => deleteData(onKubernetes(plan)),
  async running(plan) {
    const planned = onKubernetes(plan);
    requireSamePlace(planned, await readClusterId(apiOf(planned)));
    return stillThere(apiOf(planned), { namespace: planned.kubernetes.namespace, name: plan.name });
  },

  async stopRunning(plan, signal) {
    const planned = onKubernetes(plan);
    requireSamePlace(planned, await readClusterId(apiOf(planned)));
    const place = { namespace: planned.kubernetes.namespace, name: plan.name };
    await stopStillThere(apiOf(planned), place, { log: (line) => process.stderr.write(`${line}\n`), signal });
  },

  async reach(plan, outputs, tell) {
    const planned = onKubernetes(plan);
    if (!outputs.tunnel) return;
    await reachTold({ access: kubeAccess(planned.kubernetes.context), told: toldBy(planned, outputs), tell });
  },

  async tunnel(plan, outputs, tell) {
    const planned = onKubernetes(plan);
    if (!outputs.tunnel) return undefined;
    return openTold({ access: kubeAccess(planned.kubernetes.context), told: toldBy(planned, outputs), tell });
  },

  async nodeStates(plan) {
    const planned = onKubernetes(plan);
    return readStates(apiOf(planned), planned);
  },

  async zookeeperRole(plan, nodeId) {
    const planned = onKubernetes(plan);
    const port = portOf(plan.nodes.find(({ id }) => id === nodeId)!, "ZK_CLIENT");
    const way = { namespace: planned.kubernetes.namespace, pod: podNames(planned).get(nodeId)!, port, localPort: 0 };
    const { ports, close } = await openTunnel({ access: apiOf(planned), ways: [way], tell() {} });
    return zookeeperRole(`${HERE}:${ports[0]}`, ANSWER_LIMIT_MS).finally(close);
  },

  faults: (plan) => nodeFaults(apiOf(onKubernetes(plan)), onKubernetes(plan)),

  async runInside(plan, request, signal) {
    const planned = onKubernetes(plan);
    const { namespace } = planned.kubernetes;
    const api = apiOf(planned);
    const like = await anyNode(api, planned);
    return runThrowaway(api, { namespace, stack: plan.name, like, ...request, signal });
  },
};

const apiOf = ({ kubernetes }: KubernetesPlanned): KubeApi => kubeApi(kubernetes.context);

function onKubernetes(plan: ClusterPlan): KubernetesPlanned {
  const { kubernetes } = plan;
  if (!kubernetes) throw new Error(`${plan.name} is not planned for kubernetes but for ${plan.target}`);
  return { ...plan, kubernetes };
}

/** They all run the same image; one that runs has shown that it can be had. */
async function anyNode({ core }: KubeApi, { name, kubernetes }: KubernetesPlanned): Promise<V1Pod> {
  const { namespace } = kubernetes;
  const labelSelector = `${KEY.stack}=${name},${KEY.pool}`;
  const pods = await everyItem((page) => core.listNamespacedPod({ namespace, labelSelector, ...page }));
  const running = pods.find(({ status }) => status?.phase === "Running") ?? pods[0];
  if (running) return running;
  throw new UserError(`no pod of ${name} is in namespace ${namespace}`, `run: kafka-stacks up ${name}`);
}
