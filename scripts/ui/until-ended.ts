import { interruptible } from "./interruptible.ts";

/** Work that Ctrl-C ends, or a reader that left: an ordinary end, and exit code 0. */
export function untilEnded(work: (ended: AbortSignal) => Promise<void>): Promise<void> {
  return interruptible(
    (interrupted) => {
      const left = new AbortController();
      process.stdout.once("error", () => left.abort());
      return work(AbortSignal.any([interrupted, left.signal]));
    },
    { doing: "", next: "", isTheWayOut: true },
  );
}
