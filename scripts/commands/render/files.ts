import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { stringify } from "yaml";

export interface KubernetesObject {
  readonly kind: string;
  readonly metadata: { readonly name: string };
}

const MADE_BY = "# Made by: kafka-stacks render; changes are lost when it runs again.\n";

/** kubectl applies a folder's files by name: what others need comes first. */
const RANK = [
  "Namespace",
  "ServiceAccount",
  "PodDisruptionBudget",
  "NetworkPolicy",
  "Service",
  "ConfigMap",
  "Secret",
  "StatefulSet",
];

export function toYaml(objects: readonly object[]): string {
  return objects.map((object) => `---\n${stringify(object, { lineWidth: 0, aliasDuplicateObjects: false })}`).join("");
}

/** One file per object. Files of an earlier run that nothing stands for any more are removed; no others are touched. */
export function writeFolder(folder: string, objects: readonly KubernetesObject[]) {
  mkdirSync(folder, { recursive: true });
  const texts = new Map(objects.map((object) => [fileName(object), `${MADE_BY}${toYaml([object])}`]));
  const removed = readdirSync(folder).filter((file) => isOurs(path.join(folder, file)) && !texts.has(file));
  for (const file of removed) rmSync(path.join(folder, file));
  for (const [file, text] of texts) writeFileSync(path.join(folder, file), text);
  return { files: [...texts.keys()].toSorted(), removed };
}

/** Readable by its owner only. A file that is there stays: its secrets may be in use. @returns whether it was written. */
export function writeSecrets(file: string, objects: readonly KubernetesObject[]): boolean {
  if (existsSync(file)) return false;
  writeFileSync(file, toYaml(objects), { mode: 0o600, flag: "wx" });
  return true;
}

/** A ConfigMap's name ends with the hash of its content; its file is always the same one, so that a diff shows the change. */
function fileName({ kind, metadata }: KubernetesObject): string {
  const name = kind === "ConfigMap" ? metadata.name.replace(/-[0-9a-f]{10}$/, "-config") : metadata.name;
  return `${RANK.indexOf(kind)}-${kind.toLowerCase()}-${name}.yaml`;
}

const isOurs = (file: string): boolean => file.endsWith(".yaml") && readFileSync(file, "utf8").startsWith(MADE_BY);

/** The cluster's id that an earlier run wrote there: with another one nodes would refuse their data. */
export function earlierId(folder: string): string | undefined {
  const files = existsSync(folder) ? readdirSync(folder).map((file) => path.join(folder, file)) : [];
  const found = files
    .filter(isOurs)
    .map((file) => /- name: CLUSTER_ID\n +value: (\S+)$/m.exec(readFileSync(file, "utf8"))?.[1]);
  return found.find((id) => id !== undefined);
}
