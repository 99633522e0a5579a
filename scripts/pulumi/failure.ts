import { nextAfterDiskFault } from "../../toolchain/disk-fault.ts";

/** The lines of the engine's output that say why it failed; all of it was already shown. Pure. */
export function reasons(output: string): string[] {
  const lines = output.split("\n").map((line) => line.trim());
  const found = lines
    .filter((line) => /^(error: |\* )/.test(line) && !/update failed|preview failed|\d+ errors? occurred/.test(line))
    .map((line) => line.replace(/^(error: |\* )/, ""));
  return [...new Set(found)];
}

/** Who holds a stack's lock, as a file backend tells it. */
export interface LockHolder {
  readonly host: string;
  readonly pid: number;
}

/**
 * Holders named by Pulumi's "currently locked" error; empty when the backend names none. Pure.
 *
 * Source: pulumi/pkg/backend/diy/lock.go, checkForLock.
 */
export function lockHolders(output: string): LockHolder[] {
  const found = output.matchAll(/created by \S*@(\S+) \(pid (\d+)\)/g);
  const holders = [...found].map(([, host, pid]) => ({ host: host!, pid: Number(pid) }));
  return holders.filter(({ pid }, index) => holders.findIndex((other) => other.pid === pid) === index);
}

/** Whether Pulumi cannot open the secrets of a stack with the passphrase that it has. Pure. */
export const isWrongPassphrase = (output: string): boolean => /incorrect passphrase/.test(output);

/**
 * What to do after a failure: what the program or a provider advised, or what the cause asks for. Pure.
 *
 * @param home the state folder.
 */
export function nextAfter(output: string, home: string): string {
  const advised = [...output.matchAll(/^\s*next: (.+)$/gm)].map(([, next]) => next!.trim());
  if (advised.length > 0) return [...new Set(advised)].join("; ");
  const disk = nextAfterDiskFault(output, home);
  if (disk !== undefined) return disk;
  if (/failed to load checkpoint|corrupt store|malformed state value/.test(output))
    return `look at ${home}/pulumi: a file that is named above is not whole; put it back from a copy`;
  return "fix what is named above, then run the same command again: it changes only what is left to do";
}
