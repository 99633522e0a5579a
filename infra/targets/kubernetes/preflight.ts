import { type Obstacle, requireNone } from "../obstacle.ts";
import type { KubernetesPlanned } from "./pools.ts";
import { missingReferences, missingRights, namespaceTrouble, takenPorts, tooOld } from "./preflight/cluster.ts";
import { overQuota } from "./preflight/quotas.ts";
import { tooLittleRoom, zonesOf } from "./preflight/room.ts";
import { strangers } from "./preflight/strangers.ts";
import { classOf, missingClass, unchangeable } from "./preflight/volumes.ts";
import type { Survey } from "./survey.ts";

/** @throws UserError with everything that is in the way. */
export function requireRoom(plan: KubernetesPlanned, survey: Survey): void {
  requireNone(plan.name, obstacles(plan, survey));
}

/** What keeps this plan from running on this cluster; everything at once. Pure. */
export function obstacles(plan: KubernetesPlanned, survey: Survey): Obstacle[] {
  return [
    ...tooOld(survey),
    ...namespaceTrouble(plan, survey),
    ...missingRights(plan, survey),
    ...missingReferences(plan, survey),
    ...missingClass(plan, survey),
    ...unchangeable(plan, survey),
    ...takenPorts(plan, survey),
    ...strangers(plan, survey),
    ...overQuota(plan, survey),
    ...(survey.growsItself ? [] : tooLittleRoom(plan, survey)),
  ];
}

/** What could not be judged, and what may surprise; a line each. Pure. */
export function remarks(plan: KubernetesPlanned, survey: Survey): string[] {
  const { external, zoneLabel } = plan.kubernetes;
  const found: string[] = [];
  if (survey.unread.length > 0)
    found.push(`not checked, because ${survey.user} may not read it: ${survey.unread.join("; ")}`);
  if (survey.growsItself && tooLittleRoom(plan, survey).length > 0)
    found.push("the machines there are have no room for all pods; it is left to the cluster to add some");
  if (external === "loadBalancer")
    found.push("whether the cluster has load balancers to give cannot be checked beforehand");
  const storage = classOf(plan, survey);
  if (storage && !storage.waitsForPod && zonesOf(zoneLabel, survey.machines ?? []).length > 1)
    found.push(
      `StorageClass ${storage.name} makes volumes before it is known where their pods run (volumeBindingMode Immediate): where a volume can be used in its zone only, name a class that waits (WaitForFirstConsumer)`,
    );
  return found;
}
