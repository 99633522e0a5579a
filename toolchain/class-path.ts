import { readdirSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../infra/errors.ts";

/** Every jar of `kafkaLibs`, always in the same order: a class archive fits only the class path that it was made with. */
export function classPath(kafkaLibs: string): string {
  if (kafkaLibs.includes(":"))
    throw new UserError(
      `the folder of Kafka's libraries has a colon in its path, which separates the entries of a class path: ${kafkaLibs}`,
      "set KAFKA_STACKS_CACHE to a folder without it",
    );
  return readdirSync(kafkaLibs)
    .filter((name) => name.endsWith(".jar"))
    .sort()
    .map((name) => join(kafkaLibs, name))
    .join(":");
}
