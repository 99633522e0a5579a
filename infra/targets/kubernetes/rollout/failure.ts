import { UserError } from "../../../errors.ts";
import type { KubeApi } from "../api.ts";
import type { RolloutArgs } from "./args.ts";
import type { Fault, SeenNode } from "./decide.ts";
import { logTail } from "./log.ts";

/** What was wanted cannot be had; whatever was not named was not touched. */
export class RolloutFailure extends UserError {
  override readonly name = "RolloutFailure";
}

/** Kafka goes on to write after what made it end. */
const READ_LINES = 400;
const SHOWN_LINES = 12;
const FAULT = /\b(ERROR|FATAL)\b|^(Caused by: )?[\w.$]+(Exception|Error)\b/;

/** Why a node does not come up, with what its log says of it where its process ended. */
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
  const read = (previous: boolean) => logTail(api, { namespace, pod, lines: READ_LINES, previous });
  const runs = is === "up";
  return faultsOf((await read(runs)) || (await read(!runs)));
}

/** The first errors of a log, since those after them are about the end; without any, its last lines. Pure. */
export function faultsOf(log: string): string {
  const lines = log.split("\n");
  const faults = [...new Set(lines.filter((line) => FAULT.test(line)))];
  return (faults.length > 0 ? faults.slice(0, SHOWN_LINES) : lines.slice(-SHOWN_LINES)).join("\n");
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
