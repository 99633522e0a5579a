/** What the inputs say for a plan: the way back of `readPlan`. */
import { MACHINE_FIELDS, WORKLOAD_FIELDS } from "../../scripts/ops/capacity/fields.ts";
import { CATALOG, type CustomMachine } from "../catalog.ts";
import { PRESETS } from "../presets.ts";
import { evenTopics, type TopicLoad, type Workload } from "../workload.ts";
import type { Input, Texts } from "./inputs.ts";
import { INPUTS, type Plan } from "./plan.ts";
import { KEPT, share as shareText, TIME } from "./quantities.ts";

const WEEK_MS = 7 * 86_400_000;

/** A text for every input; `readPlan` makes the plan of them again. */
export function textsOf({ workload, machine }: Plan): Texts {
  const { bytesPerSec: diskBytesPerSec, sizeBytes: diskSizeBytes, kind: diskKind } = machine.disk;
  const figures: CustomMachine = { ...machine, diskBytesPerSec, diskSizeBytes, diskKind };
  const values: Readonly<Record<string, unknown>> = { ...workload, ...figures };
  const known = JSON.stringify(CATALOG[machine.name]) === JSON.stringify(machine);
  return {
    ...Object.fromEntries(INPUTS.map((input) => [input.name, print(input, values[keyOf(input.name)])])),
    ...retentionTexts(workload),
    ...topicTexts(workload.topics),
    class: known ? machine.name : "custom",
    target: "local",
  };
}

/** Property that an input stands for; "" where it takes several. */
function keyOf(name: string): string {
  if (name === "brokers") return name;
  return [...WORKLOAD_FIELDS, ...MACHINE_FIELDS].find(({ flag }) => flag === name)?.key ?? "";
}

function print({ control }: Input, value: unknown): string {
  return typeof value === "number" && control.as === "quantity" ? control.quantity.print(value) : String(value ?? "");
}

/** Those of the kinds that it is not are there for whoever switches to them. */
function retentionTexts({ retention }: Workload): Texts {
  return {
    retain: retention.by,
    retention: TIME.print(retention.by === "time" ? retention.ms : WEEK_MS),
    "retention-size": KEPT.print(retention.by === "size" ? retention.bytes : 1e12),
    compact: KEPT.print(retention.by === "compaction" ? retention.liveBytes : 100e9),
  };
}

/** The count where the topics are even, the list where they are not. */
function topicTexts(topics: readonly TopicLoad[]): Texts {
  const least = topics[0]?.minPartitions ?? 1;
  const even = JSON.stringify(topics) === JSON.stringify(evenTopics(topics.length, least));
  const list = topics.map(({ name, share, minPartitions }) => `${name}=${shareText(share)}:${minPartitions}`);
  return { topics: String(topics.length), "keys-partitions": String(least), topic: even ? "" : list.join(", ") };
}

/** What the inputs say for each preset. */
export const PRESET_TEXTS: Readonly<Record<string, Texts>> = Object.fromEntries(
  Object.entries(PRESETS).map(([name, { workload, machine }]) => {
    const found = CATALOG[machine];
    if (!found) throw new Error(`preset ${name} names ${machine}, which is not in the catalogue`);
    return [name, textsOf({ workload, machine: found })];
  }),
);
