import type { OpMap, Stack } from "@pulumi/pulumi/automation/index.js";
import { UserError } from "../../infra/errors.ts";
import { type ClusterOutputs, clusterOutputs } from "../../infra/outputs.ts";
import { ExitError, say } from "../ui/output.ts";
import { Interrupt } from "./interrupt.ts";

/** More than any cluster has nodes: the order of a roll and of a stop is decided by us, not by the engine's queue. */
const PARALLEL = 512;

export interface Deployed {
  readonly outputs: ClusterOutputs;
  /** Resources created, updated, replaced or deleted. */
  readonly changes: number;
}

export function countChanges(summary: OpMap | undefined): number {
  return Object.entries(summary ?? {}).reduce((sum, [kind, count]) => (kind === "same" ? sum : sum + (count ?? 0)), 0);
}

/** What `up` would change. The engine's own text goes to stderr. */
export async function previewStack(stack: Stack): Promise<number> {
  const { changeSummary } = await guarded("preview", (signal) =>
    stack.preview({ onOutput: write, parallel: PARALLEL, signal }),
  );
  return countChanges(changeSummary);
}

export async function deploy(stack: Stack): Promise<Deployed> {
  const result = await guarded("up", (signal) =>
    stack.up({ onOutput: write, parallel: PARALLEL, signal, suppressOutputs: true, suppressProgress: true }),
  );
  return {
    outputs: clusterOutputs.parse(result.outputs.cluster?.value),
    changes: countChanges(result.summary.resourceChanges as OpMap | undefined),
  };
}

export async function destroy(stack: Stack): Promise<void> {
  await guarded("down", (signal) =>
    stack.destroy({ onOutput: write, parallel: PARALLEL, signal, suppressOutputs: true, suppressProgress: true }),
  );
}

/** Runs an engine operation; an interrupt ends it in order with exit code 130, a failure keeps the engine's reasons. */
async function guarded<T>(what: string, operate: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const interrupt = new Interrupt();
  try {
    return await operate(interrupt.signal);
  } catch (error) {
    if (interrupt.received) throw new ExitError(130);
    const { message } = error as Error;
    if (/currently locked by/.test(message))
      throw new UserError(
        `${what}: the stack is locked by another update`,
        "wait for it; if it was killed: npx pulumi cancel -s <stack>, then run this again",
      );
    throw new UserError(
      `${what} failed: ${reasons(message)}`,
      "mend what is named above, then run the same command: it goes on",
    );
  } finally {
    interrupt.end();
  }
}

/** The lines of the engine's output that say why; all of it was already shown. */
function reasons(message: string): string {
  const lines = message.split("\n").map((line) => line.trim());
  const errors = lines.filter((line) => /^error: /.test(line) && !/update failed|preview failed/.test(line));
  return [...new Set(errors)].join("\n  ").replaceAll("error: ", "") || (lines.find((line) => line) ?? "see above");
}

function write(text: string): void {
  const shown = text.trimEnd();
  if (shown) say(shown);
}
