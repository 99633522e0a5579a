import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, statSync } from "node:fs";
import { UserError } from "../../infra/errors.ts";
import { lockFiles } from "./files.ts";

/** A Pulumi of this machine that runs. */
export interface RunningPulumi {
  readonly pid: number;
  readonly sinceMs: number;
}

/**
 * Removes locks that hold nothing a program could read: a full disk or a crash leaves such files, Pulumi fails on them for
 * ever, and `pulumi cancel` does too. A lock tells who holds it only by its content, so it is removed only when no Pulumi runs
 * here that was there when it was written. One that tells whose it is stays, see scripts/pulumi/deploy.ts.
 *
 * @throws UserError while such a Pulumi runs.
 */
export function removeTornLocks(directory: string, running: () => readonly RunningPulumi[] = runningPulumis): string[] {
  const torn = lockFiles(directory).filter(isTorn);
  if (torn.length === 0) return [];
  const others = running();
  return torn.map((file) => {
    const written = statSync(file).mtimeMs;
    const writer = others.find(({ sinceMs }) => sinceMs <= written);
    if (writer)
      throw new UserError(
        `the lock ${file} is not whole, and a Pulumi that may hold it runs (process ${writer.pid})`,
        `wait until process ${writer.pid} has ended, then run the same command again`,
      );
    rmSync(file, { force: true });
    return `removed the lock ${file}: it was not whole, and the run that wrote it has ended`;
  });
}

function isTorn(file: string): boolean {
  try {
    const lock = JSON.parse(readFileSync(file, "utf8")) as { readonly pid?: unknown } | null;
    return typeof lock?.pid !== "number";
  } catch (error) {
    // A lock that went meanwhile is none; one that cannot be read is for Pulumi to tell of.
    return error instanceof SyntaxError;
  }
}

function runningPulumis(): RunningPulumi[] {
  const rows = execFileSync("ps", ["-Ao", "pid=,etime=,comm="], { encoding: "utf8" }).trim().split("\n");
  return rows.flatMap((row) => {
    const [, pid, elapsed, command] = /^\s*(\d+)\s+(\S+)\s+(.*)$/.exec(row) ?? [];
    if (command === undefined || !/(^|\/)pulumi$/.test(command.trim())) return [];
    // `ps` counts whole seconds.
    return { pid: Number(pid), sinceMs: Date.now() - secondsOf(elapsed!) * 1000 - 1000 };
  });
}

/** Of `[[days-]hours:]minutes:seconds`. */
function secondsOf(elapsed: string): number {
  const [days, time] = elapsed.includes("-") ? elapsed.split("-") : ["0", elapsed];
  return Number(days) * 86_400 + time!.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
}
