import { GiB } from "../../capacity/units.ts";
import { UserError } from "../errors.ts";

/** One thing that is in the way of a deployment, found before anything is created. */
export interface Obstacle {
  /** What was wanted, and what was found. */
  readonly message: string;
  /** What to do about it, starting with a verb. */
  readonly next: string;
}

/** @throws UserError with everything that is in the way of a stack. */
export function requireNone(stack: string, found: readonly Obstacle[]): void {
  const [first, ...others] = found;
  if (!first) return;
  const lines = found.map(({ message }) => `\n  ${message}`).join("");
  throw new UserError(
    others.length === 0 ? first.message : `${found.length} things are in the way of ${stack}${lines}`,
    [...new Set(found.map(({ next }) => next))].join("; "),
  );
}

export const inGiB = (bytes: number): string => `${(bytes / GiB).toFixed(1)} GiB`;
