import type { Obstacle } from "../../obstacle.ts";
import { KEY, names } from "../names.ts";
import { type KubernetesPlanned, poolsOf } from "../pools.ts";
import type { Survey } from "../survey.ts";
import { wantedClaims } from "./volumes.ts";

/** What a deployment of this plan calls its objects, as `kind/name`; configuration is named by its content and collides with nothing. */
function namesOf(plan: KubernetesPlanned): Set<string> {
  const { name: stack, nodes } = plan;
  const pools = poolsOf(plan);
  const groups = new Set([...pools.map(({ kind }) => kind), ...pools.map(({ name }) => name)]);
  const brokers = nodes.filter(({ roles }) => roles.includes("broker"));
  return new Set([
    ...pools.map(({ statefulSet }) => `StatefulSet/${statefulSet}`),
    `ServiceAccount/${names.serviceAccount(stack)}`,
    `Service/${names.nodes(stack)}`,
    `Service/${names.bootstrap(stack)}`,
    ...brokers.map(({ id }) => `Service/${names.external(stack, id)}`),
    `ConfigMap/${names.externalMap(stack)}`,
    ...["PodDisruptionBudget", "NetworkPolicy"].flatMap((kind) =>
      [...groups].map((group) => `${kind}/${names.group(stack, group)}`),
    ),
    ...wantedClaims(plan).map(({ name }) => `PersistentVolumeClaim/${name}`),
  ]);
}

/** Things of our names that are not ours are never touched, and would be in the way. */
export function strangers(plan: KubernetesPlanned, { things, claims }: Survey): Obstacle[] {
  const wanted = namesOf(plan);
  const { namespace } = plan.kubernetes;
  return [...things, ...claims]
    .filter(({ kind, name, labels }) => wanted.has(`${kind}/${name}`) && labels[KEY.stack] !== plan.name)
    .map(({ kind, name }) => ({
      message: `${kind} ${name} is in namespace ${namespace} and is not of stack ${plan.name}`,
      next: `remove it if nobody needs it (kubectl delete ${kind.toLowerCase()} ${name} -n ${namespace}), or give the stack file another name or namespace`,
    }));
}
