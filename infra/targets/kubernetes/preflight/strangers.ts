import type { Obstacle } from "../../obstacle.ts";
import { claimBytes } from "../cluster-args.ts";
import { KEY } from "../names.ts";
import type { KubernetesPlanned } from "../pools.ts";
import type { Survey } from "../survey.ts";
import { manifestsOf } from "./wanted.ts";

/** Things of our names that are not ours are never touched, and would be in the way. */
export function strangers(plan: KubernetesPlanned, { things, claims }: Survey): Obstacle[] {
  const wanted = new Set([
    ...manifestsOf(plan).map(({ kind, metadata }) => `${kind}/${metadata.name}`),
    ...Object.keys(claimBytes(plan)).map((name) => `PersistentVolumeClaim/${name}`),
  ]);
  const { namespace } = plan.kubernetes;
  return [...things, ...claims]
    .filter(({ kind, name, labels }) => wanted.has(`${kind}/${name}`) && labels[KEY.stack] !== plan.name)
    .map(({ kind, name }) => ({
      message: `${kind} ${name} is in namespace ${namespace} and is not of stack ${plan.name}`,
      next: `remove it if nobody needs it (kubectl delete ${kind.toLowerCase()} ${name} -n ${namespace}), or give the stack file another name or namespace`,
    }));
}
