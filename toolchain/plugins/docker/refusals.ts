import type { CheckFailure } from "../../plugin/resource.ts";
import { type Json, type JsonObject, UNKNOWN } from "../../plugin/struct.ts";
import { nanoseconds } from "./duration.ts";
import type { Properties, Shape } from "./property.ts";

/**
 * What is wrong with a resource's inputs, by property path; never with a value, which may be a secret. An input that
 * this stand-in does not know is refused, because to leave out what was asked for would be worse. Pure.
 */
export function refusals(properties: Properties, inputs: JsonObject): CheckFailure[] {
  return fieldRefusals("", properties, inputs);
}

function fieldRefusals(path: string, fields: Properties, values: JsonObject): CheckFailure[] {
  const at = (name: string) => (path ? `${path}.${name}` : name);
  const missing = Object.entries(fields)
    .filter(([name, { required }]) => required && (values[name] ?? null) === null)
    .map(([name]) => ({ property: at(name), reason: `${at(name)}: wanted a value, found none; set it` }));
  const given = Object.entries(values).filter(([name, value]) => !name.startsWith("__") && value !== null);
  const wrong = given.flatMap(([name, value]) => {
    const property = fields[name];
    return property ? valueRefusals(at(name), property.shape, value) : [unsupported(at(name))];
  });
  return [...missing, ...wrong];
}

function unsupported(path: string): CheckFailure {
  const reason =
    `${path}: the stand-in for the official docker plugin does not support this property; ` +
    "leave it out, or install the official plugin: pulumi plugin install resource docker";
  return { property: path, reason };
}

function valueRefusals(path: string, shape: Shape, value: Json): CheckFailure[] {
  if (value === UNKNOWN) return [];
  const wanted = fault(shape, value);
  if (wanted) return [{ property: path, reason: `${path}: wanted ${wanted}, found ${kindOf(value)}; correct it` }];
  if (shape.type === "object") return fieldRefusals(path, shape.fields, value as JsonObject);
  if (shape.type === "list" || shape.type === "set")
    return (value as Json[]).flatMap((item, index) => valueRefusals(`${path}[${index}]`, shape.of, item));
  return [];
}

/** What was wanted, if that is not what was found. */
function fault(shape: Shape, value: Json): string | undefined {
  switch (shape.type) {
    case "string":
      if (typeof value !== "string") return "a text";
      return !shape.pattern || shape.pattern.test(value) ? undefined : `a text like ${shape.pattern}`;
    case "number":
      if (typeof value !== "number" || !Number.isInteger(value)) return "a whole number";
      return shape.least === undefined || value >= shape.least ? undefined : `${shape.least} or more`;
    case "boolean":
      return typeof value === "boolean" ? undefined : "true or false";
    case "duration":
      return typeof value === "string" && nanoseconds(value) !== undefined ? undefined : "a duration such as 1m30s";
    case "map":
      return isObject(value) && Object.values(value as JsonObject).every((item) => typeof item === "string")
        ? undefined
        : "texts by name";
    case "object":
      return isObject(value) ? undefined : "an object";
    default:
      return Array.isArray(value) ? undefined : "a list";
  }
}

function isObject(value: Json): boolean {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

function kindOf(value: Json): string {
  if (Array.isArray(value)) return "a list";
  const kinds: Record<string, string> = { string: "another text", number: "a number", object: "an object" };
  return kinds[typeof value] ?? "true or false";
}
