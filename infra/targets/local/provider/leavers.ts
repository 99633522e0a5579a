/**
 * Brokers that go while the cluster continues. Who goes is told by what is there, beside what was deployed last: a run that
 * was cut off may have noted the new shape and left a broker running, which has been given replicas since.
 */
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import type { OperationContext } from "../../../../toolchain/plugin/resource.ts";
import { poolOf } from "../../../plan/nodes.ts";
import { leavers, nodesOf } from "../../../plan/refusals.ts";
import { forgetData } from "../../decisions/data-record.ts";
import { type ClusterInputs, type Kept, readKept } from "../../decisions/kept.ts";
import { letGo } from "../../leave.ts";
import { askBroker } from "./members.ts";
import { nodePaths } from "./node-files.ts";
import { runningProcess, stop } from "./process.ts";

/** A controlled shutdown moves every leader away first. */
const GRACE_MS = 30_000;

/** What was deployed last, and with it every broker that runs or has data that the cluster counts on. */
export function asThere(before: ClusterInputs, directory: string): ClusterInputs {
  const noted = Object.keys(readKept(directory)?.nodeData ?? {}).map(Number);
  const known = nodesOf(before);
  const more = [...new Set([...noted, ...runningNodes(directory)])].filter(
    (id) => poolOf(id) === "broker" && !known.includes(id),
  );
  return { ...before, listeners: [...before.listeners, ...more.map((id) => `INTERNAL@${id}`)] };
}

/** Ids of the nodes whose process runs. @param directory of the cluster. */
export function runningNodes(directory: string): number[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory)
    .flatMap((name) => /^node-(\d+)$/.exec(name)?.[1] ?? [])
    .filter((id) => runningProcess(nodePaths(path.join(directory, `node-${id}`)).pidFile))
    .map(Number)
    .toSorted((a, b) => a - b);
}

/** Takes the brokers that go out of the cluster, asking before and after they stop. @throws when one holds a replica. */
export async function letBrokersGo(
  kept: Kept | undefined,
  now: ClusterInputs,
  context: Pick<OperationContext, "log" | "signal">,
): Promise<void> {
  if (kept) await letThemGo(kept, leavers(asThere(kept, kept.directory), now), context);
}

/** @param gone brokers. */
export async function letThemGo(
  kept: Kept,
  gone: readonly number[],
  context: Pick<OperationContext, "log" | "signal">,
): Promise<void> {
  const files = gone.map((id) => nodePaths(path.join(kept.directory, `node-${id}`)).pidFile);
  const stopAll = async () => void (await Promise.all(files.map((file) => stop(file, GRACE_MS))));
  await letGo({ leavers: gone, kraft: kept.mode === "kraft", ask: askBroker(kept), stop: stopAll, context });
  // From now on the cluster lacks nothing of theirs: they may come back with what they kept, or empty.
  forgetData(kept.directory, gone);
}
