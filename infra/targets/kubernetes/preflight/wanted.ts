import { type KubernetesPlanned, poolsOf } from "../pools.ts";
import { type Group, groupOf } from "../render/labels.ts";
import { renderManifests, unsealed } from "../render/manifests.ts";
import { type Requested, type Resources, requestsOf } from "../survey/machines.ts";

/** One pod that needs a machine. */
export interface Demand {
  readonly group: Group;
  readonly rack: string | null;
  readonly resources: Resources;
}

export interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  /** Of StatefulSets the pods. */
  readonly spec?: { readonly template?: { readonly spec: Requested } };
}

/** Stands for what is decided later, and changes neither names nor sizes. */
const UNDECIDED = { clusterId: "", image: "", ports: {} };

/** Every object of a plan. Configuration is named by its content, so those names are not the final ones. */
export function manifestsOf(plan: KubernetesPlanned): Manifest[] {
  const { external } = plan.kubernetes;
  // Addresses of load balancers are unknown before they are made; the names are the same.
  const kubernetes = { ...plan.kubernetes, external: external === "none" ? external : ("nodePort" as const) };
  return renderManifests({ ...plan, kubernetes }, { ...UNDECIDED, ...unsealed(plan) }).map(
    ({ object }) => object as Manifest,
  );
}

/** The pods of a plan, with what they request. */
export function demandsOf(plan: KubernetesPlanned): Demand[] {
  const sets = new Map(
    manifestsOf(plan)
      .filter(({ kind }) => kind === "StatefulSet")
      .map(({ metadata, spec }) => [metadata.name, spec?.template?.spec]),
  );
  return poolsOf(plan).flatMap((pool) => {
    const resources = requestsOf(sets.get(pool.statefulSet));
    return pool.nodes.map(() => ({ group: groupOf(pool), rack: pool.rack, resources }));
  });
}
