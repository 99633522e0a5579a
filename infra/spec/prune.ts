import type { Path } from "./problem.ts";

/**
 * The data of a stack file without what is wrong in it, so that the rest can still be judged and a person hears of
 * everything at once. Positions in lists stay, because errors name them.
 *
 * @param missing whether a path is a key that must be there and is not: its section then goes.
 */
export function prune(data: unknown, faults: readonly { readonly path: Path; readonly missing: boolean }[]): unknown {
  const copy = structuredClone(data);
  for (const { path, missing } of faults) {
    const [place, value] = missing ? placeholderOfKey(path) : [path, undefined];
    put(copy, place, value ?? placeholderOfItem(place));
  }
  return copy;
}

/** Sets a value, or takes the key away; an item of a list without a stand-in goes with its list. */
function put(root: unknown, path: Path, value: unknown): void {
  const depth = value === undefined ? path.findLastIndex((part) => typeof part === "string") : path.length - 1;
  const parent = path.slice(0, depth).reduce(childOf, root);
  const key = path[depth];
  if (typeof parent !== "object" || parent === null || key === undefined) return;
  if (value === undefined) Reflect.deleteProperty(parent, key);
  else Reflect.set(parent, key, value);
}

/** A key that must be there has a stand-in that is legal and unique, or its section goes without it. */
function placeholderOfKey(path: Path): readonly [Path, unknown] {
  const [root, index] = path;
  const key = path.at(-1);
  if (key === "name" && path.length === 3 && isNamed(root)) return [path, `unnamed-${index}`];
  if (key === "do" && root === "users") return [path, ["all"]];
  return [path.slice(0, -1), undefined];
}

function placeholderOfItem(path: Path): unknown {
  const [root, index, list] = path;
  if (path.length === 2 && isNamed(root) && typeof index === "number") return { name: `unnamed-${index}` };
  if (path.length === 4 && root === "users" && list === "can") return { do: ["all"] };
  return undefined;
}

const isNamed = (root: unknown): boolean => root === "topics" || root === "users";

const childOf = (value: unknown, part: string | number): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, part) : undefined;
