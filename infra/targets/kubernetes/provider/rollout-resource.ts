import { isDeepStrictEqual } from "node:util";
import { InitFailed, type OperationContext, type ResourceHandler } from "../../../../toolchain/plugin/resource.ts";
import { hasUnknown, type JsonObject, UNKNOWN } from "../../../../toolchain/plugin/struct.ts";
import { UserError } from "../../../errors.ts";
import { kubeApi } from "../api.ts";
import type { RolloutArgs, RolloutState } from "../rollout/args.ts";
import { growClaims, smallerClaims } from "../rollout/claims.ts";
import { type Reached, Rollout } from "../rollout/converge.ts";
import { hostsOf, readLive } from "../rollout/live.ts";
import { stopPods } from "../rollout/stop.ts";
import { requireSameCluster } from "./in-namespace.ts";

/** Another namespace or name is another cluster. */
const IDENTITY = ["namespace", "name"];
/** How a roll is done, not what it leads to. */
const TERMS = ["allowUnavailable", "kafkaVersion"];

/**
 * "The cluster's pods run what their StatefulSets say, and serve." It comes after all StatefulSets (updateStrategy OnDelete),
 * so its creation is the wait for a new cluster, its update the roll, and its deletion, which comes first, the orderly stop.
 *
 * Its diff looks at the pods themselves: what was interrupted, failed or died is taken up by the next `up`. An error keeps
 * the resource with what was reached.
 */
export const rolloutResource: ResourceHandler = {
  async diff(_id, inputs, state, oldInputs) {
    const names = new Set([...Object.keys(inputs), ...Object.keys(oldInputs)]);
    if (inputs.replaces === undefined) names.delete("replaces");
    const changed = [...names]
      .filter((name) => !TERMS.includes(name) && !isDeepStrictEqual(inputs[name], oldInputs[name]))
      .sort();
    const replaces = changed.filter((name) => IDENTITY.includes(name));
    if (changed.length > 0 || hasUnknown(inputs)) return { changed, replaces };
    return { changed: await drift(argsOf(inputs), stateOf(state)).catch(asText) };
  },

  async create(inputs, context) {
    const id = String(inputs.name);
    if (context.preview) return { id, outputs: { ...inputs, hosts: UNKNOWN, told: UNKNOWN } };
    return { id, outputs: await bringUp(id, inputs, {}, context) };
  },

  async read(_id, state) {
    return state;
  },

  async update(id, inputs, state, context) {
    const { hosts = UNKNOWN, told = UNKNOWN } = state;
    if (context.preview) return { ...inputs, hosts: knowsAll(inputs, state) ? hosts : UNKNOWN, told };
    return bringUp(id, inputs, stateOf(state), context);
  },

  async delete(_id, state, context) {
    const args = argsOf(state);
    await requireSameCluster(args);
    await stopPods(kubeApi(args.context), args, context).catch(asText);
  },
};

const argsOf = (inputs: JsonObject): RolloutArgs => inputs as unknown as RolloutArgs;
const stateOf = (state: JsonObject): Partial<RolloutState> => state as unknown as Partial<RolloutState>;

/** An error of a provider is one text. */
const textOf = (error: unknown): string =>
  error instanceof UserError ? `${error.message}; ${error.next}` : (error as Error).message;

const asText = (error: unknown): never => {
  throw new Error(textOf(error));
};

async function bringUp(
  id: string,
  inputs: JsonObject,
  earlier: Partial<RolloutState>,
  context: OperationContext,
): Promise<JsonObject> {
  const args = argsOf(inputs);
  const before = withoutLeavers(args, earlier);
  let reached: Reached = { hosts: before.hosts ?? {}, told: before.told ?? {} };
  const outputs = (): JsonObject => ({ ...inputs, hosts: { ...reached.hosts }, told: { ...reached.told } });
  try {
    const api = kubeApi(args.context);
    await growClaims(api, args, context);
    const rollout = new Rollout({ api, args, context, before });
    await rollout.run().finally(() => {
      reached = rollout.reached;
    });
    // Of nodes that are new: a StatefulSet makes claims of the size that it was made with.
    await growClaims(api, args, context);
    return outputs();
  } catch (error) {
    const goesOn = context.signal.aborted
      ? "; a pod that was restarted comes up by itself, and the next up goes on"
      : "";
    throw new InitFailed(id, outputs(), `${textOf(error)}${goesOn}`);
  }
}

/** A broker that comes back after it had left reads anew what it tells clients. */
function withoutLeavers({ sets }: RolloutArgs, { told, ...rest }: Partial<RolloutState>): Partial<RolloutState> {
  if (!told) return rest;
  const nodes = new Set(sets.flatMap((set) => set.nodes.map(({ id }) => String(id))));
  return { ...rest, told: Object.fromEntries(Object.entries(told).filter(([id]) => nodes.has(id))) };
}

/** What the live cluster lacks of what the state says. */
async function drift(args: RolloutArgs, state: Partial<RolloutState>): Promise<string[]> {
  const api = kubeApi(args.context);
  const [live, smaller] = await Promise.all([readLive(api, args), smallerClaims(api, args)]);
  const moved = live.missing.length === 0 && !isDeepStrictEqual(hostsOf(live.nodes), state.hosts);
  const wrong =
    live.missing.length > 0 ||
    live.unseen.length > 0 ||
    live.short.length > 0 ||
    live.nodes.some(({ id, is, outdated }) => is !== "ready" || outdated || isUntold(args, state, id));
  return [...(smaller.length > 0 ? ["claims"] : []), ...(moved && !wrong ? ["hosts"] : []), ...(wrong ? ["pods"] : [])];
}

const isUntold = ({ external }: RolloutArgs, { told = {} }: Partial<RolloutState>, id: number): boolean =>
  told[id] !== undefined && told[id] !== (external[id] ?? "");

function knowsAll(inputs: JsonObject, { hosts }: JsonObject): boolean {
  if (hasUnknown(inputs) || !hosts || typeof hosts !== "object") return false;
  return argsOf(inputs).sets.every(({ nodes }) => nodes.every(({ id }) => Object.hasOwn(hosts, String(id))));
}
