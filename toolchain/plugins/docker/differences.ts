import { isDeepStrictEqual } from "node:util";
import type { Diff, PropertyChange } from "../../plugin/resource.ts";
import { type Json, type JsonObject, UNKNOWN } from "../../plugin/struct.ts";
import { nanoseconds } from "./duration.ts";
import { isEmpty, type Properties, type Property, type Shape } from "./property.ts";

type Change = Omit<PropertyChange, "replaces">;

/**
 * What differs between the state as it is (with what a refresh found) and the inputs as they are wanted. Pure.
 *
 * 1. An input that is not given stands for its default. Where the engine chooses and the program never did, nothing
 *    differs; where the program did and does no more, it does.
 * 2. Absent, zero and empty are one. Sets are compared without regard to order, durations by their length.
 * 3. What is not known before the deployment counts as changed.
 */
export function differences(
  properties: Properties,
  inputs: JsonObject,
  state: JsonObject,
  oldInputs: JsonObject,
  deleteBeforeReplace: boolean,
): Diff {
  const detailed = Object.entries(properties).flatMap(([name, property]) =>
    propertyChanges(name, property, inputs[name], state[name], oldInputs[name]).map((change) => ({
      ...change,
      replaces: property.replaces === true,
    })),
  );
  const top = (changes: readonly PropertyChange[]) => [...new Set(changes.map(({ path }) => /^\w+/.exec(path)![0]))];
  return {
    changed: top(detailed),
    replaces: top(detailed.filter(({ replaces }) => replaces)),
    detailed,
    deleteBeforeReplace,
  };
}

/** Whether two values of a property mean the same. */
export function same(shape: Shape, a: Json | undefined, b: Json | undefined): boolean {
  return isDeepStrictEqual(canonical(shape, a), canonical(shape, b));
}

function propertyChanges(
  path: string,
  property: Property,
  given: Json | undefined,
  actual: Json | undefined,
  before: Json | undefined,
): Change[] {
  const wanted = given ?? property.default;
  const { shape, computed } = property;
  if (computed && saysNothing(shape, wanted) && saysNothing(shape, before)) return [];
  return valueChanges(path, shape, wanted, actual, before);
}

function valueChanges(
  path: string,
  shape: Shape,
  wanted: Json | undefined,
  actual: Json | undefined,
  before: Json | undefined,
): Change[] {
  if (saysNothing(shape, wanted))
    return saysNothing(shape, actual) ? [] : [{ path, kind: wanted === undefined ? "delete" : "update" }];
  if (saysNothing(shape, actual)) return [{ path, kind: actual === undefined || actual === null ? "add" : "update" }];
  if (wanted === UNKNOWN) return [{ path, kind: "update" }];
  switch (shape.type) {
    case "object":
      return Object.entries(shape.fields).flatMap(([name, property]) =>
        propertyChanges(`${path}.${name}`, property, field(wanted, name), field(actual, name), field(before, name)),
      );
    case "map":
      return [...new Set([...Object.keys(wanted as JsonObject), ...Object.keys(actual as JsonObject)])].flatMap(
        (name) =>
          valueChanges(`${path}[${JSON.stringify(name)}]`, TEXT, field(wanted, name), field(actual, name), undefined),
      );
    case "list":
      return Array.from({ length: Math.max(items(wanted).length, items(actual).length) }, (_, index) =>
        valueChanges(`${path}[${index}]`, shape.of, items(wanted)[index], items(actual)[index], items(before)[index]),
      ).flat();
    case "set":
      return setChanges(path, shape, items(wanted), items(actual), items(before));
    default:
      return same(shape, wanted, actual) ? [] : [{ path, kind: "update" }];
  }
}

function saysNothing(shape: Shape, value: Json | undefined): boolean {
  return isEmpty(value) || (shape.type === "duration" && nanoseconds(String(value)) === 0);
}

const TEXT: Shape = { type: "string" };

/** Elements that belong together are compared; of the others those at the same place count as one that changed. */
function setChanges(
  path: string,
  shape: Shape & { type: "set" },
  wanted: readonly Json[],
  actual: readonly Json[],
  before: readonly Json[],
): Change[] {
  const rest = actual.map((item, index) => ({ index, id: identity(shape, item), item }));
  const take = (found: number) => (found < 0 ? undefined : rest.splice(found, 1)[0]);
  const changes: Change[] = [];
  const unmatched: number[] = [];
  wanted.forEach((item, index) => {
    const id = identity(shape, item);
    const match = take(rest.findIndex((other) => other.id === id));
    const earlier = before.find((other) => identity(shape, other) === id);
    if (match) changes.push(...valueChanges(`${path}[${index}]`, shape.of, item, match.item, earlier));
    else unmatched.push(index);
  });
  for (const index of unmatched) {
    const replaced = take(rest.findIndex((other) => other.index === index));
    changes.push({ path: `${path}[${index}]`, kind: replaced ? "update" : "add" });
  }
  return [...changes, ...rest.map(({ index }): Change => ({ path: `${path}[${index}]`, kind: "delete" }))];
}

function identity({ of, key }: Shape & { type: "set" }, item: Json): string {
  if (!key || of.type !== "object") return JSON.stringify(canonical(of, item) ?? null);
  return JSON.stringify(key.map((name) => field(item, name) ?? of.fields[name]?.default ?? null));
}

/** One form for all that means the same; undefined for what says nothing. Fields keep the order of their table. */
function canonical(shape: Shape, value: Json | undefined): Json | undefined {
  if (value === UNKNOWN) return value;
  if (isEmpty(value)) return undefined;
  if (shape.type === "duration") return nanoseconds(String(value)) || undefined;
  if (shape.type === "list") return items(value).map((item) => canonical(shape.of, item) ?? null);
  if (shape.type === "set")
    return items(value)
      .map((item) => JSON.stringify(canonical(shape.of, item) ?? null))
      .toSorted();
  if (shape.type !== "object") return value;
  const fields = Object.entries(shape.fields)
    .map(([name, property]) => [name, canonical(property.shape, field(value, name) ?? property.default)] as const)
    .filter((entry): entry is [string, Json] => entry[1] !== undefined);
  return Object.fromEntries(fields);
}

function field(value: Json | undefined, name: string): Json | undefined {
  return value !== null && typeof value === "object" && !Array.isArray(value) ? value[name] : undefined;
}

function items(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}
