import { nextAfterDiskFault } from "../../toolchain/disk-fault.ts";

/** That it failed is told already; the engine says it once more without the reason. */
const FRAME = /update failed|preview failed|destroy failed|\d+ errors? occurred|One or more errors occurred/;

/** What the engine puts before the words of ours: the property or hook by which it learned of them. */
const PREFIXES: readonly RegExp[] = [
  /^\S+ resource '[^']*': property .*? value \{.*?\} has a problem: /,
  /^\S+ resource '[^']*' has a problem: /,
  /^(before|after) hook "[^"]*" failed: /,
];

/**
 * The lines of the engine's output that say why it failed, without its frame; all of it was already shown. What a container or
 * a node's entry point told last (`start: …`) follows the error that it explains. Pure.
 */
export function reasons(output: string): string[] {
  const lines = output.split("\n").map((line) => line.trim());
  const found = lines.filter((line) => /^(error: |\* |start: )/.test(line) && !FRAME.test(line)).map(bare);
  return [...new Set(found)];
}

function bare(line: string): string {
  const said = PREFIXES.reduce((text, prefix) => text.replace(prefix, ""), line.replace(/^(error: |\* )/, ""));
  // "node 1 (broker) was not created: node 1: …": the reporter and the node it is about.
  return said.replace(/^(node (\d+)\b[^:]*: )node \2: /, "$1");
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
