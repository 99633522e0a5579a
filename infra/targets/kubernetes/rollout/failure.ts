import { UserError } from "../../../errors.ts";
import type { KubeApi } from "../api.ts";
import type { RolloutArgs } from "./args.ts";
import type { Fault, SeenNode } from "./decide.ts";
import { logTail } from "./log.ts";

/** What was wanted cannot be had; whatever was not named was not touched. */
export class RolloutFailure extends UserError {
  override readonly name = "RolloutFailure";
}

const LOG_LINES = 12;

/** Why a node does not come up, with the end of its log where its process ended. */
export async function notComingUp(
  api: KubeApi,
  { namespace }: Pick<RolloutArgs, "namespace">,
  node: SeenNode,
  { reason, next, ofProcess }: Fault,
): Promise<RolloutFailure> {
  const log = ofProcess ? await lastWords(api, namespace, node) : "";
  const lines = log && `\n${log.replace(/^/gm, "  ")}\n`;
  return new RolloutFailure(
    `node ${node.id} (${node.roles.join(", ")}): pod ${node.pod} ${reason}${lines ? `:${lines}` : "; "}the other nodes were left as they are`,
    `${next}; then run up again, which begins with this pod`,
  );
}

/** Of a container that has just been started again its last run tells. */
async function lastWords(api: KubeApi, namespace: string, { pod, is }: SeenNode): Promise<string> {
  const read = (previous: boolean) => logTail(api, { namespace, pod, lines: LOG_LINES, previous });
  const runs = is === "up";
  return (await read(runs)) || read(!runs);
}

/** Nothing has changed for too long. */
export function stuck(
  reason: string,
  nodes: readonly SeenNode[],
  { namespace }: Pick<RolloutArgs, "namespace">,
  limitMs: number,
): RolloutFailure {
  const away = nodes.filter(({ is }) => is !== "ready");
  const others = away.map(({ pod, words }) => `${pod} ${words}`).filter((words) => words !== reason);
  const look = away[0] ? `kubectl -n ${namespace} describe pod ${away[0].pod}, and its log` : "kafka-stacks health";
  return new RolloutFailure(
    `there was no progress for ${words(limitMs)}: ${[reason, ...others].join("; ")}`,
    `see what it waits for: ${look}; then run up again, which goes on here`,
  );
}

const words = (ms: number): string => (ms < 120_000 ? `${Math.round(ms / 1_000)} s` : `${Math.round(ms / 60_000)} min`);
