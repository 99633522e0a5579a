import { isDeepStrictEqual } from "node:util";
import type { Diff } from "../../plugin/resource.ts";
import { hasUnknown, type Json, type JsonObject } from "../../plugin/struct.ts";
import { ApiError } from "./api-error.ts";
import { type Change, changes, namesOf } from "./changes.ts";
import { isAnnotated, isObject, nameOf, namespaceOf, textAt } from "./object.ts";
import { lies, type Path, parsePath, pathText } from "./path.ts";
import { immutablePlaces, replaces, replacingPaths } from "./replacing.ts";
import type { Settings } from "./settings.ts";

export interface Compared {
  readonly wanted: JsonObject;
  /** The object as the state knows it. */
  readonly live: JsonObject;
  readonly before: JsonObject;
  readonly ignoreChanges: readonly string[];
  readonly settings: Settings;
  /** What the server would make of the wanted object; undefined when it cannot be asked. */
  tryOut?(): Promise<JsonObject>;
}

/**
 * What an update changes, and whether it can.
 *
 * 1. The wanted object is compared with the state (`changes.ts`), without what the program leaves as it is.
 * 2. If something differs, the server tries the update out. What it makes of a wanted value may be what is there: no
 *    change. What it says is immutable replaces the object, as does what a list says (`replacing.ts`).
 */
export async function difference(compared: Compared): Promise<Diff> {
  const { wanted, live, before } = scoped(compared);
  const ignored = compared.ignoreChanges.map(parsePath);
  const found = changes(wanted, live, before).filter(({ path }) => !ignored.some((place) => lies(path, place)));
  const tried = await tryOut(compared, found);
  const left = tried.result ? found.filter((change) => !isMade(change, wanted, live, tried.result!)) : found;
  const places = [...replacingPaths(wanted, compared.settings), ...tried.immutable];
  const detailed = left.map((change) => ({
    path: pathText(change.path),
    kind: change.kind,
    replaces: replaces(change, places, wanted, live),
  }));
  const top = (all: readonly { path: string }[]) => [...new Set(all.map(({ path }) => String(parsePath(path)[0])))];
  return {
    changed: top(detailed),
    replaces: top(detailed.filter((change) => change.replaces)),
    detailed,
    deleteBeforeReplace: isInTheWay(wanted, live),
  };
}

/** A new object of the same name cannot be made beside the old one, unless the name is one that Pulumi made. */
function isInTheWay(wanted: JsonObject, live: JsonObject): boolean {
  const same = nameOf(wanted) === nameOf(live) && namespaceOf(wanted) === namespaceOf(live);
  return same && nameOf(wanted) !== "" && !isAnnotated(wanted, "autonamed");
}

/** No namespace is the namespace `default`; what belongs to none has none, whatever the program says. */
function scoped(compared: Compared) {
  const namespace = namespaceOf(compared.live);
  const inScope = (object: JsonObject, own: string): JsonObject => {
    if (!isObject(object.metadata)) return object;
    const { namespace: _, ...rest } = object.metadata;
    return { ...object, metadata: namespace ? { ...rest, namespace: own } : rest };
  };
  const { wanted, live, before } = compared;
  return {
    wanted: inScope(wanted, textAt(wanted, "metadata", "namespace") || "default"),
    live: inScope(live, namespace),
    before: inScope(before, namespace),
  };
}

async function tryOut(
  { wanted, live, tryOut }: Compared,
  found: readonly Change[],
): Promise<{ result?: JsonObject; immutable: Path[] }> {
  const isOther = found.some(({ path }) => path[0] === "metadata" && (path[1] === "name" || path[1] === "namespace"));
  if (found.length === 0 || isOther || !tryOut || hasUnknown(wanted) || nameOf(live) === "") return { immutable: [] };
  try {
    return { result: await tryOut(), immutable: [] };
  } catch (error) {
    // Any other refusal is told by the update itself.
    return {
      immutable: error instanceof ApiError && error.status === 422 ? immutablePlaces(wanted, error.causes) : [],
    };
  }
}

/** Whether the server makes of the wanted value what is there already. */
function isMade({ path, kind }: Change, wanted: JsonObject, live: JsonObject, result: JsonObject): boolean {
  if (kind === "delete") return false;
  return isDeepStrictEqual(follow(live, wanted, path), follow(result, wanted, path));
}

/** The value at the place that a path has in `wanted`; members of lists are found by their names. */
function follow(object: Json | undefined, wanted: Json | undefined, [key, ...rest]: Path): Json | undefined {
  if (key === undefined) return object;
  const like = member(wanted, key);
  const isNamed =
    Array.isArray(object) && Array.isArray(wanted) && isObject(like) && namesOf(object) && namesOf(wanted);
  const found = isNamed ? object.find((item) => (item as JsonObject).name === like.name) : member(object, key);
  return follow(found, like, rest);
}

function member(value: Json | undefined, key: string | number): Json | undefined {
  return value !== null && typeof value === "object" ? (value as JsonObject)[key] : undefined;
}
