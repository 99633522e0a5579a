import type { Obstacle } from "../../obstacle.ts";
import type { KubernetesPlanned } from "../pools.ts";
import type { Survey } from "../survey.ts";

/** `spec.ordinals` of StatefulSets, by which a pod's number is its node id, is on by default from here on. */
const OLDEST = "1.27";

export function tooOld({ version, server }: Survey): Obstacle[] {
  if (version.localeCompare(OLDEST, "en", { numeric: true }) >= 0) return [];
  return [
    {
      message: `wanted Kubernetes ${OLDEST} or newer, found ${version} at ${server}`,
      next: "update the cluster, or choose another context",
    },
  ];
}

/** Everything that the user may not do, in one line. */
export function missingRights({ kubernetes }: KubernetesPlanned, { user, lacking }: Survey): Obstacle[] {
  if (lacking.length === 0) return [];
  const byResource = Map.groupBy(lacking, ({ resource }) => resource);
  const said = [...byResource].map(([resource, rights]) => `${rights.map(({ verb }) => verb).join(", ")} ${resource}`);
  const { namespace } = kubernetes;
  return [
    {
      message: `${user} may not, in namespace ${namespace}: ${said.join("; ")}`,
      next: `ask whoever runs the cluster to bind the role edit there: kubectl create rolebinding kafka-stacks -n ${namespace} --clusterrole=edit --user=USER`,
    },
  ];
}

export function namespaceTrouble({ kubernetes }: KubernetesPlanned, survey: Survey): Obstacle[] {
  const { namespace, createNamespace } = kubernetes;
  const create = `kubectl create namespace ${namespace}`;
  if (survey.namespace === undefined && !createNamespace)
    return [
      {
        message: `wanted namespace ${namespace}, found none of that name, and kubernetes.createNamespace is false`,
        next: `create it (${create}), or set kubernetes.createNamespace: true`,
      },
    ];
  if (survey.namespace === undefined && !survey.mayCreateNamespace)
    return [
      {
        message: `namespace ${namespace} is not there, and ${survey.user} may not create namespaces`,
        next: `ask whoever runs the cluster to create it (${create}), or name another: kubernetes.namespace`,
      },
    ];
  if (survey.namespace?.isTerminating)
    return [
      {
        message: `namespace ${namespace} is being deleted`,
        next: `wait until it is gone: kubectl wait --for=delete namespace/${namespace}`,
      },
    ];
  return [];
}

/** What the pods name and the cluster does not have. */
export function missingReferences({ kubernetes }: KubernetesPlanned, survey: Survey): Obstacle[] {
  const { namespace, priorityClass, imagePullSecrets } = kubernetes;
  const { priorityClasses, pullSecrets } = survey;
  const found: Obstacle[] = [];
  if (priorityClass !== undefined && priorityClasses !== null && !priorityClasses.includes(priorityClass))
    found.push({
      message: `kubernetes.priorityClass: wanted ${priorityClass}, found ${priorityClasses.join(", ") || "none"}`,
      next: `create it (kubectl create priorityclass ${priorityClass} --value=1000000), or name one that is there`,
    });
  for (const secret of imagePullSecrets.filter((name) => pullSecrets !== null && !pullSecrets.includes(name)))
    found.push({
      message: `kubernetes.imagePullSecrets: wanted secret ${secret} in namespace ${namespace}, found none of that name`,
      next: `create it: kubectl create secret docker-registry ${secret} -n ${namespace}`,
    });
  return found;
}

/** Ports of machines that the stack fixes, and another Service has. */
export function takenPorts(plan: KubernetesPlanned, { nodePorts }: Survey): Obstacle[] {
  const { outside } = plan.security.listeners;
  const first = plan.fixedPorts?.[outside];
  if (plan.kubernetes.external !== "nodePort" || first === undefined) return [];
  const brokers = plan.nodes.filter(({ roles }) => roles.includes("broker"));
  return brokers.flatMap(({ id }, index) =>
    (nodePorts ?? [])
      .filter(({ port, stack }) => port === first + index && stack !== plan.name)
      .map(({ port, service }) => ({
        message: `kubernetes.ports: Service ${service} has node port ${port}, wanted for ${outside}@${id}`,
        next: "choose other ports in kubernetes.ports, or leave them out to have free ones picked",
      })),
  );
}
