/**
 * Changes of a broker that runs, where Kafka can make them without a restart. They are overrides of this one broker, which
 * would win over its file for ever: which keys there are is noted beside the file first, and after the next start, which
 * reads the file, they are deleted.
 */
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { isDeepStrictEqual } from "node:util";
import { poll } from "../../../../base/time.ts";
import { reason } from "../../../../scripts/kafka/cluster.ts";
import { describeConfigs, incrementalAlterConfigs, withNode } from "../../../../scripts/kafka/gaps.ts";
import { parseProperties } from "../../../plan/java-properties.ts";
import { liveValues } from "../../../plan/live.ts";
import { valuesOf } from "../../../plan/values.ts";
import type { LocalNodeArgs } from "../render.ts";
import { driftedFiles, nodePaths } from "./node-files.ts";
import { runningProcess } from "./process.ts";
import { asNode } from "./serving.ts";

const TIMEOUT_MS = 5_000;
/** A broker hears of its own change through the metadata log. */
const HEARD_MS = 5_000;
const PROPERTIES = "server.properties";

type Values = Readonly<Record<string, string>>;

/** What to set so that `now` is reached without a restart; undefined when that cannot be. */
function liveChange(was: LocalNodeArgs, now: LocalNodeArgs): Values | undefined {
  const [before, after] = [was, now].map(({ files = {} }) => files[PROPERTIES]);
  const rest = ({ files = {}, replaced: _, ...others }: LocalNodeArgs) => ({
    ...others,
    files: { ...files, [PROPERTIES]: "" },
  });
  if (before === undefined || after === undefined || !now.roles.includes("broker")) return undefined;
  if (!isDeepStrictEqual(rest(was), rest(now))) return undefined;
  const runsAsNoted = runningProcess(nodePaths(now.directory).pidFile) !== undefined && driftedFiles(was).length === 0;
  return runsAsNoted ? liveValues(now.kafkaVersion, parseProperties(before), parseProperties(after)) : undefined;
}

/**
 * Makes a change live where that can be.
 *
 * @param tell hears why the broker did not take it, which may be what keeps it from starting again.
 * @returns false when the node must restart: Kafka refuses the values, too.
 */
export async function makeLive(
  was: LocalNodeArgs,
  now: LocalNodeArgs,
  tell: (why: string) => void = () => {},
): Promise<boolean> {
  const values = liveChange(was, now);
  if (!values) return false;
  note(now, [...noted(now), ...Object.keys(values)]);
  try {
    await alter(now, values);
    const inForce = async () => (await areInForce(now, values)) || undefined;
    if (await poll(inForce, { withinMs: HEARD_MS, everyMs: 100 })) return true;
    tell(`node ${now.nodeId} has to restart: it did not take ${keysOf(values)} in ${HEARD_MS / 1000} s`);
  } catch (error) {
    // The restart tells whether the values are wrong altogether or only too much at once.
    tell(`node ${now.nodeId} has to restart: while it runs Kafka does not change ${keysOf(values)}: ${reason(error)}`);
  }
  return false;
}

const keysOf = (values: Values): string => Object.keys(values).join(", ");

/** Whether {@link makeLive} did it. */
export async function hasLive(was: LocalNodeArgs, now: LocalNodeArgs): Promise<boolean> {
  const values = liveChange(was, now);
  return values !== undefined && (await areInForce(now, values).catch(() => false));
}

/** After a start with the file that has them all. */
export async function forgetLive(node: LocalNodeArgs): Promise<void> {
  const keys = noted(node);
  if (keys.length === 0) return;
  await alter(node, Object.fromEntries(keys.map((key) => [key, null])));
  rmSync(noteFile(node));
}

async function alter(node: LocalNodeArgs, values: Readonly<Record<string, string | null>>): Promise<void> {
  const change = { type: "broker" as const, name: String(node.nodeId), values };
  await asNode(node, ({ broker }) => withNode(broker, TIMEOUT_MS, (to) => incrementalAlterConfigs(to, [change])));
}

async function areInForce(node: LocalNodeArgs, values: Values): Promise<boolean> {
  const name = String(node.nodeId);
  const keys = Object.keys(values);
  const configs = await asNode(node, ({ broker }) =>
    withNode(broker, TIMEOUT_MS, (to) => describeConfigs(to, [{ type: "broker", name }], keys)),
  );
  const found = configs.get(name) ?? [];
  const same = valuesOf(node.kafkaVersion, "broker");
  const isSet = (key: string) =>
    found.some(({ name, value }) => name === key && value !== null && same(key, value, values[key]!));
  return keys.every(isSet);
}

const noteFile = ({ directory }: LocalNodeArgs): string => path.join(nodePaths(directory).config, "live.json");

function noted(node: LocalNodeArgs): string[] {
  const file = noteFile(node);
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as string[]) : [];
}

function note(node: LocalNodeArgs, keys: readonly string[]): void {
  writeFileSync(noteFile(node), JSON.stringify([...new Set(keys)].toSorted()), { mode: 0o600 });
}
