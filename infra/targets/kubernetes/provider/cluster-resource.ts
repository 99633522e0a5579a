import { isDeepStrictEqual } from "node:util";
import type { V1StatefulSet } from "@kubernetes/client-node";
import { officialImage } from "../../../../toolchain/checksums.ts";
import { ensureImageArchive } from "../../../../toolchain/image/archive.ts";
import type { CheckFailure, OperationContext, ResourceHandler } from "../../../../toolchain/plugin/resource.ts";
import { type JsonObject, UNKNOWN } from "../../../../toolchain/plugin/struct.ts";
import { formatProgress } from "../../../../toolchain/progress.ts";
import { refusals } from "../../../plan/refusals.ts";
import { forgetData } from "../../decisions/data-record.ts";
import { decide } from "../../decisions/decide.ts";
import { type Decisions, type Kept, keep, readKept } from "../../decisions/kept.ts";
import { leftAfter } from "../../decisions/left.ts";
import type { NodeData } from "../../decisions/node-data.ts";
import { type KubeApi, kubeApi } from "../api.ts";
import { absent } from "../api-errors.ts";
import { type LostData, lostData } from "../lost-data.ts";
import { KEY } from "../names.ts";
import { type ClaimingNode, readSeenClaims } from "../node-claims.ts";
import type { ClusterArgs } from "../resources.ts";
import { clusterOf } from "../still-there.ts";
import { withhold } from "../withhold.ts";
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
    if (!before) return [];
    const refused = kubernetesRefusals(before, now, await leavingOf(before, now));
    return refused.length > 0 ? refused : lostClaims(now, before, olds.mode === undefined);
  },

  async diff(_id, inputs, _state, oldInputs) {
    const names = new Set([...Object.keys(inputs), ...Object.keys(oldInputs)]);
    // Where it is kept is chosen at creation; how the API is reached is nothing of the cluster's.
    for (const name of ["directory", "context", "finalized", "claimNodes"]) names.delete(name);
    return { changed: [...names].filter((name) => !isDeepStrictEqual(inputs[name], oldInputs[name])).sort() };
  },

  async create(inputs, context) {
    const args = inputs as unknown as ClusterArgs;
    const api = kubeApi(args.context);
    const kept = readKept(args.directory);
    const traces = await tracesOf(api, args.namespace, args.name, kept?.left);
    await requireUnclaimed(api, args, traces, kept);
    if (context.preview) {
      const later = { clusterId: UNKNOWN, ports: UNKNOWN, secrets: UNKNOWN, image: UNKNOWN };
      return { id: args.name, outputs: { ...inputs, ...later } };
    }
    const earlier = before(args, traces);
    // It may run although the state does not know it.
    const running = kept !== undefined && (await ownSets(api, args)).length > 0;
    const gone = running ? await letBrokersGo(api, kept as Kept & ClusterArgs, args, context) : [];
    forgetData(args.directory, gone);
    const known = gone.length > 0 ? { ...earlier, left: [...(earlier?.left ?? []), ...gone] } : earlier;
    const lost = await lostData(api, args, kept ?? traces?.shape);
    requireData(lost);
    if (known?.clusterId !== undefined) await withhold(api, args, known.clusterId, lost.waiting);
    return {
      id: args.name,
      outputs: asJson({ ...inputs, ...(await settle(api, args, known, lost.record, context)) }),
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
    const old = context.oldInputs as unknown as ClusterArgs;
    const gone = await letBrokersGo(api, old, args, context);
    forgetData(args.directory, gone);
    const lost = await lostData(api, args, readKept(args.directory) ?? old);
    requireData(lost);
    const known = { ...decided, left: [...(decided.left ?? []), ...gone] };
    return asJson({
      ...inputs,
      ...(await settle(api, args, sameImage ? { ...known, image } : known, lost.record, context)),
    });
  },

  /** Data and what belongs to it stay: see ../data.ts for their deletion by name. */
  async delete() {},
};

/**
 * Claims that had data and are gone or others, in words. Of a cluster that is down the nodes whose claims are gone may wait
 * while the others start (see ../withhold.ts), unless those are too few; one that runs is refused, and `replace-node` asks it.
 */
async function lostClaims(now: ClusterArgs, before: ClusterArgs, isDown: boolean): Promise<CheckFailure[]> {
  const lost = await lostData(kubeApi(now.context), now, before);
  if (lost.judgement.flat || lost.refused.length > 0 || isDown) return refusalsOf(lost);
  const claims = await readSeenClaims(kubeApi(now.context), now.namespace, now.name);
  const isWaiting = ({ claims: own }: ClaimingNode) =>
    claims.some(({ name, withheld }) => withheld && own.includes(name));
  return lost.waiting.filter((node) => !isWaiting(node)).map(({ id }) => asRefusal(lost.judgement.withheld.get(id)!));
}

const asRefusal = (reason: string): CheckFailure => ({ property: "claimNodes", reason });

const refusalsOf = ({ judgement, refused }: LostData): CheckFailure[] =>
  (judgement.flat ? [...judgement.withheld.values()] : refused).map(asRefusal);

/** Again, immediately before anything is made. */
function requireData(lost: LostData): void {
  const refused = refusalsOf(lost);
  if (refused.length > 0) throw new Error(refused.map(({ reason }) => reason).join("\n"));
}

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

async function ownSets(api: KubeApi, { namespace, name }: ClusterArgs): Promise<V1StatefulSet[]> {
  const labelSelector = `${KEY.stack}=${name}`;
  return (await api.apps.listNamespacedStatefulSet({ namespace, labelSelector }).catch(absent))?.items ?? [];
}

/** Pulumi's state is lost and the cluster runs: what was decided for it is here, so it is taken up as it runs. */
const isOurs = (sets: readonly V1StatefulSet[], kept: Kept | undefined): boolean =>
  kept !== undefined && sets.every((set) => clusterOf(set) === kept.clusterId);

/** What a new deployment must not run into: a cluster of the name made from another state, or data of another shape. */
async function requireUnclaimed(
  api: KubeApi,
  args: ClusterArgs,
  traces: Traces | undefined,
  kept: Kept | undefined,
): Promise<void> {
  const { namespace, name } = args;
  const sets = await ownSets(api, args);
  const there = sets.map(({ metadata }) => metadata?.name);
  if (there.length > 0 && !isOurs(sets, kept))
    throw new Error(
      `stack ${name} is in namespace ${namespace} already (${there.join(", ")}), made from another state; use that state, or name the stack file otherwise`,
    );
  if (!traces) return;
  const claims = traces.claims.map((claim) => claim.name);
  // What was kept has been compared already, and knows of claims that are gone.
  const shape = kept ? [] : refusals({ ...args, ...traces.shape }, args, "the cluster does not run");
  const [found] = [...shape, ...abandoned(claims, args)];
  if (found) throw new Error(`${found.reason}; its data is in namespace ${namespace}: ${claims.join(", ")}`);
}

async function settle(
  api: KubeApi,
  args: ClusterArgs,
  earlier: Partial<Settled> | undefined,
  nodeData: NodeData,
  context: OperationContext,
): Promise<Settled> {
  const decided = await decide(args, earlier, await nodePorts(api, args.name));
  const image = earlier?.image ?? (await decideImage(args, context));
  context.signal.throwIfAborted();
  const left = leftAfter(earlier?.left, args);
  const settled = { ...decided, ...(left.length > 0 ? { left } : {}) };
  keep({ ...args, ...settled, nodeData });
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
