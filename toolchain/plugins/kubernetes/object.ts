import type { Json, JsonObject } from "../../plugin/struct.ts";

/** An object of the API, as its JSON has it. */
export interface KubeObject extends JsonObject {
  apiVersion: string;
  kind: string;
  metadata: Metadata;
}

export interface Metadata extends JsonObject {
  name: string;
}

/** What a path of keys leads to; undefined where there is nothing. */
export function at(value: Json | undefined, ...path: readonly (string | number)[]): Json | undefined {
  let found = value;
  for (const key of path) {
    if (found === null || typeof found !== "object") return undefined;
    found = (found as JsonObject)[key];
  }
  return found;
}

export function objectAt(value: Json | undefined, ...path: readonly (string | number)[]): JsonObject {
  const found = at(value, ...path);
  return isObject(found) ? found : {};
}

export function listAt(value: Json | undefined, ...path: readonly (string | number)[]): readonly Json[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? found : [];
}

/** Empty where there is no text. */
export function textAt(value: Json | undefined, ...path: readonly (string | number)[]): string {
  const found = at(value, ...path);
  return typeof found === "string" ? found : "";
}

/** 0 where there is no number, as the API leaves out what is 0. */
export function numberAt(value: Json | undefined, ...path: readonly (string | number)[]): number {
  const found = at(value, ...path);
  return typeof found === "number" ? found : 0;
}

export function isObject(value: Json | undefined): value is JsonObject {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

/** Whether a value says nothing: the API leaves most of these out of its answers. */
export function isEmpty(value: Json | undefined): boolean {
  if (value === undefined || value === null || value === "" || value === 0 || value === false) return true;
  return typeof value === "object" && Object.values(value).every(isEmpty);
}

export function nameOf(object: JsonObject): string {
  return textAt(object, "metadata", "name");
}

export function namespaceOf(object: JsonObject): string {
  return textAt(object, "metadata", "namespace");
}

/** How a person finds the object: `StatefulSet shop/broker`. */
export function titleOf(object: JsonObject): string {
  return `${textAt(object, "kind")} ${idOf(object)}`;
}

/** Pulumi's id: `namespace/name`, or `name` of what belongs to no namespace. */
export function idOf(object: JsonObject): string {
  const namespace = namespaceOf(object);
  return namespace ? `${namespace}/${nameOf(object)}` : nameOf(object);
}

export function parseId(id: string): { readonly namespace: string; readonly name: string } {
  const [first = "", second] = id.split("/", 2);
  return second === undefined ? { namespace: "", name: first } : { namespace: first, name: second };
}

export function annotation(object: JsonObject, name: string): string | undefined {
  const value = at(object, "metadata", "annotations", `pulumi.com/${name}`);
  return typeof value === "string" ? value : undefined;
}

export function isAnnotated(object: JsonObject, name: string): boolean {
  return annotation(object, name) === "true";
}
