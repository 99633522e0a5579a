import type { ClusterPlan } from "../../plan/types.ts";
import { engineOf } from "./engine.ts";
import { LABEL } from "./names.ts";

/** Containers and networks of a stack that its state does not know. Volumes are taken up again by their names. */
export async function removeOrphans(
  { name, docker: plan }: ClusterPlan,
  known: ReadonlySet<string>,
): Promise<readonly string[]> {
  const { docker } = engineOf(plan?.host);
  const filters = { label: [`${LABEL.stack}=${name}`] };
  const containers = (await docker.listContainers({ all: true, filters })).filter(({ Id }) => !known.has(Id));
  for (const { Id } of containers) await docker.getContainer(Id).remove({ force: true, v: true });
  const networks = (await docker.listNetworks({ filters })).filter(({ Id }) => !known.has(Id));
  for (const { Id } of networks) await docker.getNetwork(Id).remove();
  return [
    ...containers.map(({ Names }) => `container ${(Names[0] ?? "").replace(/^\//, "")}`),
    ...networks.map(({ Name }) => `network ${Name}`),
  ];
}
