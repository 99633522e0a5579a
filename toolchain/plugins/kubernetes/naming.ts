import { createHash, randomBytes } from "node:crypto";
import { type JsonObject, UNKNOWN } from "../../plugin/struct.ts";
import { isAnnotated, isObject, nameOf, objectAt } from "./object.ts";

const AUTONAMED = "pulumi.com/autonamed";
const DIGITS = 8;

/**
 * The inputs with a name: the program's own, else the one that the resource has already, else the resource's name with
 * random digits, equal in a preview and in the update that follows it. A name that was made is marked by an annotation,
 * as the official plugin does it: whoever replaces the object may then make the new one first.
 */
export function withName(inputs: JsonObject, olds: JsonObject, urn: string, seed: Uint8Array): JsonObject {
  const { metadata = {} } = inputs;
  // Not known yet: nothing can be put into it.
  if (!isObject(metadata) || metadata.name || metadata.generateName || metadata.annotations === UNKNOWN) return inputs;
  const old = isAnnotated(olds, "autonamed") ? nameOf(olds) : "";
  const name = old || `${urn.split("::").slice(3).join("::")}-${digits(urn, seed)}`;
  const annotations = { ...objectAt(metadata, "annotations"), [AUTONAMED]: "true" };
  return { ...inputs, metadata: { ...metadata, name, annotations } };
}

function digits(urn: string, seed: Uint8Array): string {
  const bytes = seed.length > 0 ? createHash("sha256").update(seed).update(urn).digest() : randomBytes(DIGITS);
  return bytes.toString("hex").slice(0, DIGITS);
}

/** The field manager of an object that is new, as the official plugin calls its own. */
export function newFieldManager(): string {
  return `pulumi-kubernetes-${randomBytes(DIGITS / 2).toString("hex")}`;
}
