import { few } from "../words.ts";
import type { Check } from "./check.ts";

/** What the engine tells of every node, those included that cannot be reached from here. */
export const containers: Check = ({ runtime }, _plan, outputs) => {
  if (runtime === null) return { status: "skip", detail: "the nodes are no containers" };
  if (typeof runtime === "string")
    return { status: "skip", detail: `the engine cannot be asked from here: ${runtime}` };
  const unwell = runtime.filter(({ well }) => !well).map(({ id, name, detail }) => `node ${id} (${name}): ${detail}`);
  if (unwell.length === 0) return { status: "pass", detail: `${runtime.length} of ${runtime.length} are healthy` };
  return {
    status: "fail",
    detail: few(unwell, "; ", 10),
    hint: `docker logs tells more; kafka-stacks up ${outputs.stack} brings back what is gone or stopped`,
  };
};
