import { monotonic } from "../../base/time.ts";
import { say } from "./output.ts";

/** The work was ended by SIGINT (Ctrl-C) or SIGTERM: the reason of every signal that is passed down. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
  /** Exit code of the process. */
  readonly code = 130;
  readonly by: NodeJS.Signals;

  constructor(by: NodeJS.Signals) {
    super("interrupted");
    this.by = by;
  }
}

/** What an interrupt means while a piece of work runs. */
export interface OnInterrupt {
  /** What happens then, for the one message: `taking back what is under way`. */
  readonly doing: string;
  /** What the user does next. */
  readonly next: string;
  /** The work ends in order, however long that takes, and says so. Other work that does not end soon is abandoned. */
  readonly orderly?: boolean;
  /** How long the work may take to clean up when it is not orderly. Default: a second. */
  readonly graceMs?: number;
  /** Ctrl-C is how the work is meant to end: no message, no failure. */
  readonly isTheWayOut?: boolean;
}

/** While Kafka is asked for changes. @param command brings the rest about. */
export const applying = (command: string): OnInterrupt => ({
  doing: "nothing more is asked of Kafka, what it was asked for it completes",
  next: `kafka-stacks ${command}: it does the rest`,
});

interface Scope extends OnInterrupt {
  readonly controller: AbortController;
}

const SIGNALS = ["SIGINT", "SIGTERM"] as const;
/** For work that cleans up after itself. Together with what follows, an interrupted command ends within two seconds. */
const GRACE_MS = 1_000;
const TELL_EVERY_MS = 5_000;

/** Work under way, the innermost last. */
let scopes: readonly Scope[] = [];
let isInterrupted = false;
let ending: NodeJS.Timeout | undefined;

/**
 * Runs work that can be interrupted. The first SIGINT or SIGTERM says once what happens now and what to do next, and aborts
 * the signal of all work under way. Work that does not listen is abandoned after a moment, unless it is `orderly`. A second
 * one ends the process at once. Work that begins later, to heal what was broken off, has a signal of its own.
 *
 * @throws Interrupted when it was, also by work that had just ended: what would follow is not wanted any more.
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>, how: OnInterrupt): Promise<T> {
  const scope: Scope = { ...how, controller: new AbortController() };
  const { signal } = scope.controller;
  if (scopes.length === 0) for (const name of SIGNALS) process.on(name, interrupt);
  scopes = [...scopes, scope];
  try {
    const done = await work(signal);
    if (how.isTheWayOut !== true) signal.throwIfAborted();
    return done;
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  } finally {
    scopes = scopes.filter((one) => one !== scope);
    if (scopes.length === 0) {
      for (const name of SIGNALS) process.off(name, interrupt);
      isInterrupted = false;
      clearInterval(ending);
    }
  }
}

function interrupt(by: NodeJS.Signals): void {
  // What ends in order speaks for all that is under way.
  const speaks = scopes.find(({ orderly }) => orderly) ?? scopes.at(-1);
  if (speaks === undefined) return;
  if (isInterrupted) {
    say("interrupted again: ended at once; next: run the same command, which clears up what was left half-way");
    process.exit(130);
  }
  isInterrupted = true;
  const { doing, next, isTheWayOut } = speaks;
  if (!isTheWayOut) say(`${process.stderr.isTTY ? "\n" : ""}interrupted: ${doing}; next: ${next}`);
  // Around work that is meant to end so, nothing was interrupted.
  const concerned = isTheWayOut ? scopes.slice(scopes.indexOf(speaks)) : scopes;
  for (const { controller } of concerned) controller.abort(new Interrupted(by));
  ending = speaks.orderly
    ? tellOf(doing)
    : setTimeout(() => process.exit(isTheWayOut ? 0 : 130), speaks.graceMs ?? GRACE_MS);
}

function tellOf(doing: string): NodeJS.Timeout {
  const began = monotonic.now();
  const seconds = () => Math.round((monotonic.now() - began) / 1_000);
  return setInterval(() => say(`still ${doing} (${seconds()} s); a second Ctrl-C ends it at once`), TELL_EVERY_MS);
}
