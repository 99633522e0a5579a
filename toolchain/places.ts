import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";

// An empty variable counts as one that is not set: what must not be lost must not lie about in the working directory.
type Env = NodeJS.ProcessEnv;

/** The checkout that this file belongs to. */
export const PROJECT_ROOT = dirname(import.meta.dirname);

/** What may be deleted at any time and is then made again: Kafka's jars, class archives, answers of `java -version`. */
export function cacheHome(env: Env = process.env): string {
  return resolve(env.KAFKA_STACKS_CACHE || join(env.XDG_CACHE_HOME || join(userHome(env), ".cache"), "kafka-stacks"));
}

/** What must not be lost: Pulumi's state, its passphrase, the data of local clusters. Ignored by git. */
export function stateHome(env: Env = process.env): string {
  return resolve(env.KAFKA_STACKS_HOME || join(PROJECT_ROOT, ".kafka-stacks"));
}

/** Pulumi's own home, by Pulumi's own rule. */
export function pulumiHome(env: Env = process.env): string {
  return resolve(env.PULUMI_HOME || join(userHome(env), ".pulumi"));
}

function userHome(env: Env): string {
  return env.HOME || homedir();
}
