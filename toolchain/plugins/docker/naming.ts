import { createHash, randomBytes } from "node:crypto";
import type { JsonObject } from "../../plugin/struct.ts";

/** Where the official plugin notes which inputs it chose itself. */
const DEFAULTS = "__defaults";

/**
 * Gives a resource without a name one: that of the program's resource and seven hexadecimal digits, as the official
 * plugin does. A resource that has such a name keeps it.
 */
export function withName(inputs: JsonObject, olds: JsonObject, urn: string, seed: Uint8Array): JsonObject {
  if (inputs.name !== undefined && inputs.name !== null) return inputs;
  const kept = isNameChosen(olds) ? olds.name : undefined;
  const name = kept ?? `${urn.split("::").at(-1)}-${suffix(urn, seed)}`;
  return { ...inputs, name, [DEFAULTS]: ["name"] };
}

/** Whether the name is one of ours, so that a second resource may be made beside this one under another name. */
export function isNameChosen(inputs: JsonObject): boolean {
  const chosen = inputs[DEFAULTS];
  return Array.isArray(chosen) && chosen.includes("name");
}

function suffix(urn: string, seed: Uint8Array): string {
  const random = seed.length > 0 ? createHash("sha256").update(seed).update(urn).digest() : randomBytes(4);
  return random.toString("hex").slice(0, 7);
}
