import { hostname } from "node:os";
import type { EngineEvent, OpMap, Stack } from "@pulumi/pulumi/automation/index.js";
import { UserError } from "../../infra/errors.ts";
import { type AccessOutputs, accessOutputs, type ClusterOutputs, clusterOutputs } from "../../infra/outputs.ts";
import { stateHome } from "../../infra/paths.ts";
import { wrongPassphrase } from "../../toolchain/backend/passphrase.ts";
import { processStart } from "../../toolchain/process.ts";
import { withStackLock } from "../../toolchain/stack-lock.ts";
import { ExitError, say } from "../ui/output.ts";
import { Display } from "./display.ts";
import { isWrongPassphrase, lockHolders, nextAfter, reasons } from "./failure.ts";
import { containerUrns, hasHooks, removeOrphans } from "./state.ts";
import type { OpenedStack } from "./workspace.ts";

/** More than any cluster has nodes: the order of a roll and of a stop is decided by us, not by the engine's queue. */
const PARALLEL = 512;

const COMMON = { parallel: PARALLEL, suppressProgress: true } as const;

export interface Deployed {
  readonly outputs: ClusterOutputs;
  readonly access: AccessOutputs;
  /** Resources created, updated, replaced or deleted. */
  readonly changes: number;
}

export function countChanges(summary: OpMap | undefined): number {
  return Object.entries(summary ?? {}).reduce((sum, [kind, count]) => (kind === "same" ? sum : sum + (count ?? 0)), 0);
}

/** What `up` would change. The engine's own text goes to stderr. */
export async function previewStack(opened: OpenedStack): Promise<number> {
  const { changeSummary } = await guarded("preview", opened, ({ stack, signal, onOutput }) =>
    stack.preview({ onOutput, parallel: PARALLEL, refresh: opened.outside, signal }),
  );
  return countChanges(changeSummary);
}

/** @param replaces a node to replace where it is a resource of a kind that cannot change in place. */
export async function deploy(
  opened: OpenedStack,
  { replaces }: { readonly replaces?: number } = {},
): Promise<Deployed> {
  let changes = 0;
  const onEvent = ({ summaryEvent }: EngineEvent) => {
    if (summaryEvent) changes = countChanges(summaryEvent.resourceChanges);
  };
  await guarded("up", opened, async ({ stack, signal, onOutput }) =>
    stack.up({
      ...{ ...COMMON, onOutput, refresh: opened.outside, onEvent, signal, suppressOutputs: true },
      ...(replaces === undefined ? {} : { replace: await containerUrns(stack, opened.plan, replaces) }),
    }),
  );
  const { cluster, access } = opened.outputs();
  return { outputs: clusterOutputs.parse(cluster), access: accessOutputs.parse(access), changes };
}

export async function destroy(opened: OpenedStack): Promise<void> {
  await guarded("down", opened, async ({ stack, signal, onOutput }) => {
    const runProgram = opened.outside && (await hasHooks(stack));
    await stack.destroy({ ...COMMON, onOutput, runProgram, signal, suppressOutputs: true });
  });
}

interface Engine {
  readonly stack: Stack;
  readonly signal: AbortSignal;
  readonly onOutput: (text: string) => void;
}

type Operation<T> = (engine: Engine) => Promise<T>;

/** Runs an engine operation; an interrupt ends it in order with exit code 130, a failure keeps the engine's reasons. */
async function guarded<T>(what: string, opened: OpenedStack, operate: Operation<T>): Promise<T> {
  const { stack, interrupt } = opened;
  const display = new Display(say);
  const engine = { stack, signal: interrupt.engine, onOutput: display.write };
  try {
    const done = await interrupt
      .during(() => unlocked(what, opened, () => operate(engine)))
      .finally(() => display.end());
    // It may have come when the engine was at the end; what would follow is not wanted any more.
    if (interrupt.received) throw new ExitError(130);
    return done;
  } catch (error) {
    if (interrupt.received) throw new ExitError(130);
    if (error instanceof UserError) throw error;
    const { message } = error as Error;
    if (isWrongPassphrase(message)) throw wrongPassphrase(process.env, opened.stack.name);
    const why = reasons(message);
    throw new UserError(
      `${what} failed: ${why.length > 0 ? why.join("\n  ") : message.trim().split("\n")[0]}`,
      nextAfter(message, stateHome()),
    );
  }
}

/** A lock whose holder on this machine is dead protects nothing: it is removed, once, and said. */
async function unlocked<T>(what: string, { stack, plan }: OpenedStack, operate: () => Promise<T>): Promise<T> {
  try {
    return await operate();
  } catch (error) {
    // By name: its class would load Pulumi's SDK into every command.
    const { name, message } = error as Error;
    if (name !== "ConcurrentUpdateError") throw error;
    // Some of what comes here only looks; this deletes.
    return withStackLock(plan.name, { command: what, say }, async () => {
      const holders = lockHolders(message);
      const living = holders.filter(({ host, pid }) => host !== hostname() || processStart(pid) !== undefined);
      if (holders.length === 0 || living.length > 0)
        throw new UserError(
          `${what}: the stack is locked by another update${living.map(({ host, pid }) => ` (process ${pid} on ${host})`).join()}`,
          "wait for it; if it is long dead: npx pulumi cancel -s <stack>, then run this again",
        );
      say(`an earlier run (process ${holders.map(({ pid }) => pid).join(", ")}) was killed; removing its lock`);
      await stack.cancel();
      await removeOrphans(stack, plan);
      return operate();
    });
  }
}
