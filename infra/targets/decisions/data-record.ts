/**
 * The record of {@link NodeData} in `cluster.json`. Read, changed and written in one go: nothing of the same process comes
 * between, and other processes are kept out by the stack's lock.
 */
import { keep, readKept } from "./kept.ts";
import { type FoundNode, noteFound, recordOf } from "./node-data.ts";

/**
 * Notes that nodes have data, before they start and could acknowledge a record. Without effect where it is noted, and
 * without `cluster.json`, which is written first.
 *
 * @param all every node of the cluster that can be looked at: a record that begins now names all that have had data.
 */
export function recordData(directory: string, nodes: readonly FoundNode[], all: readonly FoundNode[] = nodes): void {
  const kept = readKept(directory);
  if (!kept) return;
  const nodeData = noteFound(recordOf(kept.nodeData, kept, all), nodes);
  if (JSON.stringify(nodeData) !== JSON.stringify(kept.nodeData)) keep({ ...kept, directory, nodeData });
}

/**
 * Forgets that nodes had data, so that they may begin empty: immediately before their data are deleted on purpose, and once
 * they have left the cluster, which needs nothing from them.
 */
export function forgetData(directory: string, ids: readonly number[]): void {
  const kept = readKept(directory);
  if (!kept?.nodeData) return;
  const rest = Object.entries(kept.nodeData).filter(([id]) => !ids.includes(Number(id)));
  if (rest.length < Object.keys(kept.nodeData).length) keep({ ...kept, directory, nodeData: Object.fromEntries(rest) });
}
