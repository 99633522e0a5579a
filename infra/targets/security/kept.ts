import { readKeptFile, writeKeptFile } from "../decisions/kept-file.ts";
import type { Issued } from "./types.ts";

const NAME = "certificates.json";

/** What lies beside the data, for an `up` after a `down`. @throws UserError when it is not whole, and no copy of it is. */
export const readKept = (directory: string): Issued | undefined => readKeptFile<Issued>(directory, NAME);

/** Private keys are in it, the authority's among them. */
export function keep(directory: string, { phase, authorities, pems }: Issued): void {
  writeKeptFile(directory, NAME, { phase, authorities, pems });
}
