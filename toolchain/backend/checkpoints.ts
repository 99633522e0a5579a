import { readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { UserError } from "../../infra/errors.ts";
import { writeWhole } from "../write-whole.ts";
import { type Checkpoint, parseCheckpoint } from "./checkpoint.ts";
import { copiesOf, type StackFiles, stackFiles } from "./files.ts";

export interface StackState {
  readonly stack: string;
  readonly checkpoint: Checkpoint;
}

export interface Checkpoints {
  readonly states: readonly StackState[];
  readonly notices: readonly string[];
  /** By stack: why its state cannot be used. */
  readonly lost: ReadonlyMap<string, UserError>;
}

/**
 * Every stack's state. One that is not whole is put back from the newest copy that is; the torn file stays next to it, if
 * anything is in it. Without such a copy nothing is changed: a stack without its state would be taken for a new one.
 */
export function restoreCheckpoints(directory: string): Checkpoints {
  const [states, notices]: [StackState[], string[]] = [[], []];
  const lost = new Map<string, UserError>();
  for (const stack of stackFiles(directory)) {
    const current = read(stack.found[0]!);
    if (current) {
      states.push({ stack: stack.name, checkpoint: current });
      continue;
    }
    const found = restore(directory, stack);
    if (!found) {
      lost.set(stack.name, nothingLeft(stack));
      continue;
    }
    states.push({ stack: stack.name, checkpoint: found.checkpoint });
    notices.push(
      `the state of stack ${stack.name} (${stack.found[0]}) was not whole, a full disk or a crash leaves that: put back from ${found.copy} of ${found.written}`,
    );
  }
  return { states, notices, lost };
}

function restore(directory: string, stack: StackFiles) {
  // Of other compressions first: Pulumi changes from one to the other.
  for (const copy of [...stack.found.slice(1), ...copiesOf(directory, stack)]) {
    const checkpoint = read(copy);
    if (!checkpoint) continue;
    const written = statSync(copy).mtime.toISOString();
    for (const torn of stack.found)
      if (torn !== copy && !read(torn))
        if (statSync(torn).size > 0) renameSync(torn, `${torn}.torn`);
        else if (torn !== stack.file) rmSync(torn);
    writeWhole(stack.file, checkpoint.text, 0o600);
    return { copy, checkpoint, written };
  }
  return undefined;
}

function read(file: string): Checkpoint | undefined {
  return parseCheckpoint(readFileSync(file));
}

const nothingLeft = ({ name, found: [file] }: StackFiles): UserError =>
  new UserError(
    `the state of stack ${name} (${file}) is not whole, a full disk or a crash leaves that, and no copy next to it is`,
    `put that file back from your backup; without one run: mv ${file} ${file}.torn, then kafka-stacks up ${name}, which makes another state for the cluster that there is`,
  );
