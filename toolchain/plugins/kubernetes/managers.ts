import type { Json, JsonObject } from "../../plugin/struct.ts";
import { isObject, type KubeObject, listAt, objectAt } from "./object.ts";
import type { Path } from "./path.ts";

/**
 * Managers that changed an object on behalf of the same program or person without server-side apply: their fields are
 * taken over without a conflict, as the official plugin does. Source: pulumi-kubernetes, provider/pkg/await/await.go.
 */
const PREDECESSORS = [
  "kubectl Apply",
  "kubectl Update",
  "before-first-apply Update",
  "pulumi-kubernetes Update",
  "pulumi-kubernetes.exe Update",
  "pulumi-resource-kubernetes Update",
];

/**
 * The object's managers with those of its predecessors joined into `fieldManager`; undefined when there are none. A set
 * of fields is a tree of names, so joining is merging.
 *
 * @param oldManager under which the program applied the object before.
 */
export function takenOver(live: KubeObject, fieldManager: string, oldManager: string): JsonObject[] | undefined {
  const entries = listAt(live, "metadata", "managedFields").filter(isObject);
  const isOurs = (entry: JsonObject) =>
    entry.manager === fieldManager && entry.operation === "Apply" && !entry.subresource;
  const isOld = (entry: JsonObject) =>
    !isOurs(entry) &&
    !entry.subresource &&
    [...PREDECESSORS, `${oldManager} Apply`].includes(`${entry.manager} ${entry.operation}`);
  const old = entries.filter(isOld);
  if (old.length === 0) return undefined;
  const own = entries.find(isOurs);
  const joined = [...(own ? [own] : []), ...old];
  const fieldsV1 = joined.reduce<JsonObject>((fields, entry) => merged(fields, objectAt(entry, "fieldsV1")), {});
  const { apiVersion = live.apiVersion } = joined.at(-1)!;
  const entry = { manager: fieldManager, operation: "Apply", apiVersion, fieldsType: "FieldsV1", fieldsV1 };
  return [...entries.filter((other) => !isOurs(other) && !isOld(other)), entry];
}

function merged(a: JsonObject, b: JsonObject): JsonObject {
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  return Object.fromEntries(names.map((name) => [name, merged(objectAt(a, name), objectAt(b, name))]));
}

/** Whether someone else says what a field is, and we do not. */
export function isOthers(live: KubeObject, path: Path, fieldManager: string): boolean {
  const entries = listAt(live, "metadata", "managedFields").filter(isObject);
  const holders = entries.filter((entry) => holds(objectAt(entry, "fieldsV1"), live, path));
  return holders.length > 0 && !holders.some((entry) => entry.manager === fieldManager);
}

/** Whether a set of fields has the path: `f:name` for a field, `k:{"name":"x"}` for a member of a list. */
function holds(fields: JsonObject, live: Json, path: Path): boolean {
  let [node, value]: [JsonObject, Json | undefined] = [fields, live];
  for (const key of path) {
    const list = value;
    value = value !== null && typeof value === "object" ? (value as JsonObject)[key] : undefined;
    const name = Array.isArray(list) ? memberOf(node, value) : `f:${key}`;
    if (name === undefined || !isObject(node[name])) return false;
    node = node[name];
  }
  return true;
}

function memberOf(node: JsonObject, member: Json | undefined): string | undefined {
  return Object.keys(node).find((name) => {
    if (!name.startsWith("k:") || !isObject(member)) return false;
    const key = JSON.parse(name.slice(2)) as JsonObject;
    return Object.entries(key).every(([field, value]) => member[field] === value);
  });
}

/** For messages: who has which field, as a conflict tells it. */
export function conflictsOf(causes: readonly { readonly message: string; readonly field: string }[]): string[] {
  return causes.map(({ message, field }) => {
    const manager = /conflict with "([^"]*)"/.exec(message)?.[1] ?? "another manager";
    return `${field.replace(/^\./, "")} (${manager})`;
  });
}
