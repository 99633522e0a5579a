import { InitFailed, type OperationContext } from "../../plugin/resource.ts";
import type { JsonObject } from "../../plugin/struct.ts";
import { apply, leaving, takeOver } from "./apply.ts";
import { reasonOf } from "./create.ts";
import { normalized } from "./inputs.ts";
import { kindOfObject } from "./kind.ts";
import { at, idOf, type KubeObject, nameOf, namespaceOf, objectAt, titleOf } from "./object.ts";
import type { Objects } from "./objects.ts";
import { previewUpdate } from "./preview.ts";
import { waitUntilReady } from "./ready/wait.ts";
import type { Settings } from "./settings.ts";
import { fieldManagerOf, liveOf, stateOf } from "./state.ts";

/** Changes an object in place and waits until it works again. */
export async function update(
  objects: Objects,
  inputs: JsonObject,
  state: JsonObject,
  settings: Settings,
  context: OperationContext,
): Promise<JsonObject> {
  const object = withNamespace(normalized(inputs), liveOf(state)) as KubeObject;
  const fieldManager = fieldManagerOf(object, state);
  if (context.preview) return await previewUpdate(objects, inputs, object, fieldManager, settings, context);
  context.signal.throwIfAborted();
  const there = await objects.get(kindOfObject(object), namespaceOf(object), nameOf(object), context.signal);
  // What is applied to an object that is being deleted goes with it.
  if (!there || at(there, "metadata", "deletionTimestamp") !== undefined)
    throw new Error(
      `${titleOf(object)} ${there ? "is being deleted" : "is not there any more: it was deleted"} by someone else; run pulumi refresh, then up makes it again`,
    );
  const live = await takeOver(objects, there, fieldManager, fieldManagerOf({}, state), context.signal);
  const left = leaving(object, live, context.ignoreChanges, fieldManager);
  const { object: made } = await apply(objects, left, fieldManager, settings, context);
  const outputs = (now: KubeObject) => stateOf(now, object, fieldManager);
  try {
    return outputs(await waitUntilReady(objects, made, object, context));
  } catch (error) {
    const now = await objects.get(kindOfObject(made), namespaceOf(made), nameOf(made)).catch(() => undefined);
    throw new InitFailed(idOf(made), outputs(now ?? made), reasonOf(error, made, context));
  }
}

/** Inputs of a program that names no namespace are about the one where the object is. */
function withNamespace(object: JsonObject, live: JsonObject): JsonObject {
  const namespace = namespaceOf(object) || namespaceOf(live);
  return namespace ? { ...object, metadata: { ...objectAt(object, "metadata"), namespace } } : object;
}
