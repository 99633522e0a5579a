import { isDeepStrictEqual } from "node:util";
import { officialImage } from "../../../../toolchain/checksums.ts";
import { ensureImageArchive } from "../../../../toolchain/image/archive.ts";
import type { OperationContext, ResourceHandler } from "../../../../toolchain/plugin/resource.ts";
import { type JsonObject, UNKNOWN } from "../../../../toolchain/plugin/struct.ts";
import { formatProgress } from "../../../../toolchain/progress.ts";
import { refusals } from "../../../plan/refusals.ts";
import { decide } from "../../decisions/decide.ts";
import { type Decisions, type Kept, keep, readKept } from "../../decisions/kept.ts";
import { leftAfter } from "../../decisions/left.ts";
import { type KubeApi, kubeApi } from "../api.ts";
import { absent } from "../api-errors.ts";
import { KEY } from "../names.ts";
import type { ClusterArgs } from "../resources.ts";
import { nodePorts, requireSameCluster, type Traces, tracesOf } from "./in-namespace.ts";
import { leavingOf, letBrokersGo } from "./leavers.ts";
import { abandoned, kubernetesRefusals } from "./refusals.ts";

interface Settled extends Decisions {
  readonly image: string;
  /** See Kept. */
  readonly left?: readonly number[];
}

/**
 * What a cluster of pods decides once: its id, its node ports, its generated secrets and its image. They are kept in the
 * state and, with the secrets readable by their owner only, in `cluster.json`; id and shape also stand on the claims, so
 * that data which `down` kept is taken up again from wherever the next `up` runs.
 */
export const clusterResource: ResourceHandler = {
  async check(inputs, olds) {
    const now = inputs as unknown as ClusterArgs;
    const found = olds.mode === undefined ? readKept<Kept & ClusterArgs>(now.directory) : olds;
    const before = found as unknown as ClusterArgs | undefined;
    return before ? kubernetesRefusals(before, now, await leavingOf(before, now)) : [];
  },

  async diff(_id, inputs, _state, oldInputs) {
    const names = new Set([...Object.keys(inputs), ...Object.keys(oldInputs)]);
    // Where it is kept is chosen at creation; how the API is reached is nothing of the cluster's.
    for (const name of ["directory", "context", "finalized"]) names.delete(name);
    return { changed: [...names].filter((name) => !isDeepStrictEqual(inputs[name], oldInputs[name])).sort() };
  },

  async create(inputs, context) {
    const args = inputs as unknown as ClusterArgs;
    const api = kubeApi(args.context);
    const traces = await tracesOf(api, args.namespace, args.name, readKept(args.directory)?.left);
    await requireUnclaimed(api, args, traces);
    if (context.preview) {
      const later = { clusterId: UNKNOWN, ports: UNKNOWN, secrets: UNKNOWN, image: UNKNOWN };
      return { id: args.name, outputs: { ...inputs, ...later } };
    }
    return {
      id: args.name,
      outputs: asJson({ ...inputs, ...(await settle(api, args, before(args, traces), context)) }),
    };
  },

  /** In another cluster everything would seem to be gone. */
  async read(_id, state) {
    await requireSameCluster(state as unknown as ClusterArgs);
    return state;
  },

  async update(_id, inputs, state, context) {
    const args = inputs as unknown as ClusterArgs;
    const { image, ...decided } = settledIn(state);
    const sameImage = state.wantedImage === args.wantedImage && state.kafkaVersion === args.kafkaVersion;
    if (context.preview) return asJson({ ...inputs, ...decided, image: sameImage ? image : UNKNOWN });
    const api = kubeApi(args.context);
    const gone = await letBrokersGo(api, context.oldInputs as unknown as ClusterArgs, args, context);
    const known = { ...decided, left: [...(decided.left ?? []), ...gone] };
    return asJson({ ...inputs, ...(await settle(api, args, sameImage ? { ...known, image } : known, context)) });
  },

  /** Data and what belongs to it stay: see ../data.ts for their deletion by name. */
  async delete() {},
};

/** Interfaces have no index signature; what is in them is JSON all the same. */
const asJson = (value: object): JsonObject => value as JsonObject;

function settledIn(state: JsonObject): Settled {
  const { clusterId, ports, secrets, image, left } = state as unknown as Settled;
  return { clusterId, ports, secrets, image, ...(left ? { left } : {}) };
}

/** What an earlier life of the cluster left: decisions beside the state, or at least its id on the claims. */
function before({ directory, name }: ClusterArgs, traces: Traces | undefined): Partial<Settled> | undefined {
  const kept = readKept(directory);
  if (kept && traces && kept.clusterId !== traces.clusterId)
    throw new Error(
      `the volumes of ${name} belong to cluster ${traces.clusterId}, ${directory} to ${kept.clusterId}; remove the one that nobody needs`,
    );
  return kept ?? (traces ? { clusterId: traces.clusterId } : undefined);
}

/** What a new deployment must not run into: a cluster of the name made from another state, or data of another shape. */
async function requireUnclaimed(api: KubeApi, args: ClusterArgs, traces: Traces | undefined): Promise<void> {
  const { namespace, name } = args;
  const labelSelector = `${KEY.stack}=${name}`;
  const sets = await api.apps.listNamespacedStatefulSet({ namespace, labelSelector }).catch(absent);
  const there = (sets?.items ?? []).map(({ metadata }) => metadata?.name);
  if (there.length > 0)
    throw new Error(
      `stack ${name} is in namespace ${namespace} already (${there.join(", ")}), made from another state; use that state, or name the stack file otherwise`,
    );
  if (!traces) return;
  const claims = traces.claims.map((claim) => claim.name);
  const shape = refusals({ ...args, ...traces.shape }, args, "the cluster does not run");
  const [found] = [...shape, ...abandoned(claims, args)];
  if (found) throw new Error(`${found.reason}; its data is in namespace ${namespace}: ${claims.join(", ")}`);
}

async function settle(
  api: KubeApi,
  args: ClusterArgs,
  earlier: Partial<Settled> | undefined,
  context: OperationContext,
): Promise<Settled> {
  const decided = await decide(args, earlier, await nodePorts(api, args.name));
  const image = earlier?.image ?? (await decideImage(args, context));
  context.signal.throwIfAborted();
  const left = leftAfter(earlier?.left, args);
  const settled = { ...decided, ...(left.length > 0 ? { left } : {}) };
  keep({ ...args, ...settled });
  return { ...settled, image };
}

/** The machines of the cluster pull it, or have it already: from here nobody can see which. */
async function decideImage({ wantedImage, kafkaVersion }: ClusterArgs, context: OperationContext): Promise<string> {
  if (wantedImage === "auto") return officialImage(kafkaVersion);
  if (wantedImage !== "build") return wantedImage;
  const progress = (event: Parameters<typeof formatProgress>[0]) => context.log(formatProgress(event));
  const setup = { env: process.env, yes: false, progress };
  return (await ensureImageArchive({ kafkaVersion, setup, signal: context.signal })).reference;
}
