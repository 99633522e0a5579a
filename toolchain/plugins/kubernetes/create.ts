import { setTimeout as sleep } from "node:timers/promises";
import { EngineGone, InitFailed, type OperationContext } from "../../plugin/resource.ts";
import { hasUnknown, type JsonObject, UNKNOWN } from "../../plugin/struct.ts";
import { isApiError, isNamespaceMissing, Unreachable } from "./api-error.ts";
import { apply } from "./apply.ts";
import { normalized } from "./inputs.ts";
import { kindOfObject } from "./kind.ts";
import { at, idOf, isObject, type KubeObject, nameOf, namespaceOf, titleOf } from "./object.ts";
import { type Applied, type Objects, UnknownKind } from "./objects.ts";
import { NotReady, waitUntilReady } from "./ready/wait.ts";
import type { Settings } from "./settings.ts";
import { fieldManagerOf, stateOf } from "./state.ts";

/** What an object needs may be made by the same program just now: its namespace, the definition of its kind. */
const RETRIES_MS = [500, 1_000, 2_000, 4_000, 8_000];

/** Creates an object and waits until it works. */
export async function create(objects: Objects, inputs: JsonObject, settings: Settings, context: OperationContext) {
  const object = normalized(inputs) as KubeObject;
  if (context.preview) return { id: UNKNOWN, outputs: await preview(objects, inputs, object, settings, context) };
  const fieldManager = fieldManagerOf(object, {});
  const { object: made, created } = await retried(context, () =>
    createOnce(objects, object, fieldManager, settings, context),
  );
  const id = idOf(made);
  const state = (live: KubeObject) => stateOf(live, object, fieldManager);
  try {
    return { id, outputs: state(await waitUntilReady(objects, made, object, context)) };
  } catch (error) {
    // Nobody is left to be told what was made, so that nobody would ever delete it.
    if (context.signal.reason instanceof EngineGone && created)
      await objects.delete(made, { preconditions: { uid: at(made, "metadata", "uid") ?? null } });
    const live = await objects.get(kindOfObject(made), namespaceOf(made), nameOf(made)).catch(() => undefined);
    throw new InitFailed(id, state(live ?? made), reasonOf(error, made));
  }
}

export function reasonOf(error: unknown, object: KubeObject): string {
  const { message } = error as Error;
  return error instanceof NotReady ? message : `${titleOf(object)} was not waited for until it works: ${message}`;
}

async function createOnce(
  objects: Objects,
  object: KubeObject,
  fieldManager: string,
  settings: Settings,
  context: OperationContext,
): Promise<Applied> {
  context.signal.throwIfAborted();
  if (!settings.upsert) await refuseExisting(objects, object, context.signal);
  return await apply(objects, object, fieldManager, settings, context);
}

/** Applying would change what is there, which may be another's. */
async function refuseExisting(objects: Objects, object: KubeObject, signal: AbortSignal): Promise<void> {
  const there = await objects.get(kindOfObject(object), namespaceOf(object), nameOf(object), signal);
  if (there)
    throw new Error(
      `${titleOf(there)} exists already and was not made by this resource; choose another name, bring it in (pulumi import), delete it (kubectl delete), or let the provider change what is there (upsertExistingObjects)`,
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

/** What the server would make of it. Where it cannot know yet, the inputs. */
async function preview(
  objects: Objects,
  inputs: JsonObject,
  object: KubeObject,
  settings: Settings,
  context: OperationContext,
): Promise<JsonObject> {
  const unknown = { ...inputs, status: UNKNOWN };
  if (hasUnknown(object)) return unknown;
  try {
    const { object: made } = await apply(objects, object, fieldManagerOf(object, {}), settings, context, "forced");
    return expected(made, object);
  } catch (error) {
    const isLater = isNamespaceMissing(error) || error instanceof UnknownKind || error instanceof Unreachable;
    // It may exist and be replaced, or the user may not try things out.
    if (isLater || isApiError(error, 403) || isApiError(error, 409) || isImmutable(error)) return unknown;
    throw error;
  }
}

function isImmutable(error: unknown): boolean {
  return isApiError(error, 422) && /immutable|forbidden/i.test(error.message);
}

/** A try does not tell what the server will choose for good. */
function expected(made: KubeObject, object: KubeObject): JsonObject {
  const { managedFields: _, ...metadata } = made.metadata;
  const later = { uid: UNKNOWN, resourceVersion: UNKNOWN, creationTimestamp: UNKNOWN };
  const addresses = Object.fromEntries(
    ["clusterIP", "clusterIPs", "healthCheckNodePort"].flatMap((name) =>
      at(made, "spec", name) === undefined || at(object, "spec", name) !== undefined ? [] : [[name, UNKNOWN]],
    ),
  );
  const { spec } = made;
  return {
    ...made,
    metadata: { ...metadata, ...later },
    ...(isObject(spec) && { spec: { ...spec, ...addresses } }),
    status: UNKNOWN,
  };
}
