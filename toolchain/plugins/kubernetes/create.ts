import { setTimeout as sleep } from "node:timers/promises";
import { EngineGone, InitFailed, type OperationContext } from "../../plugin/resource.ts";
import { type JsonObject, UNKNOWN } from "../../plugin/struct.ts";
import { isNamespaceMissing } from "./api-error.ts";
import { apply } from "./apply.ts";
import { untilGone } from "./delete.ts";
import { normalized } from "./inputs.ts";
import { kindOfObject } from "./kind.ts";
import { at, idOf, type KubeObject, nameOf, namespaceOf, titleOf } from "./object.ts";
import { type Applied, type Objects, UnknownKind } from "./objects.ts";
import { previewCreate } from "./preview.ts";
import { NotReady, timeoutSeconds, waitUntilReady } from "./ready/wait.ts";
import type { Settings } from "./settings.ts";
import { fieldManagerOf, stateOf } from "./state.ts";

/** What an object needs may be made by the same program just now: its namespace, the definition of its kind. */
const RETRIES_MS = [500, 1_000, 2_000, 4_000, 8_000];

/** Creates an object and waits until it works. */
export async function create(objects: Objects, inputs: JsonObject, settings: Settings, context: OperationContext) {
  const object = normalized(inputs) as KubeObject;
  if (context.preview) return { id: UNKNOWN, outputs: await previewCreate(objects, inputs, object, settings, context) };
  const fieldManager = fieldManagerOf(object, {});
  const { object: made, created } = await retried(context, () =>
    createOnce(objects, object, fieldManager, settings, context),
  );
  const id = idOf(made);
  const state = (live: KubeObject) => stateOf(live, object, fieldManager);
  try {
    if (isAlone(context)) context.signal.throwIfAborted();
    return { id, outputs: state(await waitUntilReady(objects, made, object, context)) };
  } catch (error) {
    // Nobody is left to be told what was made, so that nobody would ever delete it.
    if (isAlone(context) && created)
      await objects.delete(made, { preconditions: { uid: at(made, "metadata", "uid") ?? null } });
    const live = await objects.get(kindOfObject(made), namespaceOf(made), nameOf(made)).catch(() => undefined);
    throw new InitFailed(id, state(live ?? made), reasonOf(error, made, context));
  }
}

function isAlone({ signal }: OperationContext): boolean {
  return signal.reason instanceof EngineGone;
}

export function reasonOf(error: unknown, object: KubeObject, { signal }: OperationContext): string {
  if (error instanceof NotReady) return error.message;
  const { message } = (signal.aborted ? signal.reason : error) as Error;
  return `${titleOf(object)} was not waited for until it works: ${message}`;
}

async function createOnce(
  objects: Objects,
  object: KubeObject,
  fieldManager: string,
  settings: Settings,
  context: OperationContext,
): Promise<Applied> {
  context.signal.throwIfAborted();
  const there = await objects.get(kindOfObject(object), namespaceOf(object), nameOf(object), context.signal);
  // What is applied to an object that is being deleted goes with it.
  if (there && at(there, "metadata", "deletionTimestamp") !== undefined)
    await untilGone(objects, there, timeoutSeconds(object, context), context);
  else if (there && !settings.upsert) throw alreadyThere(there);
  return await apply(objects, object, fieldManager, settings, context);
}

/** Applying would change what is there, which may be another's. */
function alreadyThere(object: KubeObject): Error {
  return new Error(
    `${titleOf(object)} exists already and was not made by this resource; choose another name, bring it in (pulumi import), delete it (kubectl delete), or let the provider change what is there (upsertExistingObjects)`,
  );
}

async function retried<T>({ signal, log }: OperationContext, work: () => Promise<T>): Promise<T> {
  for (const pause of RETRIES_MS) {
    try {
      return await work();
    } catch (error) {
      if (!isNamespaceMissing(error) && !(error instanceof UnknownKind)) throw error;
      log(`${(error as Error).message}; trying again`);
      await sleep(pause, undefined, { signal });
    }
  }
  return await work();
}
