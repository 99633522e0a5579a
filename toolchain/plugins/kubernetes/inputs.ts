import { type Json, type JsonObject, secret, UNKNOWN } from "../../plugin/struct.ts";
import { isObject, objectAt } from "./object.ts";

/** What the server says of an object and nobody may. */
const SERVERS = [
  "creationTimestamp",
  "deletionGracePeriodSeconds",
  "deletionTimestamp",
  "generation",
  "managedFields",
  "resourceVersion",
  "uid",
];

/** Pulumi's languages cannot have a dash in a name, and CustomResourceDefinitions do. */
const UNDERSCORED =
  /^x_kubernetes_(embedded_resource|int_or_string|list_map_keys|list_type|map_type|preserve_unknown_fields|validations)$/;
const DASHED =
  /^x-kubernetes-(embedded-resource|int-or-string|list-map-keys|list-type|map-type|preserve-unknown-fields|validations)$/;

/**
 * What the program says, as the API wants it: without what says nothing and what is the server's to say, and the text of
 * a Secret as its data, which is how the server keeps it.
 */
export function normalized(inputs: JsonObject): JsonObject {
  const { status: _, ...said } = renamed(withoutNulls(inputs), UNDERSCORED, "-");
  const { metadata } = said;
  const own = isObject(metadata) ? Object.fromEntries(Object.entries(metadata).filter(isOwn)) : metadata;
  const { apiVersion } = said;
  const version = typeof apiVersion === "string" && { apiVersion: apiVersion.replace(/^core\//, "") };
  const object = { ...said, ...version, ...(own !== undefined && { metadata: own }) };
  return isSecret(object) ? withData(object) : object;
}

/** Not the server's, and not an empty list of labels, which would be a claim to that list against other managers. */
function isOwn([name, value]: [string, Json]): boolean {
  const isNothing = isObject(value) && Object.keys(value).length === 0;
  return !SERVERS.includes(name) && !(isNothing && (name === "labels" || name === "annotations"));
}

/** As Pulumi's languages know it. */
export function underscored(object: JsonObject): JsonObject {
  return renamed(object, DASHED, "_");
}

export function dashed(object: JsonObject): JsonObject {
  return renamed(object, UNDERSCORED, "-");
}

export function isSecret({ apiVersion, kind }: JsonObject): boolean {
  return kind === "Secret" && apiVersion === "v1";
}

/** The data of a Secret stays a secret to the engine too, whatever it was called in the inputs. */
export function sealed(object: JsonObject): JsonObject {
  if (!isSecret(object)) return object;
  const { data, stringData } = object;
  return {
    ...object,
    ...(data !== undefined && { data: secret(data) }),
    ...(stringData !== undefined && { stringData: secret(stringData) }),
  };
}

function withData({ stringData, ...object }: JsonObject): JsonObject {
  if (stringData === UNKNOWN || object.data === UNKNOWN) return { ...object, data: UNKNOWN };
  const texts = Object.entries(isObject(stringData) ? stringData : {}).map(([name, text]) => [name, encoded(text)]);
  const given = Object.entries(objectAt(object, "data")).map(([name, data]) => [name, reencoded(data)]);
  if (texts.length + given.length === 0) return object;
  return { ...object, data: Object.fromEntries([...given, ...texts]) };
}

function encoded(text: Json): Json {
  return typeof text === "string" && text !== UNKNOWN ? Buffer.from(text).toString("base64") : text;
}

/** Line breaks in base64 are as good as none. What is no base64 the server will refuse. */
function reencoded(data: Json): Json {
  if (typeof data !== "string" || data === UNKNOWN) return data;
  const bare = data.replaceAll(/[\r\n]/g, "");
  const canonical = Buffer.from(bare, "base64").toString("base64");
  return canonical === bare ? canonical : data;
}

function withoutNulls(object: JsonObject): JsonObject {
  return mapped(object, (entries) => entries.filter(([, value]) => value !== null));
}

function renamed(object: JsonObject, names: RegExp, dash: string): JsonObject {
  return mapped(object, (entries) =>
    entries.map(([name, value]) => [names.test(name) ? name.replaceAll(/[-_]/g, dash) : name, value]),
  );
}

type Entries = [string, Json][];

function mapped(object: JsonObject, change: (entries: Entries) => Entries): JsonObject {
  const entries = Object.entries(object).map(([name, value]): [string, Json] => [name, value]);
  return Object.fromEntries(change(entries).map(([name, value]) => [name, mappedValue(value, change)]));
}

function mappedValue(value: Json, change: (entries: Entries) => Entries): Json {
  if (Array.isArray(value)) return value.map((item) => mappedValue(item, change));
  return isObject(value) ? mapped(value, change) : value;
}
