import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Issued } from "./types.ts";

const keptFile = (directory: string): string => path.join(directory, "certificates.json");

/** What lies beside the data, for an `up` after a `down`. */
export function readKept(directory: string): Issued | undefined {
  const file = keptFile(directory);
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Issued) : undefined;
}

/** Written aside and renamed; readable by its owner only, because it holds private keys, the authority's among them. */
export function keep(directory: string, { phase, authorities, pems }: Issued): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const file = keptFile(directory);
  writeFileSync(`${file}.new`, JSON.stringify({ phase, authorities, pems }, null, 2), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
