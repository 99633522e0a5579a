/**
 * One holder of a thing among the processes of a machine, known to all who come: for work that no two may do at once. Who
 * comes second is not made to wait, but told who holds it (compare lock.ts, which waits and only saves double work).
 *
 * 1. A lock is a file of JSON that names its holder. It is written aside and linked, so it appears whole and only once.
 * 2. A holder on this machine that is dead (pid and start time) holds nothing. Its lock is replaced by rename, under a guard:
 *    a lock of the same kind whose name is the dead holder's. Two who come at once cannot both replace it, nor can one
 *    replace the lock of another who did so first, because a guard binds only while the dead holder's lock is still there.
 * 3. A file that is no JSON is what a machine that crashed left of a lock: it was whole when it was linked, so its writer is
 *    dead.
 */
import { randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import path from "node:path";
import { processStart } from "./process.ts";
import { createWhole, writeWhole } from "./write-whole.ts";

export interface Holder {
  /** Of this one hold. */
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  /** Together with the pid it names a process for good. */
  readonly start: string;
  /** What it does, in words. */
  readonly command: string;
  /** ISO 8601. */
  readonly since: string;
}

export type Taken =
  /** `from`: the dead holder that had it, null when its lock is no JSON; absent: it was free. */
  | { readonly mine: Holder; readonly from?: Holder | null }
  /** It lives, or is on another machine, where it cannot be told from here. */
  | { readonly held: Holder };

/** Takes the lock, or tells who has it. */
export function takeExclusive(file: string, command: string): Taken {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  for (;;) {
    const mine = holderNow(command);
    if (placeNew(file, mine)) return { mine };
    const found = readHolder(file);
    if (found === undefined) continue;
    if (isAlive(found)) return { held: found };
    const guard = `${file}.${found.id}`;
    const guarded = takeExclusive(guard, command);
    // Another process takes it over at this moment, and holds it.
    if ("held" in guarded) return guarded;
    try {
      if (readHolder(file)?.id !== found.id) continue;
      writeWhole(file, textOf(mine), 0o600);
      return { mine, from: found.torn ? null : found };
    } finally {
      releaseExclusive(guard, guarded.mine);
    }
  }
}

/** Without effect where another has it. */
export function releaseExclusive(file: string, mine: Holder): void {
  if (readHolder(file)?.id === mine.id) rmSync(file, { force: true });
}

/** Whether it may still be at work. */
export function isAlive({ host, pid, start }: Pick<Holder, "host" | "pid" | "start">): boolean {
  return host !== hostname() || processStart(pid) === start;
}

function holderNow(command: string): Holder {
  const { pid } = process;
  return {
    id: randomUUID(),
    host: hostname(),
    pid,
    start: processStart(pid) ?? "",
    command,
    since: new Date().toISOString(),
  };
}

/** @returns false when there is one. */
const placeNew = (file: string, mine: Holder): boolean => createWhole(file, textOf(mine), 0o600);

const textOf = (mine: Holder): string => `${JSON.stringify(mine, null, 2)}\n`;

/** Undefined where there is none. One that is torn is dead, and has the hash of its content for a name. */
function readHolder(file: string): (Holder & { readonly torn?: true }) | undefined {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  return parseHolder(text) ?? { ...TORN, id: `torn-${text.length}` };
}

const TORN = { id: "", host: hostname(), pid: 0, start: "none", command: "", since: "", torn: true } as const;

function parseHolder(text: string): Holder | undefined {
  try {
    const found = JSON.parse(text) as Partial<Holder> | null;
    const { id, host, pid, start, command, since } = found ?? {};
    const texts = [id, host, start, command, since];
    if (!texts.every((one) => typeof one === "string") || typeof pid !== "number") return undefined;
    return /^[\w-]+$/.test(id!) ? (found as Holder) : undefined;
  } catch {
    return undefined;
  }
}
