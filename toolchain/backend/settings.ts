import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Document, isMap, parseDocument } from "yaml";
import { writeWhole } from "../write-whole.ts";
import type { StackState } from "./checkpoints.ts";

const SALT = "encryptionsalt";
const WHOLE_SALT = /^v1:[^:\s]+:v1:[^:\s]+:\S+$/;

const settingsFile = (folder: string, stack: string): string => join(folder, `Pulumi.${stack}.yaml`);

/**
 * Puts the salt of a stack's passphrase back into its settings (`Pulumi.<stack>.yaml`) where they lack it. The state knows it
 * too; without it Pulumi would make another one with whatever passphrase it finds, and lose what the state holds encrypted.
 *
 * @param folder where the settings lie.
 */
export function restoreSalts(folder: string, states: readonly StackState[]): string[] {
  return states.flatMap(({ stack, checkpoint: { salt, resources } }) => {
    // Nothing is encrypted where nothing is.
    if (salt === undefined || resources === 0) return [];
    const file = settingsFile(folder, stack);
    const there = existsSync(file) ? readFileSync(file, "utf8") : undefined;
    const settings = parse(there ?? "");
    const found = settings?.get(SALT);
    if (found === salt || isOtherProvider(settings)) return [];
    // A secret setting is encrypted with the salt that stands there.
    if (typeof found === "string" && WHOLE_SALT.test(found) && /\bsecure:/.test(there ?? "")) return [];
    if (settings === undefined) renameSync(file, `${file}.torn`);
    const fresh = settings ?? new Document({});
    fresh.set(SALT, salt);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeWhole(file, fresh.toString({ lineWidth: 0 }), 0o600);
    if (settings === undefined)
      return [
        `${file} was not whole: its salt was put back from the state, its other settings are lost (${file}.torn)`,
      ];
    return [`${file} ${there ? "had not" : "lacked"} the salt of the stack's passphrase: put back from the state`];
  });
}

/** Settings with a salt whose stack this backend does not have: no passphrase will ever fit. */
export function forgetSalts(folder: string, files: readonly string[], states: readonly StackState[]): string[] {
  return files.flatMap((name) => {
    const stack = /^Pulumi\.(.+)\.yaml$/.exec(name)?.[1];
    if (stack === undefined || states.some((one) => one.stack === stack)) return [];
    const file = join(folder, name);
    const settings = parse(readFileSync(file, "utf8"));
    if (!settings?.has(SALT)) return [];
    settings.delete(SALT);
    if (isMap(settings.contents) && settings.contents.items.length === 0) rmSync(file);
    else writeWhole(file, settings.toString({ lineWidth: 0 }), 0o600);
    return [`${file} had the salt of a passphrase that is gone with the state of ${stack}: taken out`];
  });
}

/** Undefined when it is no YAML mapping. */
function parse(text: string): Document | undefined {
  const settings = parseDocument(text);
  if (settings.contents === null && settings.errors.length === 0) return new Document({});
  return settings.errors.length > 0 || !isMap(settings.contents) ? undefined : settings;
}

/** Secrets that a service of the user's encrypts. */
const isOtherProvider = (settings: Document | undefined): boolean =>
  Boolean(settings?.get("secretsprovider") || settings?.get("encryptedkey"));
