import type { OperationContext } from "../../plugin/resource.ts";
import type { Json, JsonObject } from "../../plugin/struct.ts";
import { isApiError } from "./api-error.ts";
import { conflictsOf, isOthers, takenOver } from "./managers.ts";
import { isAnnotated, isObject, type KubeObject, textAt, titleOf } from "./object.ts";
import type { Applied, Objects } from "./objects.ts";
import { type Path, parsePath } from "./path.ts";
import type { Settings } from "./settings.ts";

type Context = Pick<OperationContext, "signal" | "warn" | "ignoreChanges">;

/**
 * Applies an object as `fieldManager`; what others say of it stays.
 *
 * @throws when a field belongs to another manager: with its name, and how to take it.
 */
export async function apply(
  objects: Objects,
  object: KubeObject,
  fieldManager: string,
  settings: Settings,
  context: Context,
  dryRun: false | "forced" | "plain" = false,
): Promise<Applied> {
  const force = dryRun === "forced" || settings.force || isAnnotated(object, "patchForce");
  const options = { fieldManager, force, dryRun: dryRun !== false, signal: context.signal };
  try {
    const applied = await objects.apply(object, options);
    if (dryRun === false) tell(applied.warnings, settings, context);
    return applied;
  } catch (error) {
    if (isApiError(error, 409) && error.causes.length > 0) throw conflict(object, conflictsOf(error.causes));
    throw error;
  }
}

function tell(warnings: readonly string[], settings: Settings, { warn }: Context): void {
  for (const warning of warnings) if (!settings.suppressDeprecations || !/deprecated/.test(warning)) warn(warning);
}

function conflict(object: KubeObject, fields: readonly string[]): Error {
  return new Error(
    `${titleOf(object)} was not changed: others say what these fields are: ${fields.join(", ")}; leave the fields to them (ignoreChanges), or take them: annotation pulumi.com/patchForce: "true" on the object, or enablePatchForce of the provider`,
  );
}

/** Makes the fields of managers without server-side apply ours, so that what the program says no more goes. */
export async function takeOver(
  objects: Objects,
  live: KubeObject,
  fieldManager: string,
  signal: AbortSignal,
): Promise<KubeObject> {
  const managedFields = takenOver(live, fieldManager);
  if (!managedFields) return live;
  const patch = [
    { op: "replace", path: "/metadata/managedFields", value: managedFields },
    { op: "replace", path: "/metadata/resourceVersion", value: textAt(live, "metadata", "resourceVersion") },
  ];
  return await objects.patchJson(live, patch, signal);
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
