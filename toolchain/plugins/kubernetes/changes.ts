import { isDeepStrictEqual } from "node:util";
import { type Json, type JsonObject, UNKNOWN } from "../../plugin/struct.ts";
import { isEmpty, isObject } from "./object.ts";
import type { Path } from "./path.ts";
import { sameQuantity } from "./quantity.ts";

export interface Change {
  readonly path: Path;
  readonly kind: "add" | "delete" | "update";
}

/**
 * What differs between an object as it is and as it is wanted. Pure.
 *
 * 1. Only what the program says or said is looked at: what the server fills in and what others own is no difference.
 * 2. What the program said and the server left out of its answer, because it says nothing, is no difference.
 * 3. What the program says no more is one, unless it is gone already.
 * 4. Members of a list that have names belong together by these; of other lists by their places.
 * 5. What is not known before the deployment counts as changed.
 *
 * @param before what the program said when the object became what it is.
 */
export function changes(wanted: JsonObject, live: JsonObject, before: JsonObject): Change[] {
  return objectChanges([], wanted, live, before);
}

function objectChanges(path: Path, wanted: JsonObject, live: JsonObject, before: JsonObject): Change[] {
  const names = [...new Set([...Object.keys(wanted), ...Object.keys(before)])];
  return names.flatMap((name) => valueChanges([...path, name], wanted[name], live[name], before[name]));
}

function valueChanges(
  path: Path,
  wanted: Json | undefined,
  live: Json | undefined,
  before: Json | undefined,
): Change[] {
  if (wanted === undefined) return before === undefined || isEmpty(live) ? [] : [{ path, kind: "delete" }];
  if (live === undefined || before === undefined) {
    if (live === undefined && isEmpty(wanted) && isDeepStrictEqual(wanted, before)) return [];
    if (isObject(wanted) && isObject(live)) return objectChanges(path, wanted, live, {});
    return [{ path, kind: live === undefined ? "add" : isDeepStrictEqual(wanted, live) ? "add" : "update" }];
  }
  if (wanted === UNKNOWN) return [{ path, kind: "update" }];
  if (isObject(wanted) && isObject(live)) return objectChanges(path, wanted, live, isObject(before) ? before : {});
  if (Array.isArray(wanted) && Array.isArray(live))
    return listChanges(path, wanted, live, Array.isArray(before) ? before : []);
  return isDeepStrictEqual(wanted, live) || sameQuantity(path, wanted, live) ? [] : [{ path, kind: "update" }];
}

function listChanges(path: Path, wanted: readonly Json[], live: readonly Json[], before: readonly Json[]): Change[] {
  const [names, liveNames] = [namesOf(wanted), namesOf(live)];
  if (!names || !liveNames || !namesOf(before) || !inOneOrder(names, liveNames)) {
    const length = Math.max(wanted.length, Math.min(live.length, before.length));
    return Array.from({ length }, (_, index) => {
      return valueChanges([...path, index], wanted[index], live[index], before[index]);
    }).flat();
  }
  const named = (list: readonly Json[], name: string) => list.find((item) => (item as JsonObject).name === name);
  const present = names.flatMap((name, index) =>
    valueChanges([...path, index], wanted[index], named(live, name), named(before, name)),
  );
  const gone = namesOf(before)!.flatMap((name, index) =>
    names.includes(name) ? [] : valueChanges([...path, index], undefined, named(live, name), before[index]),
  );
  return [...present, ...gone];
}

/** The names of the members, where all have one and no two the same. */
export function namesOf(list: readonly Json[]): string[] | undefined {
  const names = list.flatMap((item) => (isObject(item) && typeof item.name === "string" ? [item.name] : []));
  return names.length === list.length && new Set(names).size === names.length ? names : undefined;
}

/** Others may have put members in between; the order of ours matters, for example where variables refer to earlier ones. */
function inOneOrder(names: readonly string[], live: readonly string[]): boolean {
  const places = names.map((name) => live.indexOf(name)).filter((place) => place >= 0);
  return places.every((place, index) => index === 0 || place > places[index - 1]!);
}
