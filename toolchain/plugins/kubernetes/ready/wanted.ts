import type { Json } from "../../../plugin/struct.ts";
import { annotation, at, isAnnotated, type KubeObject } from "../object.ts";
import { isJudged, judge, type Surroundings } from "./judge.ts";
import { READY, type Standing, waiting } from "./standing.ts";
import { condition, isStale } from "./workloads.ts";

/** A refresh looks only whether these work, as the official plugin does. */
const LOOKED_AT = ["DaemonSet", "Deployment", "Ingress", "Job", "Pod", "Service", "StatefulSet"];

/** Whether the program wants to wait for the object, and there is something to wait for. */
export function isWaitedFor(object: KubeObject, inputs: KubeObject): boolean {
  return !isAnnotated(inputs, "skipAwait") && (annotation(inputs, "waitFor") !== undefined || isJudged(object));
}

export function isLookedAt(object: KubeObject, inputs: KubeObject): boolean {
  return isWaitedFor(object, inputs) && LOOKED_AT.includes(object.kind);
}

/** How far the object is, by the program's own conditions (`pulumi.com/waitFor`) or by what its kind is for. */
export async function standingOf(
  object: KubeObject,
  inputs: KubeObject,
  around: Surroundings,
  seconds: number,
): Promise<Standing> {
  const own = annotation(inputs, "waitFor");
  if (own === undefined) return await judge(object, around, seconds);
  const missing = expressions(own).filter((text) => !holds(object, text));
  return missing.length === 0 ? READY : waiting(`${missing.join(", ")} does not hold`);
}

/** What is wrong with a `pulumi.com/waitFor`; undefined when it is right. */
export function waitForFault(text: string): string | undefined {
  const wrong = expressions(text).find((expression) => !CONDITION.test(expression) && !PLACE.test(expression));
  if (wrong === undefined && expressions(text).length > 0) return undefined;
  return `wanted condition=Type, condition=Type=Status, jsonpath={.path} or jsonpath={.path}=value (no filters), or a JSON list of these; found ${wrong ?? text}`;
}

const CONDITION = /^condition=([^=]+)(?:=(.+))?$/;
const PLACE = /^jsonpath=\{\s*\$?((?:\.[\w/-]+|\[\d+\]|\['[^']+'\]|\["[^"]+"\])+)\s*\}(?:=(.+))?$/;

function expressions(text: string): string[] {
  try {
    const list: unknown = JSON.parse(text);
    if (Array.isArray(list)) return list.map(String);
  } catch {
    // One expression, and not a list of them.
  }
  return [text];
}

function holds(object: KubeObject, expression: string): boolean {
  // What the controller says of an earlier generation does not count; many controllers do not say which it is.
  if (at(object, "status", "observedGeneration") !== undefined && isStale(object)) return false;
  const [, type, status = "True"] = CONDITION.exec(expression) ?? [];
  if (type !== undefined) return condition(object, type).status.toLowerCase() === status.toLowerCase();
  const [, path = "", value] = PLACE.exec(expression) ?? [];
  const found = keysOf(path).reduce<Json | undefined>((value, key) => at(value, key), object);
  return value === undefined ? found !== undefined : String(found) === value;
}

function keysOf(path: string): string[] {
  const keys = path.matchAll(/\.([\w/-]+)|\[(\d+)\]|\['([^']+)'\]|\["([^"]+)"\]/g);
  return [...keys].map(([, name, index, single, double]) => name ?? index ?? single ?? double ?? "");
}
