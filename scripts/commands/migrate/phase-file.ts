import { Document, isMap, isNode, isScalar, type Pair, parseDocument, YAMLMap } from "yaml";
import type { MetadataPhase } from "../../../infra/plan/migration.ts";

/** As many as usual: one may be down, and one restart. */
const CONTROLLERS = "controllers: { placement: dedicated, count: 3 }\n";

/** Fixed ports of nodes that a mode has not. */
const ZOOKEEPER_PORTS = ["zkClient", "zkQuorum", "zkElection"];

/**
 * Text of a stack file → the same in another phase. Pure. What a phase has no place for goes; sections that it is not about
 * stay to the letter.
 */
export function writePhase(text: string, phase: MetadataPhase): string {
  const isMigrating = phase !== "kraft" && phase !== "zookeeper";
  let written = edit(text, "kafka", (kafka) => {
    kafka.set("mode", phase === "kraft" ? "kraft" : "zookeeper");
    if (isMigrating) kafka.set("migration", phase);
    else kafka.delete("migration");
  });
  const foreignPorts = phase === "kraft" ? ZOOKEEPER_PORTS : phase === "zookeeper" ? ["controller"] : [];
  if (foreignPorts.some((port) => parseDocument(written).hasIn(["local", "ports", port])))
    written = edit(written, "local", (local) => {
      for (const port of foreignPorts) local.deleteIn(["ports", port]);
    });
  if (phase === "kraft") return splice(written, "zookeeper", "");
  if (phase === "zookeeper") return splice(written, "controllers", "");
  if (sectionOf(written, "controllers")) return written;
  const end = sectionOf(written, "kafka")?.end ?? 0;
  return `${written.slice(0, end)}${CONTROLLERS}${written.slice(end)}`;
}

interface Section {
  readonly pair: Pair;
  /** From the key to the end of its last line. */
  readonly start: number;
  readonly end: number;
}

function sectionOf(text: string, key: string): Section | undefined {
  const { contents } = parseDocument(text);
  const pair = isMap(contents)
    ? contents.items.find((item) => isScalar(item.key) && item.key.value === key)
    : undefined;
  if (!pair || !isScalar(pair.key) || !pair.key.range || !isNode(pair.value) || !pair.value.range) return undefined;
  return { pair, start: pair.key.range[0], end: pair.value.range[2] };
}

/** Another text in a section's place; nothing where there is no such section. */
function splice(text: string, key: string, section: string): string {
  const found = sectionOf(text, key);
  return found ? text.slice(0, found.start) + section + text.slice(found.end) : text;
}

function edit(text: string, key: string, change: (section: YAMLMap) => void): string {
  const found = sectionOf(text, key);
  if (!found || !isMap(found.pair.value)) return text;
  change(found.pair.value);
  // What stands before the key is not within the section.
  if (isScalar(found.pair.key)) Object.assign(found.pair.key, { commentBefore: undefined, spaceBefore: false });
  const alone = new YAMLMap();
  alone.items.push(found.pair);
  return splice(text, key, new Document(alone).toString({ lineWidth: 0 }));
}
