import { isDeepStrictEqual } from "node:util";
import type { OperationContext, ResourceHandler } from "../../../../toolchain/plugin/resource.ts";
import { type JsonObject, UNKNOWN } from "../../../../toolchain/plugin/struct.ts";
import { ADMIN_NAME, adminSecret } from "../../../plan/identities.ts";
import { dependsOnLive } from "../../../plan/migration.ts";
import { leavers, refusals } from "../../../plan/refusals.ts";
import { asksVoters } from "../../../plan/voters.ts";
import { decide } from "../../decisions/decide.ts";
import { type ClusterInputs, type Decisions, keep, readKept } from "../../decisions/kept.ts";
import { portHolder } from "../../decisions/port-holder.ts";
import { isPortFree, type PortSpace } from "../../decisions/ports.ts";
import { holdings } from "../../members.ts";
import { NOTHING_TO_MIGRATE } from "../../migration/cluster-id.ts";
import type { LocalCluster } from "../render.ts";
import { recordFor, refusedData } from "./data.ts";
import { javaFor } from "./java.ts";
import { asThere, letBrokersGo } from "./leavers.ts";
import { chosenClusterId, liveMigration } from "./live-migration.ts";
import { liveVoters, makeQuorumDynamic } from "./live-quorum.ts";
import { askBroker } from "./members.ts";
import { formatCluster, type InitialVoters } from "./storage.ts";

/**
 * What a local cluster decides once: its id, its ports and its generated secrets. They are kept in the state and beside
 * the data (`cluster.json`, readable by its owner only), so that data kept by `down` is taken up again by `up`.
 */
export const clusterResource: ResourceHandler = {
  async check(inputs, olds) {
    const now = inputs as unknown as ClusterInputs;
    // Data that `down` kept binds a new deployment as a running cluster does.
    const directory = olds.mode === undefined ? now.directory : String(olds.directory);
    const kept = readKept(directory);
    const deployed = olds.mode === undefined ? kept : (olds as unknown as ClusterInputs);
    const lost = refusedData(directory, deployed, now);
    if (!deployed) return now.migration ? [NOTHING_TO_MIGRATE] : lost;
    const before = asThere(deployed, directory);
    const silent = "there is no cluster";
    const held = kept && leavers(before, now).length > 0 ? await holdings(askBroker(kept)) : silent;
    const live = kept && dependsOnLive(before, now) ? await liveMigration(kept) : silent;
    const voters = asksVoters(before, now) ? (kept ? await liveVoters(kept) : silent) : before.voters;
    return [...refusals(before, now, held, live, voters), ...lost];
  },

  async diff(_id, inputs, state, oldInputs) {
    const names = new Set([...Object.keys(inputs), ...Object.keys(oldInputs)]);
    // The directory is chosen at creation: a cluster never moves because the state folder is named otherwise today.
    for (const name of ["directory", "finalized", "replaces"]) names.delete(name);
    const changed = new Set([...names].filter((name) => !isDeepStrictEqual(inputs[name], oldInputs[name])));
    const [directory, now] = [String(state.directory ?? oldInputs.directory), inputs as unknown as ClusterInputs];
    // What was decided stands in the state, too: a file that is gone, or lacks a record, is written again.
    if (!readKept(directory)?.nodeData) changed.add("directory");
    if (leavers(asThere(now, directory), now).length > 0) changed.add("listeners");
    return { changed: [...changed].sort() };
  },

  async create(inputs, context) {
    const args = inputs as unknown as ClusterInputs;
    if (context.preview) {
      const later = { clusterId: UNKNOWN, ports: UNKNOWN, secrets: UNKNOWN };
      return { id: args.name, outputs: { ...inputs, ...later } };
    }
    const kept = readKept(args.directory);
    await letBrokersGo(kept, args, context);
    const decided = await settle(args, { named: kept, decided: kept }, args.directory, context);
    return { id: args.name, outputs: { ...inputs, ...decided } };
  },

  async read(_id, state) {
    return readKept(String(state.directory)) ? state : undefined;
  },

  async update(_id, inputs, state, context) {
    const before = state as unknown as LocalCluster;
    const args = inputs as unknown as ClusterInputs;
    if (!context.preview) await letBrokersGo(readKept(before.directory), args, context);
    const named = context.oldInputs as unknown as ClusterInputs;
    const decided = await settle(args, { named, decided: before }, before.directory, context);
    return { ...inputs, ...decided };
  },

  /** Data and what belongs to it stay: see data.ts for their deletion by name. */
  async delete() {},
};

interface Before {
  /** What was deployed last. */
  readonly named: ClusterInputs | undefined;
  readonly decided: Partial<Decisions> | undefined;
}

/** Decides, and makes what all nodes start from. */
async function settle(
  args: ClusterInputs,
  before: Before,
  directory: string,
  context: OperationContext,
): Promise<LocalCluster & JsonObject> {
  const made = await decide(args, before.decided, thisMachine);
  const clusterId = args.migration ? chosenClusterId(directory) : made.clusterId;
  const decided = { ...made, clusterId, directory };
  if (context.preview) return decided;
  const kept = readKept(directory);
  // First of all: a node whose configuration names no voters needs a log that does.
  if (args.quorum && kept && !kept.quorum) await makeQuorumDynamic(kept);
  keep({ ...args, ...decided, nodeData: recordFor(directory, before.named) });
  if (args.mode === "kraft" || args.migration) {
    // In a migration the users come from ZooKeeper, the super user among them.
    const password = args.migration ? undefined : decided.secrets[adminSecret(args.rotation)];
    const admin = password === undefined ? undefined : `${ADMIN_NAME}=${password}`;
    const java = await javaFor(args.kafkaVersion, context.log, context.signal);
    const initial = args.quorum ? initialVoters(args, decided) : undefined;
    await formatCluster(directory, { clusterId: decided.clusterId, admin, initial }, java);
  }
  return decided;
}

/** With whom a new cluster begins. */
function initialVoters({ voters, listeners }: ClusterInputs, { ports }: Decisions): InitialVoters {
  const names = ["CONTROLLER", "CONTROLLER_TLS"] as const;
  const listener = names.find((name) => listeners.some((key) => key.startsWith(`${name}@`))) ?? names[0];
  const address = (id: number) => `127.0.0.1:${ports[`${listener}@${id}`]}`;
  return { listener, voters: voters.map((id) => ({ id, address: address(id) })) };
}

const thisMachine: PortSpace = {
  isFree: isPortFree,
  async require(port, listener) {
    if (await isPortFree(port)) return;
    const holder = (await portHolder(port)) ?? "another process";
    throw new Error(
      `local.ports: ${holder} listens on 127.0.0.1:${port}, wanted for ${listener}; end it or choose another port`,
    );
  },
};
