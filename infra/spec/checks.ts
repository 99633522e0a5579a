import type { Check } from "./checks/check.ts";
import { clusterChecks } from "./checks/cluster.ts";
import { kerberosChecks } from "./checks/kerberos.ts";
import { kubernetesChecks } from "./checks/kubernetes.ts";
import { memoryChecks } from "./checks/memory.ts";
import { migrationChecks } from "./checks/migration.ts";
import { portChecks } from "./checks/ports.ts";
import { publishingChecks } from "./checks/publishing.ts";
import { replicaChecks } from "./checks/replicas.ts";
import { securityChecks } from "./checks/security.ts";
import { topicNameChecks } from "./checks/topic-names.ts";
import { unwiseChecks } from "./checks/unwise.ts";
import { zookeeperNames } from "./checks/zookeeper-names.ts";
import type { Path, Problem } from "./problem.ts";
import type { StackSpec } from "./resolve.ts";
import type { StackFile } from "./schema.ts";

const refusals: readonly Check[] = [
  ...clusterChecks,
  ...migrationChecks,
  ...topicNameChecks,
  ...replicaChecks,
  ...portChecks,
  ...memoryChecks,
  ...publishingChecks,
  ...kubernetesChecks,
  ...securityChecks,
  zookeeperNames,
  ...kerberosChecks,
];

/**
 * Rules across keys. `broken` are the places that are already known to be wrong: a check that would compare with one of
 * them waits, and so does one that judges by a key next to a faulty one.
 */
export function checkStack(spec: StackSpec, file: StackFile, broken: readonly Path[]): Problem[] {
  const unsure = broken.some(([root]) => root === "preset" || root === "workload") ? fromPreset(file) : [];
  return run(refusals, spec, file, [...broken, ...unsure]);
}

/** What is legal but unwise. */
export function warnAbout(spec: StackSpec, file: StackFile): Problem[] {
  return run(unwiseChecks, spec, file, []);
}

/** Counts that nobody wrote: as good as the preset that they come from. */
function fromPreset({ brokers, controllers }: StackFile): Path[] {
  return [
    ...(brokers.count === undefined ? [["brokers", "count"]] : []),
    ...(controllers?.count === undefined ? [["controllers", "count"]] : []),
  ];
}

function run(checks: readonly Check[], spec: StackSpec, file: StackFile, broken: readonly Path[]): Problem[] {
  const brokenKeys = broken.map((path) => path.filter((part) => typeof part === "string").join("."));
  const touches = (read: string) =>
    brokenKeys.some((key) => `${key}.`.startsWith(`${read}.`) || `${read}.`.startsWith(`${key}.`));
  return checks
    .filter(({ reads }) => !reads.some(touches))
    .flatMap((check) => [...check.run(spec, file)])
    .filter(({ path }) => !broken.some((other) => clouds(other, path)));
}

/** Keys of a topic that are judged alone; the others are compared with each other. */
const ALONE: readonly unknown[] = ["name", "partitions", "config"];

/** Whether a fault leaves another problem in doubt: at the same place, or next to it in a topic or permission. */
function clouds(broken: Path, path: Path): boolean {
  if (startsWith(path, broken)) return true;
  const [root, index, key] = broken;
  if (root === "topics" && startsWith(path, [root, index!])) {
    const other = path[2];
    return key === undefined || key === other || !(ALONE.includes(key) || ALONE.includes(other));
  }
  const item = broken.slice(0, key === "can" ? 4 : 3);
  return root === "users" && (key === "can" || key === "passwordFrom") && startsWith(path, item);
}

const startsWith = (path: Path, start: Path): boolean => start.every((part, depth) => path[depth] === part);
