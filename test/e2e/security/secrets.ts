import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import type { AccessOutputs } from "../../../infra/outputs.ts";

/** What nobody but its owner may read, by a name that a failed test may print. */
export type Secrets = ReadonlyMap<string, string>;

/** Every secret of a local cluster: passwords, and of each private key a line of its own. */
export function secretsOf(directory: string, { identities }: AccessOutputs): Secrets {
  const decided = JSON.parse(readFileSync(path.join(directory, "cluster.json"), "utf8"));
  const { authorities, pems } = JSON.parse(readFileSync(path.join(directory, "certificates.json"), "utf8"));
  const keys = [
    ...authorities.map(({ key }: { key: string }, i: number) => [`key of authority ${i}`, key]),
    ...Object.entries(pems as Record<string, { key: string }>).map(([name, { key }]) => [`key of ${name}`, key]),
    ...identities.flatMap(({ name, key }) => (key ? [[`key of user ${name}`, key]] : [])),
  ] as [string, string][];
  return new Map([
    ...(Object.entries(decided.secrets) as [string, string][]),
    ...identities.flatMap(({ name, password }): [string, string][] =>
      password ? [[`password of ${name}`, password]] : [],
    ),
    // The first line of an EC key only tells its kind.
    ...keys.map(([name, pem]): [string, string] => [name, pem.split("\n")[2]!]),
  ]);
}

/** Names of the secrets that stand in a text. */
export const within = (text: string, secrets: Secrets): string[] =>
  [...secrets].filter(([, value]) => text.includes(value)).map(([name]) => name);

export function filesBelow(directory: string): string[] {
  const entries = readdirSync(directory, { withFileTypes: true, recursive: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
}

/** Files below that hold a secret, as `file: secret`. @param exempt whether a file may hold one. */
export function leakingFiles(directory: string, secrets: Secrets, exempt: (file: string) => boolean): string[] {
  return filesBelow(directory)
    .filter((file) => !exempt(file))
    .flatMap((file) => within(readIfThere(file), secrets).map((name) => `${file}: ${name}`));
}

/** Kafka deletes files of topics that are gone at a time of its own. */
function readIfThere(file: string): string {
  try {
    return readFileSync(file, "latin1");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw error;
  }
}

/** Whether its owner alone may read it. */
export const isPrivate = (file: string): boolean => (statSync(file).mode & 0o077) === 0;

/** Watches what every process of this machine lets others see: arguments, and the environment that it was started with. */
export function watchProcesses() {
  const seen = new Set<string>();
  const look = () => {
    for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name)))
      for (const what of ["cmdline", "environ"]) {
        try {
          seen.add(readFileSync(`/proc/${pid}/${what}`, "utf8"));
        } catch {
          // It ended meanwhile.
        }
      }
  };
  // A test that fails before `stop` must end, and tell why.
  const timer = setInterval(look, 20).unref();
  return {
    /** What was there to see, and how much of it was Kafka's. */
    stop() {
      clearInterval(timer);
      look();
      return [...seen];
    },
  };
}
