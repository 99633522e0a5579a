import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { CheckFailure, OperationContext, ResourceHandler } from "../../../../toolchain/plugin/resource.ts";
import { type JsonObject, UNKNOWN } from "../../../../toolchain/plugin/struct.ts";
import type { LocalCluster } from "../render.ts";
import { javaFor } from "./java.ts";
import { isPortFree, pickPorts } from "./ports.ts";
import { formatCluster, randomKafkaId } from "./storage.ts";

interface ClusterInputs {
  readonly name: string;
  readonly directory: string;
  readonly mode: "kraft" | "zookeeper";
  readonly kafkaVersion: string;
  /** Node ids of the KRaft voters. */
  readonly voters: readonly number[];
  /** `LISTENER@nodeId` of every listener. */
  readonly listeners: readonly string[];
  /** Ports that the stack fixes, by `LISTENER@nodeId`. */
  readonly fixedPorts: Readonly<Record<string, number>>;
  readonly secretNames: readonly string[];
}

/**
 * What a local cluster decides once: its id, its ports and its generated secrets. They are kept in the state and beside
 * the data (`cluster.json`, readable by its owner only), so that data kept by `down` is taken up again by `up`.
 */
export const clusterResource: ResourceHandler = {
  check(inputs, olds) {
    const before = olds.mode === undefined ? undefined : (olds as unknown as ClusterInputs);
    return before ? refusals(before, inputs as unknown as ClusterInputs) : [];
  },

  async diff(_id, inputs, _state, oldInputs) {
    const names = new Set([...Object.keys(inputs), ...Object.keys(oldInputs)]);
    // The directory is chosen at creation: a cluster never moves because the state folder is named otherwise today.
    names.delete("directory");
    return { changed: [...names].filter((name) => !isDeepStrictEqual(inputs[name], oldInputs[name])).sort() };
  },

  async create(inputs, context) {
    const args = inputs as unknown as ClusterInputs;
    if (context.preview) {
      const later = { clusterId: UNKNOWN, ports: UNKNOWN, secrets: UNKNOWN };
      return { id: args.name, outputs: { ...inputs, ...later } };
    }
    const decided = await decide(args, readKept(args.directory), args.directory, context);
    return { id: args.name, outputs: { ...inputs, ...decided } };
  },

  async read(_id, state) {
    return existsSync(keptFile(String(state.directory))) ? state : undefined;
  },

  async update(_id, inputs, state, context) {
    const before = state as unknown as LocalCluster;
    const decided = await decide(inputs as unknown as ClusterInputs, before, before.directory, context);
    return { ...inputs, ...decided };
  },

  /** Data and what belongs to it stay: see data.ts for their deletion by name. */
  async delete() {},
};

/** Changes that running data would not survive; refused before anything happens. */
function refusals(before: ClusterInputs, now: ClusterInputs): CheckFailure[] {
  const failures: CheckFailure[] = [];
  const refuse = (property: string, reason: string) => failures.push({ property, reason });
  if (before.mode !== now.mode)
    refuse(
      "mode",
      `kafka.mode: a running cluster cannot change from ${before.mode} to ${now.mode}; make a stack of another name`,
    );
  else if (!isDeepStrictEqual([...before.voters].sort(), [...now.voters].sort()))
    refuse(
      "voters",
      `controllers: the voters are nodes ${before.voters.join(", ")} and cannot become ${now.voters.join(", ")}; put count and placement back, or make a stack of another name`,
    );
  if (compareVersions(now.kafkaVersion, before.kafkaVersion) < 0)
    refuse(
      "kafkaVersion",
      `kafka.version: ${before.kafkaVersion} cannot go back to ${now.kafkaVersion}: its data may be in a newer format; put the version back`,
    );
  return failures;
}

function compareVersions(a: string, b: string): number {
  return a.localeCompare(b, "en", { numeric: true });
}

type Decided = Pick<LocalCluster, "clusterId" | "ports" | "secrets" | "directory"> & JsonObject;

/** Keeps every earlier decision and adds what is missing. */
async function decide(
  args: ClusterInputs,
  kept: Partial<LocalCluster> | undefined,
  directory: string,
  context: OperationContext,
): Promise<Decided> {
  const clusterId = kept?.clusterId ?? randomKafkaId();
  const ports = await decidePorts(args, kept?.ports ?? {});
  const secrets = Object.fromEntries(
    args.secretNames.map((name) => [name, kept?.secrets?.[name] ?? randomBytes(24).toString("base64url")]),
  );
  const decided = { clusterId, ports, secrets, directory };
  if (context.preview) return decided;
  keep(decided);
  if (args.mode === "kraft") {
    await formatCluster(directory, clusterId, await javaFor(args.kafkaVersion, context.log));
  }
  return decided;
}

async function decidePorts(
  args: ClusterInputs,
  before: Readonly<Record<string, number>>,
): Promise<Record<string, number>> {
  const ports: Record<string, number> = {};
  for (const key of args.listeners) {
    const port = args.fixedPorts[key] ?? before[key];
    if (port === undefined) continue;
    if (before[key] !== port && !(await isPortFree(port)))
      throw new Error(
        `local.ports: another process listens on 127.0.0.1:${port}, wanted for ${key}; end it or choose another port`,
      );
    ports[key] = port;
  }
  const missing = args.listeners.filter((key) => ports[key] === undefined);
  const picked = await pickPorts(missing, args.directory, new Set([...Object.values(ports), ...Object.values(before)]));
  return { ...ports, ...picked };
}

const keptFile = (directory: string): string => path.join(directory, "cluster.json");

function readKept(directory: string): LocalCluster | undefined {
  const file = keptFile(directory);
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as LocalCluster) : undefined;
}

function keep(decided: Decided): void {
  mkdirSync(decided.directory, { recursive: true, mode: 0o700 });
  const file = keptFile(decided.directory);
  writeFileSync(`${file}.new`, JSON.stringify(decided, null, 2), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
