import type { OperationContext } from "../../plugin/resource.ts";
import type { Json, JsonObject } from "../../plugin/struct.ts";
import { isApiError } from "./api-error.ts";
import { isSecret } from "./inputs.ts";
import { kindOfObject } from "./kind.ts";
import { conflictsOf, isOthers, takenOver } from "./managers.ts";
import { isAnnotated, isObject, type KubeObject, nameOf, namespaceOf, objectAt, textAt, titleOf } from "./object.ts";
import type { Applied, Objects } from "./objects.ts";
import { type Path, parsePath } from "./path.ts";
import type { Settings } from "./settings.ts";

/** Shorter ones would be found in the words of any message. */
const SHORTEST_SECRET = 4;

type Context = Pick<OperationContext, "warn">;

/**
 * Applies an object as `fieldManager`; what others say of it stays.
 *
 * @param isTrial whether the server is only to say what it would make of it, whoever has which field.
 * @throws when a field belongs to another manager: with its name, and how to take it.
 */
export async function apply(
  objects: Objects,
  object: KubeObject,
  fieldManager: string,
  settings: Settings,
  context: Context,
  isTrial = false,
): Promise<Applied> {
  const force = isTrial || settings.force || isAnnotated(object, "patchForce");
  try {
    const applied = await objects.apply(object, { fieldManager, force, dryRun: isTrial });
    if (!isTrial) tell(applied.warnings, settings, context);
    return applied;
  } catch (error) {
    if (isApiError(error, 409) && error.causes.length > 0) throw conflict(object, conflictsOf(error.causes));
    throw discreet(error as Error, object);
  }
}

/** The API quotes what it refuses; of a Secret nothing may be quoted. */
function discreet(error: Error, object: KubeObject): Error {
  if (!isSecret(object)) return error;
  const data = Object.values(objectAt(object, "data")).map(String);
  const texts = data.flatMap((text) => [text, Buffer.from(text, "base64").toString("utf8")]);
  for (const text of texts.filter(({ length }) => length >= SHORTEST_SECRET))
    error.message = error.message.replaceAll(text, "[secret]");
  return error;
}

function tell(warnings: readonly string[], settings: Settings, { warn }: Context): void {
  for (const warning of warnings) if (!settings.suppressDeprecations || !/deprecated/.test(warning)) warn(warning);
}

function conflict(object: KubeObject, fields: readonly string[]): Error {
  return new Error(
    `${titleOf(object)} was not changed: others say what these fields are: ${fields.join(", ")}; leave the fields to them (ignoreChanges), or take them: annotation pulumi.com/patchForce: "true" on the object, or enablePatchForce of the provider`,
  );
}

/**
 * Makes the fields of managers without server-side apply ours, and those of the manager that we were before, so that
 * what the program says no more goes.
 */
export async function takeOver(
  objects: Objects,
  live: KubeObject,
  fieldManager: string,
  oldManager: string,
  signal: AbortSignal,
): Promise<KubeObject> {
  const managedFields = takenOver(live, fieldManager, oldManager);
  if (!managedFields) return live;
  const patch = [
    { op: "replace", path: "/metadata/managedFields", value: managedFields },
    { op: "replace", path: "/metadata/resourceVersion", value: textAt(live, "metadata", "resourceVersion") },
  ];
  try {
    return await objects.patchJson(live, patch, signal);
  } catch (error) {
    // A controller was quicker, for example with the status.
    if (!isApiError(error, 409)) throw error;
    const again = await objects.get(kindOfObject(live), namespaceOf(live), nameOf(live), signal);
    return again ? await takeOver(objects, again, fieldManager, oldManager, signal) : live;
  }
}

/** The object with what the program leaves alone as it is: what is another's is left out, what is ours stays. */
export function leaving(
  object: KubeObject,
  live: KubeObject,
  ignored: readonly string[],
  fieldManager: string,
): KubeObject {
  return ignored.map(parsePath).reduce<KubeObject>((left, path) => {
    const value = path.reduce<Json | undefined>(
      (found, key) => (found !== null && typeof found === "object" ? (found as JsonObject)[key] : undefined),
      live,
    );
    if (isOthers(live, path, fieldManager)) return put(left, path, undefined) as KubeObject;
    return value === undefined ? left : (put(left, path, value) as KubeObject);
  }, object);
}

/** A copy with another value at a place, or without it; unchanged where the way there does not exist. */
function put(object: Json, [key, ...rest]: Path, value: Json | undefined): Json {
  if (key === undefined) return value ?? object;
  if (Array.isArray(object)) {
    if (typeof key !== "number" || key >= object.length) return object;
    if (rest.length === 0 && value === undefined) return object.toSpliced(key, 1);
    return object.with(key, put(object[key]!, rest, value));
  }
  if (!isObject(object)) return object;
  if (rest.length > 0) return key in object ? { ...object, [key]: put(object[key]!, rest, value) } : object;
  const { [key]: _, ...others } = object;
  return value === undefined ? others : { ...object, [key]: value };
}
