import type { Json, JsonObject } from "../../plugin/struct.ts";
import { namesOf } from "./changes.ts";
import { normalized } from "./inputs.ts";
import { isEmpty, isObject, objectAt } from "./object.ts";
import type { Path } from "./path.ts";
import { sameQuantity } from "./quantity.ts";

/**
 * Of a live object what the program says of it, with the live values: the inputs that would have made it. What the
 * program said and the server left out, because it says nothing, stays, and so does another way to write a quantity.
 */
export function pruned(live: JsonObject, inputs: JsonObject): JsonObject {
  return prunedObject([], live, inputs);
}

function prunedObject(path: Path, live: JsonObject, inputs: JsonObject): JsonObject {
  const entries = Object.entries(inputs).flatMap(([name, said]): [string, Json][] => {
    const value = live[name];
    if (value === undefined) return isEmpty(said) ? [[name, said]] : [];
    return [[name, prunedValue([...path, name], value, said)]];
  });
  return Object.fromEntries(entries);
}

function prunedValue(path: Path, live: Json, said: Json): Json {
  if (isObject(live) && isObject(said)) return prunedObject(path, live, said);
  if (Array.isArray(live) && Array.isArray(said)) return prunedList(path, live, said);
  return sameQuantity(path, live, said) ? said : live;
}

function prunedList(path: Path, live: readonly Json[], said: readonly Json[]): Json[] {
  const byName = namesOf(live) && namesOf(said);
  const find = (item: Json, index: number) =>
    byName ? live.find((other) => (other as JsonObject).name === (item as JsonObject).name) : live[index];
  return said.flatMap((item, index) => {
    const value = find(item, index);
    return value === undefined ? [] : [prunedValue([...path, index], value, item)];
  });
}

/** The inputs of an object that no program has said anything of yet: all of it but what is the server's to say. */
export function imported(live: JsonObject): JsonObject {
  const object = normalized(live);
  const { annotations, ...metadata } = objectAt(object, "metadata");
  const own = Object.entries(isObject(annotations) ? annotations : {}).filter(([name]) => !CONTROLLERS.includes(name));
  return { ...object, metadata: { ...metadata, ...(own.length > 0 && { annotations: Object.fromEntries(own) }) } };
}

const CONTROLLERS = ["deployment.kubernetes.io/revision", "kubectl.kubernetes.io/last-applied-configuration"];
