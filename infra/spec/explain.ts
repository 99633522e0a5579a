import type { z } from "zod";
import { type JsonSchema, schemaAt } from "./json-schema.ts";
import { nearest } from "./nearest.ts";
import { NO_SECRET } from "./no-secret.ts";
import { formatPath, type Path, type Problem } from "./problem.ts";

const TYPES: Readonly<Record<string, string>> = {
  object: "keys with values",
  record: "keys with values",
  array: "a list",
  string: "a text",
  int: "a whole number",
  number: "a number",
  boolean: "true or false",
};

/**
 * One zod issue in words: what was wanted, what was found, what to do. An issue may name several unknown keys.
 *
 * @param written a value as it stands in the file.
 */
export function explain(issue: z.core.$ZodIssue, written: (path: Path) => string | undefined): Problem[] {
  const path = toPath(issue);
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownKey(path, key));
  if (issue.code === "custom") return [{ path, message: issue.message, next: String(issue.params?.next) }];
  if (issue.input === undefined) {
    const next = `add ${formatPath(path.slice(-1))}`;
    return [{ path, message: `wanted ${wantedBy(issue)}, found nothing`, next }];
  }
  const schema = schemaAt(path);
  const wanted = schema?.wanted ?? wantedBy(issue);
  const found = schema?.secretive && typeof issue.input !== "object" ? "something else" : show(issue.input);
  const next = retyped(issue, written(path), schema) ?? nextFor(issue, wanted);
  return [{ path, message: `wanted ${wanted}, found ${found}`, next }];
}

/** YAML reads 007 as a number and "3" as a text: the same characters, written as the wanted type. */
function retyped({ code, input }: z.core.$ZodIssue, written: string | undefined, schema: JsonSchema | undefined) {
  const type = schema?.type ?? (schema?.items ? "array" : undefined);
  const isScalar = typeof input === "string" || typeof input === "number" || typeof input === "boolean";
  if (code !== "invalid_type" || !isScalar || schema?.secretive) return undefined;
  const text = (written ?? String(input)).trim();
  if (type === "string" && typeof input !== "string") return schema?.enum ? undefined : `write ${JSON.stringify(text)}`;
  if (type === "integer" && /^\d+$/.test(text)) return `write ${Number(text)}, without quotes`;
  if (type === "integer" && Number.isInteger(Number(text.replace(/[_,]/g, "") || Number.NaN)))
    return `write ${Number(text.replace(/[_,]/g, ""))}`;
  if (type === "boolean") {
    if (/^(true|yes|on|y|1)$/i.test(text)) return "write true";
    if (/^(false|no|off|n|0)$/i.test(text)) return "write false";
  }
  if (type === "array" && schema?.items?.type === "string" && typeof input === "string" && text !== "")
    return `write [${text.split(/\s*,\s*/).join(", ")}]`;
  return undefined;
}

const toPath = (issue: z.core.$ZodIssue): Path =>
  issue.path.map((part) => (typeof part === "symbol" ? String(part) : part));

function unknownKey(parent: Path, key: string): Problem {
  if (parent[0] === "users" && /^(password|secret)$/i.test(key))
    return { path: [...parent, key], ...NO_SECRET, atKey: true };
  const known = Object.keys(schemaAt(parent)?.properties ?? {});
  const meant = nearest(key, known);
  return {
    path: [...parent, key],
    message: `wanted one of the keys ${known.join(", ")}, found ${key}`,
    next: meant ? `did you mean ${meant}?` : "take it out; stacks/reference.yaml explains every key",
    atKey: true,
  };
}

function wantedBy(issue: z.core.$ZodIssue): string {
  // zod first asks for a number and only then for a whole one.
  const integer = schemaAt(toPath(issue))?.type === "integer";
  if (issue.code === "invalid_type") return TYPES[integer ? "int" : issue.expected] ?? issue.expected;
  if (issue.code === "invalid_value") return `one of ${issue.values.join(", ")}`;
  if (issue.code === "invalid_union") return "a text, a number, or true or false";
  if (issue.code === "too_small")
    return issue.origin === "string" ? "a text that is not empty" : `${issue.minimum} or more`;
  if (issue.code === "too_big") return `${issue.maximum} or less`;
  return issue.message;
}

function nextFor(issue: z.core.$ZodIssue, wanted: string): string {
  if (issue.code === "invalid_value") {
    const meant = nearest(String(issue.input), issue.values.map(String));
    return meant ? `did you mean ${meant}?` : `write ${issue.values.join(" or ")}`;
  }
  return issue.input === null ? "write a value or take the key out" : `write ${wanted}`;
}

/** A value as it may stand in an error: scalars as JSON, the rest by its kind. */
function show(value: unknown): string {
  if (value === null) return "nothing";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "keys with values" : JSON.stringify(value);
}
