import type { Problem } from "./problem.ts";

/**
 * The data of a stack file without what is wrong in it, so that the rest can still be checked and a person hears of
 * everything at once. Positions in lists stay, because errors name them.
 */
export function prune(data: unknown, problems: readonly Problem[]): unknown {
  const copy = structuredClone(data);
  for (const { path } of problems) {
    // The last key on the way: an item of a list goes with its whole list, or those after it would move up.
    const depth = path.findLastIndex((part) => typeof part === "string");
    const parent = path.slice(0, depth).reduce(childOf, copy);
    const key = path[depth];
    if (typeof parent !== "object" || parent === null || key === undefined) continue;
    // A topic's name has no default that could step in; this one is legal and nobody else's.
    if (path[0] === "topics" && key === "name") Reflect.set(parent, key, `unnamed-${path[1]}`);
    else Reflect.deleteProperty(parent, key);
  }
  return copy;
}

const childOf = (value: unknown, part: string | number): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, part) : undefined;
