import { type JsonObject, secret } from "../../plugin/struct.ts";
import { dashed, sealed, underscored } from "./inputs.ts";
import { newFieldManager } from "./naming.ts";
import { isObject, type KubeObject, objectAt, textAt } from "./object.ts";

/**
 * What Pulumi keeps of an object: the object as it is, and beside it what the official plugin needs to take over. The
 * inputs are a secret as a whole, since nothing tells which of their values are.
 */
export function stateOf(live: KubeObject, inputs: JsonObject, fieldManager: string): JsonObject {
  const { managedFields: _, ...metadata } = live.metadata;
  return {
    ...sealed(underscored({ ...live, metadata })),
    __inputs: secret(underscored(inputs)),
    __initialApiVersion: live.apiVersion,
    __fieldManager: fieldManager,
  };
}

export function liveOf(state: JsonObject): JsonObject {
  return dashed(Object.fromEntries(Object.entries(state).filter(([name]) => !name.startsWith("__"))));
}

/** What the program said when the object became what the state says. */
export function inputsOf(state: JsonObject, oldInputs: JsonObject): JsonObject {
  return dashed(Object.keys(oldInputs).length > 0 ? oldInputs : objectAt(state, "__inputs"));
}

/** Who says what an object has to be: the program's choice, else the one that made it. */
export function fieldManagerOf(inputs: JsonObject, state: JsonObject): string {
  const chosen = isObject(inputs.metadata)
    ? textAt(inputs, "metadata", "annotations", "pulumi.com/patchFieldManager")
    : "";
  return chosen || textAt(state, "__fieldManager") || newFieldManager();
}
