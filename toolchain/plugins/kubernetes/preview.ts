import type { OperationContext } from "../../plugin/resource.ts";
import { hasUnknown, type Json, type JsonObject, UNKNOWN } from "../../plugin/struct.ts";
import { isApiError, isNamespaceMissing, Unreachable } from "./api-error.ts";
import { apply } from "./apply.ts";
import { sealed, underscored } from "./inputs.ts";
import { at, isObject, type KubeObject } from "./object.ts";
import { type Objects, UnknownKind } from "./objects.ts";
import type { Settings } from "./settings.ts";
import { fieldManagerOf } from "./state.ts";

/** What a create would give: what the server makes of the object, or the inputs where it cannot know yet. */
export async function previewCreate(
  objects: Objects,
  inputs: JsonObject,
  object: KubeObject,
  settings: Settings,
  context: OperationContext,
): Promise<JsonObject> {
  if (hasUnknown(object)) return expected(inputs, object);
  try {
    const { object: made } = await apply(objects, object, fieldManagerOf(object, {}), settings, context, true);
    return expected(shown(made), object);
  } catch (error) {
    // The object may be there and in the way, as one that will be replaced.
    if (!isLater(error) && !isApiError(error, 409) && !isImmutable(error)) throw error;
    if (error instanceof Unreachable) objects.warnUnreachable(error, context);
    return expected(inputs, object);
  }
}

/** What an update would give, as {@link previewCreate}. */
export async function previewUpdate(
  objects: Objects,
  inputs: JsonObject,
  object: KubeObject,
  fieldManager: string,
  settings: Settings,
  context: OperationContext,
): Promise<JsonObject> {
  if (hasUnknown(object)) return inputs;
  try {
    return shown((await apply(objects, object, fieldManager, settings, context, true)).object);
  } catch (error) {
    if (!isLater(error) && !isApiError(error, 404)) throw error;
    if (error instanceof Unreachable) objects.warnUnreachable(error, context);
    return inputs;
  }
}

/** What the object needs is not there yet, the cluster is not there at all, or the user may not try things out. */
function isLater(error: unknown): boolean {
  return (
    isNamespaceMissing(error) || error instanceof UnknownKind || error instanceof Unreachable || isApiError(error, 403)
  );
}

function isImmutable(error: unknown): boolean {
  return isApiError(error, 422) && /immutable|forbidden/i.test(error.message);
}

function shown(made: KubeObject): JsonObject {
  const { managedFields: _, ...metadata } = made.metadata;
  return sealed(underscored({ ...made, metadata }));
}

const ADDRESSES = ["clusterIP", "clusterIPs", "healthCheckNodePort", "ipFamilies", "ipFamilyPolicy"];

/** What the server will choose for good is not known before; a try tells something else. */
function expected(made: JsonObject, object: KubeObject): JsonObject {
  const unlessSaid = (place: "metadata" | "spec", names: readonly string[]): Record<string, Json> =>
    Object.fromEntries(names.flatMap((name) => (at(object, place, name) === undefined ? [[name, UNKNOWN]] : [])));
  const { metadata, spec } = made;
  const isService = object.apiVersion === "v1" && object.kind === "Service";
  return {
    ...made,
    status: UNKNOWN,
    ...(isObject(metadata) && {
      metadata: { ...metadata, ...unlessSaid("metadata", ["uid", "resourceVersion", "creationTimestamp"]) },
    }),
    ...(isService && isObject(spec) && { spec: { ...spec, ...unlessSaid("spec", ADDRESSES) } }),
  };
}
