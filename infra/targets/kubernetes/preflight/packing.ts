import type { KubernetesPlan, Toleration } from "../../../plan/types.ts";
import type { Group } from "../render/labels.ts";
import type { Machine, Resources, Taint } from "../survey/machines.ts";
import type { Demand } from "./wanted.ts";

type Rules = Pick<KubernetesPlan, "nodeSelector" | "tolerations" | "zoneLabel" | "spread">;

/** Why a pod may not run on a machine, however much is free there. */
export function barrier(machine: Machine, { rack }: Pick<Demand, "rack">, rules: Rules): string | undefined {
  if (!machine.schedulable) return "cordoned";
  const taint = machine.taints.find((one) => isHard(one) && !rules.tolerations.some((how) => tolerates(how, one)));
  if (taint) return `taint ${taint.key}${taint.value && `=${taint.value}`}:${taint.effect}`;
  const label = Object.entries(rules.nodeSelector).find(([key, value]) => machine.labels[key] !== value);
  if (label) return `no label ${label[0]}=${label[1]}`;
  if (rack !== null && machine.labels[rules.zoneLabel] !== rack) return `not in ${rack}`;
  return undefined;
}

const isHard = ({ effect }: Taint): boolean => effect !== "PreferNoSchedule";

/** https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration: what is left out matches everything. */
function tolerates({ key, operator, value = "", effect }: Toleration, taint: Taint): boolean {
  if (effect !== undefined && effect !== taint.effect) return false;
  if (key === undefined || key === "") return operator === "Exists";
  return key === taint.key && (operator === "Exists" || value === taint.value);
}

interface Room {
  readonly machine: Machine;
  free: Resources;
  readonly groups: Set<Group>;
}

export const freeOf = ({ allocatable, taken }: Machine): Resources => minus(allocatable, taken);

const minus = (a: Resources, b: Resources): Resources => ({
  cpuMillis: a.cpuMillis - b.cpuMillis,
  memoryBytes: a.memoryBytes - b.memoryBytes,
  pods: a.pods - b.pods,
});

export const fits = (wanted: Resources, free: Resources): boolean =>
  wanted.cpuMillis <= free.cpuMillis && wanted.memoryBytes <= free.memoryBytes && wanted.pods <= free.pods;

/**
 * Which pods find no machine. Pure. The choice is greedy, as the scheduler's own is:
 *
 * 1. The pods with the fewest machines to choose from come first, among them the largest.
 * 2. Each goes to the emptiest machine that has room for it.
 * 3. If that leaves any over, all are placed once more, each on the fullest machine that has room.
 *
 * The way that leaves fewer over counts, so that a plan is not refused for which the scheduler may find a way.
 */
export function unplaced(demands: readonly Demand[], machines: readonly Machine[], rules: Rules): Demand[] {
  const choices = (demand: Demand) => machines.filter((machine) => !barrier(machine, demand, rules)).length;
  const sorted = demands.toSorted(
    (a, b) => choices(a) - choices(b) || b.resources.memoryBytes - a.resources.memoryBytes,
  );
  const spread = place(sorted, machines, rules, (a, b) => b.free.memoryBytes - a.free.memoryBytes);
  if (spread.length === 0) return spread;
  const packed = place(sorted, machines, rules, (a, b) => a.free.memoryBytes - b.free.memoryBytes);
  return packed.length < spread.length ? packed : spread;
}

function place(
  demands: readonly Demand[],
  machines: readonly Machine[],
  rules: Rules,
  preference: (a: Room, b: Room) => number,
): Demand[] {
  const rooms = machines.map((machine): Room => ({ machine, free: freeOf(machine), groups: new Set() }));
  return demands.filter((demand) => {
    const [room] = rooms
      .filter(
        ({ machine, free, groups }) =>
          fits(demand.resources, free) &&
          !(rules.spread === "required" && groups.has(demand.group)) &&
          !barrier(machine, demand, rules),
      )
      .sort(preference);
    if (!room) return true;
    room.free = minus(room.free, demand.resources);
    room.groups.add(demand.group);
    return false;
  });
}
