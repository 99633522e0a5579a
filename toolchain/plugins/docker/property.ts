import type { Json } from "../../plugin/struct.ts";

/**
 * What a value is made of. It decides which inputs are refused, and when two values mean the same:
 * - `duration` is text as Go writes it (`1m30s`), equal by its length;
 * - `set` disregards order; its elements belong together by `key`, or where that is missing by all they hold;
 * - `map` holds texts.
 */
export type Shape =
  | { readonly type: "string"; readonly pattern?: RegExp }
  | { readonly type: "number"; readonly least?: number }
  | { readonly type: "boolean" | "duration" | "map" }
  | { readonly type: "list"; readonly of: Shape }
  | { readonly type: "set"; readonly of: Shape; readonly key?: readonly string[] }
  | { readonly type: "object"; readonly fields: Properties };

export interface Property {
  readonly shape: Shape;
  readonly required?: true;
  /** A change replaces the resource (Terraform's ForceNew). Without it the resource is updated in place. */
  readonly replaces?: true;
  /** The engine chooses a value where the program gives none, so that its presence is no difference. */
  readonly computed?: true;
  readonly default?: Json;
}

export type Properties = Readonly<Record<string, Property>>;

export const string: Shape = { type: "string" };
export const number: Shape = { type: "number" };
export const natural: Shape = { type: "number", least: 0 };
export const boolean: Shape = { type: "boolean" };
export const duration: Shape = { type: "duration" };
export const map: Shape = { type: "map" };
export const matching = (pattern: RegExp): Shape => ({ type: "string", pattern });
export const list = (of: Shape): Shape => ({ type: "list", of });
export const set = (of: Shape, key?: readonly string[]): Shape => ({ type: "set", of, ...(key && { key }) });
export const object = (fields: Properties): Shape => ({ type: "object", fields });

/** User-defined metadata, as every resource has it. */
export const labels: Shape = set(
  object({ label: { shape: string, required: true }, value: { shape: string, required: true } }),
);

/** Whether a value says nothing: to Docker's API, as to Terraform, absent, zero and empty are one. */
export function isEmpty(value: Json | undefined): boolean {
  if (value === undefined || value === null || value === "" || value === 0 || value === false) return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}
