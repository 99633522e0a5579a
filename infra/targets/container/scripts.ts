import { readFileSync } from "node:fs";
import path from "node:path";
import { log4j1, log4j2 } from "./logging.ts";
import { javaSecurity } from "./names.ts";

let files: Readonly<Record<string, string>> | undefined;

/**
 * What lies in the configuration folder of every container besides the node's own files, by name: the entry point, the
 * health check and the log configuration. Nothing in it is secret, and it is the same for every node.
 */
export function containerFiles(): Readonly<Record<string, string>> {
  files ??= {
    "start.sh": script("start.sh"),
    "serves.sh": script("serves.sh"),
    "log4j2.properties": log4j2,
    "log4j.properties": log4j1,
  };
  return files;
}

/**
 * The same for a pod, which finds out in `node.sh` which node it is. There `self` stands for the node's id in what
 * `serves.sh` is asked: `serves.sh broker:self:9092`.
 */
export function podFiles(): Readonly<Record<string, string>> {
  return { ...containerFiles(), "node.sh": script("node.sh"), "java.security": javaSecurity };
}

const script = (name: string): string => readFileSync(path.join(import.meta.dirname, name), "utf8");
