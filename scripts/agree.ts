import { isDeepStrictEqual } from "node:util";
import { UserError } from "../infra/errors.ts";
import { type LoadedStack, type LoadOptions, loadStackFile } from "../infra/stack-file.ts";
import { withStackLock } from "../toolchain/stack-lock.ts";
import { ExitError, say } from "./ui/output.ts";

/** What a command shows, asks and then does to a stack. */
export interface Agreement<Found> {
  /** Name of the stack. */
  readonly stack: string;
  /** For those who come second: "topics apply". */
  readonly command: string;
  readonly yes: boolean;
  /** Reads what is there and computes what is to be done. */
  look(): Promise<Found>;
  isDone(found: Found): boolean;
  /** What of it a person agrees to. */
  agreedOn(found: Found): unknown;
  /** @throws UserError where it can never be done: there is nothing to agree to. */
  show(found: Found): void | Promise<void>;
  ask(found: Found): Promise<boolean>;
  /** @param now as it is under the lock. */
  act(agreed: Found, now: Found): Promise<void>;
}

/**
 * Look, show, ask, take the stack's lock, look again, act: a question that was answered is not evidence, since the cluster did
 * not wait for the answer. With `--yes` it is done under the lock from the first look on.
 *
 * @returns what was done.
 * @throws UserError with nothing done, when another changes the stack, or what was shown does not hold any more.
 */
export async function actAsAgreed<Found>(agreement: Agreement<Found>): Promise<Found> {
  const { stack, command, yes, look, isDone, agreedOn, act } = agreement;
  const agreed = yes ? undefined : await agree(agreement, await look());
  if (agreed !== undefined && isDone(agreed)) return agreed;
  return withStackLock(stack, { command, say }, async () => {
    const now = await look();
    if (agreed === undefined) await agree(agreement, now);
    else if (!isDeepStrictEqual(agreedOn(now), agreedOn(agreed)))
      throw changedMeanwhile(`what "${command}" would do to ${stack} has`);
    if (!isDone(now)) await act(agreed ?? now, now);
    return agreed ?? now;
  });
}

async function agree<Found>({ show, ask, isDone }: Agreement<Found>, found: Found): Promise<Found> {
  await show(found);
  if (!isDone(found) && !(await ask(found))) throw new ExitError(1);
  return found;
}

/** @param what "… has": the subject and its verb. */
export const changedMeanwhile = (what: string): UserError =>
  new UserError(
    `nothing was done: ${what} changed since it was shown`,
    "run the same command again, and look at what it shows now (--yes does what is found under the stack's lock)",
  );

interface ShownBy {
  readonly argument: string;
  readonly command: string;
  /** The plan is that of the deployment, and there is no file to compare it with. */
  readonly isFileGone?: boolean;
}

/**
 * For commands whose last decisions fall within the engine's run: what was shown came from the stack file, so it must still say
 * the same once no other process changes the stack.
 */
export async function asShown<T>(
  { name, plan }: Pick<LoadedStack, "name" | "plan">,
  { argument, command, isFileGone = false, ...options }: LoadOptions & ShownBy,
  work: () => Promise<T>,
): Promise<T> {
  return withStackLock(name, { command, say }, async () => {
    if (!isFileGone && !isDeepStrictEqual(loadStackFile(argument, options).plan, plan))
      throw changedMeanwhile(`the stack file of ${name} has`);
    return work();
  });
}
