import type { ClusterOutputs } from "../../../infra/outputs.ts";
import { few } from "../words.ts";
import type { Check } from "./check.ts";

/** What the engine, or Kubernetes, tells of every node, those included that cannot be reached from here. */
export const containers: Check = ({ runtime }, _plan, outputs) => {
  if (runtime === null) return { status: "skip", detail: "the nodes are no containers" };
  const place = outputs.target === "kubernetes" ? "Kubernetes" : "the engine";
  if (typeof runtime === "string") return { status: "skip", detail: `${place} cannot be asked from here: ${runtime}` };
  const unwell = runtime.filter(({ well }) => !well).map(({ id, name, detail }) => `node ${id} (${name}): ${detail}`);
  if (unwell.length === 0) return { status: "pass", detail: `${runtime.length} of ${runtime.length} are healthy` };
  return {
    status: "fail",
    detail: few(unwell, "; ", 10),
    hint: `${logsOf(outputs)} tells more; kafka-stacks up ${outputs.stack} brings back what is gone or stopped`,
  };
};

function logsOf({ target, inside }: ClusterOutputs): string {
  return target === "kubernetes" ? `kubectl -n ${inside?.network} logs (or describe pod)` : "docker logs";
}
