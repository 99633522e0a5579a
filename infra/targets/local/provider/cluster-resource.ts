import { randomBytes } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { OperationContext, ResourceHandler } from "../../../../toolchain/plugin/resource.ts";
import { type JsonObject, UNKNOWN } from "../../../../toolchain/plugin/struct.ts";
import type { LocalCluster } from "../render.ts";
import { javaFor } from "./java.ts";
import { type ClusterInputs, keep, readKept } from "./kept.ts";
import { isPortFree, pickPorts } from "./ports.ts";
import { refusals } from "./refusals.ts";
import { formatCluster, randomKafkaId } from "./storage.ts";

/**
 * What a local cluster decides once: its id, its ports and its generated secrets. They are kept in the state and beside
 * the data (`cluster.json`, readable by its owner only), so that data kept by `down` is taken up again by `up`.
 */
export const clusterResource: ResourceHandler = {
  check(inputs, olds) {
    const now = inputs as unknown as ClusterInputs;
    // Data that `down` kept binds a new deployment as a running cluster does.
    const before = olds.mode === undefined ? readKept(now.directory) : (olds as unknown as ClusterInputs);
    return before ? refusals(before, now) : [];
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
    return readKept(String(state.directory)) ? state : undefined;
  },

  async update(_id, inputs, state, context) {
    const before = state as unknown as LocalCluster;
    const decided = await decide(inputs as unknown as ClusterInputs, before, before.directory, context);
    return { ...inputs, ...decided };
  },

  /** Data and what belongs to it stay: see data.ts for their deletion by name. */
  async delete() {},
};

/** Keeps every earlier decision and adds what is missing. */
async function decide(
  args: ClusterInputs,
  kept: Partial<LocalCluster> | undefined,
  directory: string,
  context: OperationContext,
): Promise<LocalCluster & JsonObject> {
  const clusterId = kept?.clusterId ?? randomKafkaId();
  const ports = await decidePorts(args, kept?.ports ?? {});
  const secrets = Object.fromEntries(
    args.secretNames.map((name) => [name, kept?.secrets?.[name] ?? randomBytes(24).toString("base64url")]),
  );
  const decided = { clusterId, ports, secrets, directory };
  if (context.preview) return decided;
  keep({ ...args, ...decided });
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
