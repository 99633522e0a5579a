import { inGiB, type Obstacle } from "../../obstacle.ts";
import type { KubernetesPlanned } from "../pools.ts";
import type { Group } from "../render/labels.ts";
import type { Machine, Resources } from "../survey/machines.ts";
import type { Survey } from "../survey.ts";
import { barrier, freeOf, unplaced } from "./packing.ts";
import { type Demand, demandsOf } from "./wanted.ts";

/** Zones, machines and what is free on them. Nothing is judged that may not be read. */
export function tooLittleRoom(plan: KubernetesPlanned, { machines }: Survey): Obstacle[] {
  if (machines === null) return [];
  const missing = missingZones(plan, machines);
  // What is said of zones that are not there is not said again of the pods that they lack.
  const demands = demandsOf(plan).filter(({ rack }) => rack === null || !missing.includes(rack));
  const tooFew = tooFewMachines(plan, demands, machines);
  const rules = { ...plan.kubernetes, ...(tooFew.length > 0 ? { spread: "preferred" as const } : {}) };
  const over = Map.groupBy(unplaced(demands, machines, rules), ({ group }) => group);
  return [
    ...zoneObstacles(plan, missing, machines),
    ...tooFew,
    ...[...over].map(([group, pods]) => noRoom(plan, group, pods, machines)),
  ];
}

function missingZones({ kubernetes }: KubernetesPlanned, machines: readonly Machine[]): string[] {
  const zones = zonesOf(kubernetes.zoneLabel, machines);
  return kubernetes.racks.filter((rack) => !zones.includes(rack));
}

export const zonesOf = (label: string, machines: readonly Machine[]): string[] =>
  [...new Set(machines.flatMap(({ labels }) => labels[label] ?? []))].toSorted();

function zoneObstacles(plan: KubernetesPlanned, missing: readonly string[], machines: readonly Machine[]): Obstacle[] {
  if (missing.length === 0) return [];
  const { zoneLabel } = plan.kubernetes;
  const zones = zonesOf(zoneLabel, machines);
  return [
    {
      message: `brokers.racks: wanted machines whose label ${zoneLabel} is ${missing.join(", ")}, found ${zones.join(", ") || "no machine with that label"}`,
      next: "name zones that there are in brokers.racks, or the label that tells them in kubernetes.zoneLabel",
    },
  ];
}

function tooFewMachines(plan: KubernetesPlanned, demands: readonly Demand[], machines: readonly Machine[]): Obstacle[] {
  if (plan.kubernetes.spread === "preferred") return [];
  const found: Obstacle[] = [];
  for (const [group, pods] of Map.groupBy(demands, (demand) => demand.group)) {
    const fit = machines.filter((machine) => pods.some((pod) => !barrier(machine, pod, plan.kubernetes)));
    if (fit.length >= pods.length) continue;
    found.push({
      message: `wanted ${pods.length} machines for ${count(pods.length, group)} (kubernetes.spread: required), found ${fit.length} on which they may run${barriers(plan, pods, machines)}`,
      next: "add machines, or set kubernetes.spread: preferred, which lets one failure take several nodes",
    });
  }
  return found;
}

function noRoom(
  plan: KubernetesPlanned,
  group: Group,
  over: readonly Demand[],
  machines: readonly Machine[],
): Obstacle {
  const groups = Map.groupBy(demandsOf(plan), (demand) => demand.group);
  const all = groups.get(group)?.length ?? 0;
  const others = [...groups].filter(([other]) => other !== group).map(([other, pods]) => count(pods.length, other));
  const beside = others.length > 0 ? ` beside ${others.join(" and ")}` : "";
  const [largest] = over.toSorted((a, b) => b.resources.memoryBytes - a.resources.memoryBytes);
  const open = machines.filter((machine) => over.some((pod) => !barrier(machine, pod, plan.kubernetes)));
  const most = open.toSorted((a, b) => freeOf(b).memoryBytes - freeOf(a).memoryBytes).slice(0, SHOWN);
  const free = most.map((machine) => `${machine.name} has ${left(freeOf(machine))}`);
  return {
    message: `wanted room for ${count(all, group)} of ${amount(largest!.resources)}${beside}, found it for ${all - over.length}: ${[...free, ...more(open.length)].join(", ") || "no machine takes them"}${barriers(plan, over, machines)}`,
    next: "lower memory, cpu or count of these nodes in the stack file, add machines, or free some",
  };
}

/** At most so many machines are named. */
const SHOWN = 3;

const more = (total: number): string[] => (total > SHOWN ? [`and ${total - SHOWN} more with less`] : []);

/** Why machines are out of the question, each reason once. */
function barriers(plan: KubernetesPlanned, pods: readonly Demand[], machines: readonly Machine[]): string {
  const closed = machines.flatMap((machine) => {
    const reasons = pods.map((pod) => barrier(machine, pod, plan.kubernetes));
    return reasons.every((reason) => reason !== undefined)
      ? [{ name: machine.name, reason: reasons[0] as string }]
      : [];
  });
  const said = [...Map.groupBy(closed, ({ reason }) => reason)].slice(0, SHOWN).map(([reason, [first, ...others]]) => {
    const more = others.length > 0 ? ` and ${others.length} more` : "";
    return `${first!.name}${more} (${reason})`;
  });
  return said.length > 0 ? `; not ${said.join(", ")}` : "";
}

const count = (pods: number, group: Group): string => `${pods} ${pods === 1 ? "pod" : "pods"} of ${group}`;

const amount = ({ cpuMillis, memoryBytes }: Resources): string => `${cpuMillis / 1000} CPU and ${inGiB(memoryBytes)}`;

const left = (free: Resources): string => (free.pods < 1 ? "no place for another pod" : `${amount(free)} free`);
