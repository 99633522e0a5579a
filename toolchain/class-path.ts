import { readdirSync } from "node:fs";
import { join } from "node:path";

/** Every jar of `kafkaLibs`, always in the same order: a class archive fits only the class path that it was made with. */
export function classPath(kafkaLibs: string): string {
  return readdirSync(kafkaLibs)
    .filter((name) => name.endsWith(".jar"))
    .sort()
    .map((name) => join(kafkaLibs, name))
    .join(":");
}
