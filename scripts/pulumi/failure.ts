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
