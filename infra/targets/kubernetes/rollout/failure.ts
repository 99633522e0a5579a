import { UserError } from "../../../errors.ts";
import type { KubeApi } from "../api.ts";
import { logTail } from "./act.ts";
import type { RolloutArgs } from "./args.ts";
import type { Fault, SeenNode } from "./decide.ts";

/** The roll ends here; whatever is left was not touched. */
export class RolloutFailure extends UserError {
  override readonly name = "RolloutFailure";
}

/** Why a node does not come up, with the end of its log where its process ended. */
export async function withLog(
  api: KubeApi,
  { namespace }: RolloutArgs,
  node: SeenNode,
  { reason, next, ofProcess }: Fault,
): Promise<RolloutFailure> {
  const log = ofProcess ? await logTail(api, { namespace, name: node.pod }) : "";
  const lines = log ? `:\n${log.replace(/^/gm, "  ")}\n` : "";
  return new RolloutFailure(
    `node ${node.id} (${node.roles.join(", ")}), pod ${node.pod}: ${reason}${lines || "; "}the other nodes were left as they are`,
    `${next}; then run up again, which begins with this pod`,
  );
}

/** Nothing has changed for too long. */
export function stuck(reason: string, nodes: readonly SeenNode[], args: RolloutArgs): RolloutFailure {
  const minutes = Math.round((args.patienceSeconds ?? 600) / 60);
  const away = nodes.filter(({ is }) => is !== "ready").map(({ pod, words }) => `${pod} ${words}`);
  const others = away.filter((words) => words !== reason);
  const more = others.length > 0 ? ` (${others.join("; ")})` : "";
  const pod = nodes.find(({ is }) => is !== "ready")?.pod;
  return new RolloutFailure(
    `nothing has changed for ${minutes} min: ${reason}${more}`,
    `${pod ? `look at it: kubectl -n ${args.namespace} describe pod ${pod}, and its log` : "run health"}; then run up again, which goes on here`,
  );
}
