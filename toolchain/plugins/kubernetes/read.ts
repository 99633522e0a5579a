import { InitFailed, type OperationContext } from "../../plugin/resource.ts";
import type { JsonObject } from "../../plugin/struct.ts";
import { Unreachable } from "./api-error.ts";
import { sealed, underscored } from "./inputs.ts";
import { type Kind, kindOfObject } from "./kind.ts";
import { isObject, type KubeObject, parseId, textAt } from "./object.ts";
import { type Objects, UnknownKind } from "./objects.ts";
import { imported, pruned } from "./prune.ts";
import { NotReady, refuseUnready } from "./ready/wait.ts";
import { isLookedAt } from "./ready/wanted.ts";
import type { Settings } from "./settings.ts";
import { fieldManagerOf, inputsOf, stateOf } from "./state.ts";

/**
 * The object as it is; undefined when it is gone, and its kind with it. Its inputs are what the program said of it, with
 * the values that are there now, so that a difference shows.
 *
 * @throws InitFailed when it is there and does not work: the next `up` waits for it again.
 */
export async function read(
  kind: Kind,
  objects: Objects,
  id: string,
  state: JsonObject,
  settings: Settings,
  context: OperationContext,
): Promise<JsonObject | undefined> {
  const { namespace, name } = parseId(id);
  // The state's object may have an older version than the program's.
  const known = textAt(state, "kind") ? kindOfObject(state as KubeObject) : kind;
  try {
    const live = await objects.get(known, namespace, name, context.signal);
    return live && (await seen(objects, id, live, state, context));
  } catch (error) {
    if (error instanceof UnknownKind) return undefined;
    if (error instanceof Unreachable) return unreachable(error, state, settings, context);
    throw error;
  }
}

async function seen(objects: Objects, id: string, live: KubeObject, state: JsonObject, context: OperationContext) {
  const before = inputsOf(state, context.oldInputs);
  const isNew = Object.keys(before).length === 0;
  const inputs = isNew ? imported(live) : pruned(live, before);
  const now = stateOf(live, inputs, fieldManagerOf(before, state));
  if (isNew || !isLookedAt(live, before as KubeObject)) return now;
  try {
    await refuseUnready(objects, live, before as KubeObject, context.signal);
    return now;
  } catch (error) {
    if (!(error instanceof NotReady)) throw error;
    throw new InitFailed(id, now, error.message, readInputs(now, context.oldInputs));
  }
}

/** The inputs that a state was read with. */
export function readInputs(state: JsonObject, oldInputs: JsonObject): JsonObject {
  const { __inputs } = state;
  // What a refresh could not look at stays as it was.
  const inputs = isObject(__inputs) && isObject(__inputs.value) ? __inputs.value : underscored(oldInputs);
  return sealed(inputs);
}

function unreachable(error: Unreachable, state: JsonObject, settings: Settings, context: OperationContext) {
  if (settings.deleteUnreachable) {
    context.warn(`${error.message}; it counts as gone, as deleteUnreachable says`);
    return undefined;
  }
  if (!settings.skipUnreachable) throw error;
  context.warn(`${error.message}; it is taken as it was, as skipUpdateUnreachable says`);
  return state;
}
