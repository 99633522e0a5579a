import { isMap, isScalar, type Pair, parseDocument, type YAMLMap } from "yaml";
import type { MetadataPhase } from "../../../infra/plan/migration.ts";

/** As many as usual: one may be down, and one restart. */
const CONTROLLERS = { placement: "dedicated", count: 3 };

/** Fixed ports of nodes that a mode has not. */
const ZOOKEEPER_PORTS = ["zkClient", "zkQuorum", "zkElection"];

/** Text of a stack file → the same in another phase, with its comments. Pure. What a phase has no place for goes. */
export function writePhase(text: string, phase: MetadataPhase): string {
  const document = parseDocument(text);
  const mode = phase === "kraft" ? "kraft" : "zookeeper";
  document.setIn(["kafka", "mode"], mode);
  if (phase === "kraft" || phase === "zookeeper") document.deleteIn(["kafka", "migration"]);
  else document.setIn(["kafka", "migration"], phase);
  const remove = (...path: string[]) => document.hasIn(path) && document.deleteIn(path);
  if (phase === "kraft") {
    remove("zookeeper");
    for (const key of ZOOKEEPER_PORTS) remove("local", "ports", key);
  } else if (phase === "zookeeper") {
    remove("controllers");
    remove("local", "ports", "controller");
  } else if (!document.has("controllers") && isMap(document.contents)) {
    const made = document.createPair("controllers", document.createNode(CONTROLLERS, { flow: true }));
    insertAfter(document.contents, "kafka", made);
  }
  return document.toString({ lineWidth: 0 });
}

function insertAfter({ items }: YAMLMap, key: string, pair: Pair): void {
  const place = items.findIndex((item) => isScalar(item.key) && item.key.value === key);
  items.splice(place + 1, 0, pair as (typeof items)[number]);
}
