import type { ResourceResult, Sizing } from "../../../capacity/result.ts";
import { formatBytes } from "../../../capacity/units.ts";
import { type BarStyle, bars, marksOf } from "./bars.ts";
import { figure, hours, percent, plural } from "./figures.ts";
import { table, wrap } from "./layout.ts";

/** Topics that differ are listed up to so many; `--json` has all. */
const SHOWN_TOPICS = 12;

/** A sizing for a person: the verdict first, then what to decide, then why. */
export function sizingText(sizing: Sizing, style: BarStyle): string {
  const sections = [
    wrap(verdict(sizing), style.width),
    decisions(sizing, style.width),
    topics(sizing),
    resources(sizing.resources),
    bars(sizing.resources, style),
    wrap(afterFailure(sizing), style.width),
    warnings(sizing, style.width),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

/** One sentence: how many brokers of what, and what limits them. */
export function verdict(sizing: Sizing): string {
  const { brokers, machine, binding, nextBinding, headroom } = sizing;
  const cluster = `${plural(brokers, "broker")} of ${machine.name}`;
  if (sizing.fits)
    return `${cluster} ${brokers === 1 ? "carries" : "carry"} it: ${binding} binds, ${nextBinding} is next; the load may grow ${growth(headroom)}`;
  const lacking = sizing.resources.filter(({ fits }) => !fits).map(({ resource }) => resource);
  return `${cluster} ${brokers === 1 ? "does" : "do"} NOT carry it: ${lacking.join(", ")} above target; it needs ${plural(brokersNeeded(sizing), "broker")}`;
}

const growth = (headroom: number): string =>
  headroom < 10 ? `by ${percent(headroom)}` : `to more than ${Math.floor(headroom)} times as much`;

/** What every resource asks for; a cluster of fewer does not fit. */
export const brokersNeeded = ({ resources }: Pick<Sizing, "resources">): number =>
  Math.max(...resources.map(({ brokersNeeded }) => brokersNeeded));

function decisions({ decisions }: Sizing, width: number): string[] {
  const rows = decisions.map(({ what, value, because }) => [what, value, because]);
  return table([{ head: "DECISION" }, { head: "VALUE" }, { head: "BECAUSE" }], rows, width);
}

/** Only where they are not all the same: the decisions tell it otherwise. */
function topics({ topics }: Sizing): string[] {
  const [first] = topics;
  if (
    topics.every(
      ({ partitions, storageBytes }) => partitions === first?.partitions && storageBytes === first.storageBytes,
    )
  )
    return [];
  const rows = topics
    .slice(0, SHOWN_TOPICS)
    .map(({ name, partitions, partitionBytes, storageBytes }) => [
      name,
      String(partitions),
      formatBytes(partitionBytes),
      formatBytes(storageBytes),
    ]);
  const columns = [
    { head: "TOPIC" },
    { head: "PARTITIONS", align: "right" },
    { head: "A PARTITION", align: "right" },
    { head: "ALL REPLICAS", align: "right" },
  ] as const;
  const hidden = topics.length - SHOWN_TOPICS;
  return [...table(columns, rows), ...(hidden > 0 ? [`… and ${hidden} more; --json shows all`] : [])];
}

const RESOURCE_COLUMNS = [
  { head: "RESOURCE" },
  { head: "NEEDED", align: "right" },
  { head: "HAVE", align: "right" },
  { head: "NOW", align: "right" },
  { head: "AFTER", align: "right" },
  { head: "TARGET", align: "right" },
  { head: "BROKERS", align: "right" },
  { head: "" },
] as const;

function resources(resources: readonly ResourceResult[]): string[] {
  const rows = resources.map((use) => [
    use.resource,
    figure(use.needed, use.unit),
    figure(use.have, use.unit),
    percent(use.utilisation),
    percent(use.utilisationAfterFailure),
    percent(use.target),
    String(use.brokersNeeded),
    marksOf(use),
  ]);
  return table(RESOURCE_COLUMNS, rows);
}

function afterFailure({ afterFailure, resources, workload }: Sizing): string {
  const { what, brokersLost, brokersLeft, rebuildHours } = afterFailure;
  const fullest = resources.reduce((a, b) => (b.utilisationAfterFailure > a.utilisationAfterFailure ? b : a));
  const left = `${what}: ${plural(brokersLeft, "broker")} left, ${fullest.resource} at ${percent(fullest.utilisationAfterFailure)}`;
  if (brokersLost === 0) return `${left}; nothing is made up for`;
  if (rebuildHours === null) return `${left}; nothing is spare to make the lost replicas again`;
  return `${left}; the lost replicas are made again in ${hours(rebuildHours)} at the soonest, ${hours(workload.rebuildHours)} is the aim`;
}

const warnings = ({ warnings }: Sizing, width: number): string[] =>
  warnings.flatMap(({ code, message, hint }) => wrap(`warning ${code}: ${message}; ${hint}`, width, "  "));
