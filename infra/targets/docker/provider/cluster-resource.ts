import { isDeepStrictEqual } from "node:util";
import type Docker from "dockerode";
import { dockerAt } from "../../../../toolchain/docker.ts";
import type { CheckFailure, OperationContext, ResourceHandler } from "../../../../toolchain/plugin/resource.ts";
import { type JsonObject, UNKNOWN } from "../../../../toolchain/plugin/struct.ts";
import { dependsOnLive } from "../../../plan/migration.ts";
import { refusals } from "../../../plan/refusals.ts";
import { forgetData } from "../../decisions/data-record.ts";
import { decide } from "../../decisions/decide.ts";
import { type Decisions, type Kept, keep, readKept } from "../../decisions/kept.ts";
import { leftAfter } from "../../decisions/left.ts";
import { dataRefusals, judgeData } from "../../decisions/node-data.ts";
import { NOTHING_TO_MIGRATE } from "../../migration/cluster-id.ts";
import { foundVolumes, hadData } from "../had-data.ts";
import { liveMigration } from "../migration/live.ts";
import type { ClusterArgs } from "../resources.ts";
import { byHand, isOurs } from "../still-there.ts";
import { type ClusterId, identify } from "./cluster-id.ts";
import { decideImage, isGone } from "./image.ts";
import { heldByLeavers, letBrokersGo } from "./leavers.ts";
import { containersOf, dataVolumes, type Traces, tracesOf } from "./on-engine.ts";
import { publishedPorts } from "./port-space.ts";
import { dockerRefusals } from "./refusals.ts";

/** What is decided for a cluster of containers beyond what every target decides. */
interface Settled extends Decisions, ClusterId {
  readonly image: string;
  /** See Kept. */
  readonly left?: readonly number[];
}

/**
 * What a cluster of containers decides once: its id, its published ports, its generated secrets and its image. They are
 * kept in the state and, with the secrets readable by their owner only, in `cluster.json`; id and shape also stand on
 * the volumes, so that data which `down` kept is taken up again from wherever the next `up` runs.
 */
export const clusterResource: ResourceHandler = {
  async check(inputs, olds) {
    const now = inputs as unknown as ClusterArgs;
    const kept = readKept<Kept & ClusterArgs>(olds.mode === undefined ? now.directory : String(olds.directory));
    const before = olds.mode === undefined ? kept : (olds as unknown as ClusterArgs);
    if (!before) return now.migration ? [NOTHING_TO_MIGRATE] : [];
    const live =
      kept && dependsOnLive(before, now)
        ? await liveMigration(dockerAt(now.host), kept, now.advertisedHost)
        : "there is no cluster";
    const refused = dockerRefusals(before, now, await heldByLeavers(before, now, kept), live);
    return refused.length > 0 || !kept ? refused : lostVolumes(dockerAt(now.host), now, kept);
  },

  async diff(_id, inputs, state, oldInputs) {
    const names = new Set([...Object.keys(inputs), ...Object.keys(oldInputs)]);
    // Where it is kept is chosen at creation; how the engine is reached is nothing of the cluster's.
    for (const name of ["directory", "host", "advertisedHost", "finalized"]) names.delete(name);
    const changed = [...names].filter((name) => !isDeepStrictEqual(inputs[name], oldInputs[name])).sort();
    if (changed.length === 0 && (await isGone(dockerAt(String(inputs.host)), String(state.image))))
      changed.push("image");
    return { changed };
  },

  async create(inputs, context) {
    const args = inputs as unknown as ClusterArgs;
    const docker = dockerAt(args.host);
    const traces = await tracesOf(docker, args.name, readKept(args.directory)?.left);
    await requireUnclaimed(docker, args, traces);
    if (context.preview) {
      const later = { clusterId: UNKNOWN, ports: UNKNOWN, secrets: UNKNOWN, image: UNKNOWN };
      return { id: args.name, outputs: { ...inputs, ...later } };
    }
    const settled = await settle(docker, args, before(args, traces), context);
    return { id: args.name, outputs: asJson({ ...inputs, ...settled }) };
  },

  async read(_id, state) {
    return state;
  },

  async update(_id, inputs, state, context) {
    const args = inputs as unknown as ClusterArgs;
    const { image, ...decided } = decidedIn(state);
    const docker = dockerAt(args.host);
    if (context.preview) {
      const { ports, secrets } = decided;
      return asJson({ ...inputs, ports, secrets, image, ...(await identify(docker, args, decided)) });
    }
    const gone = await letBrokersGo(docker, context.oldInputs as unknown as ClusterArgs, args, context);
    forgetData(args.directory, gone);
    const known = { ...decided, left: [...(decided.left ?? []), ...gone] };
    const earlier = (await stillRight(docker, args, state)) ? { ...known, image } : known;
    return asJson({ ...inputs, ...(await settle(docker, args, earlier, context)) });
  },

  /** Data and what belongs to it stay: see ../data.ts for their deletion by name. */
  async delete() {},
};

/**
 * Too many volumes that held data are gone for the rest to continue from. Of fewer the entry point refuses its own node, so
 * that the others run and `replace-node` can ask them.
 */
async function lostVolumes(docker: Docker, now: ClusterArgs, kept: Kept): Promise<readonly CheckFailure[]> {
  const nodes = foundVolumes(now, await dataVolumes(docker, now.name));
  const judged = judgeData({ stack: now.name, record: hadData(kept, nodes), voters: now.voters, nodes });
  return judged.flat ? dataRefusals(judged) : [];
}

/** Interfaces have no index signature; what is in them is JSON all the same. */
const asJson = (value: object): JsonObject => value as JsonObject;

/** An image is decided anew only when something else is asked for, or when it is gone: a roll needs a reason. */
async function stillRight(docker: Docker, args: ClusterArgs, state: JsonObject): Promise<boolean> {
  const same = state.wantedImage === args.wantedImage && state.kafkaVersion === args.kafkaVersion;
  return same && !(await isGone(docker, String(state.image)));
}

/** What was decided earlier, and the phase that it is of. */
type Earlier = Partial<Settled> & Pick<ClusterArgs, "migration">;

const decidedIn = (state: JsonObject): Earlier & Settled => {
  const { clusterId, labelledId, ports, secrets, image, migration, left } = state as unknown as Settled & ClusterArgs;
  const settled = { clusterId, ports, secrets, image, ...(left && { left }) };
  return { ...settled, ...(labelledId && { labelledId }), ...(migration && { migration }) };
};

/** What an earlier life of the cluster left: decisions beside the state, or at least its id on the volumes. */
function before(args: ClusterArgs, traces: Traces | undefined): Earlier | undefined {
  const kept = readKept<Kept & Earlier>(args.directory);
  if (kept && traces && !isOurs(kept, traces.clusterIds))
    throw new Error(
      `the volumes of ${args.name} on the engine belong to cluster ${traces.clusterIds.join(", ")}, ${args.directory} to ${kept.clusterId}; remove the one that nobody needs`,
    );
  return kept ?? (traces ? { clusterId: traces.clusterIds[0]! } : undefined);
}

/** What a new deployment must not run into: a cluster of the name made from another state, or data of another shape. */
async function requireUnclaimed(docker: Docker, args: ClusterArgs, traces: Traces | undefined): Promise<void> {
  const there = await containersOf(docker, args.name);
  if (there.length > 0)
    throw new Error(
      `stack ${args.name} is on this engine already (${there.join(", ")}), made from another state; use that state, or give the stack file another name; if that state is lost: ${cure(args, there, traces)}, which keeps the data, then up`,
    );
  // Where it is kept what was deployed last, the check has compared with that: volumes may be gone.
  if (!traces || isOurs(readKept<Kept & ClusterId>(args.directory), traces.clusterIds)) return;
  if (traces.leftZooKeeper)
    throw new Error(
      `the data of ${args.name} on this engine began with ZooKeeper, and how far it went on its way to KRaft stands in cluster.json only, which is not in ${args.directory}; put it back there from where the cluster was made, or name the stack file otherwise`,
    );
  const found = refusals({ ...args, ...traces.shape }, args, "the cluster does not run");
  if (found[0]) throw new Error(`${found[0].reason}; its data is on the engine: ${traces.volumes.join(", ")}`);
}

function cure({ name, directory }: ClusterArgs, containers: readonly string[], traces: Traces | undefined): string {
  const isKept = isOurs(readKept<Kept & ClusterId>(directory), traces?.clusterIds ?? []);
  return isKept ? `kafka-stacks down ${name}` : byHand(name, containers);
}

async function settle(
  docker: Docker,
  args: ClusterArgs,
  earlier: Earlier | undefined,
  context: OperationContext,
): Promise<Settled> {
  const made = await decide(args, earlier, await publishedPorts(docker, args.host, args.publishAddress));
  const decided = { ...made, ...(await identify(docker, args, { ...earlier, ...made })) };
  const image = earlier?.image ?? (await decideImage(docker, args.wantedImage, args.kafkaVersion, context));
  context.signal.throwIfAborted();
  const left = leftAfter(earlier?.left, args);
  const settled = { ...decided, ...(left.length > 0 ? { left } : {}) };
  const nodes = foundVolumes(args, await dataVolumes(docker, args.name));
  keep({ ...args, ...settled, nodeData: hadData(readKept(args.directory), nodes) });
  return { ...settled, image };
}
