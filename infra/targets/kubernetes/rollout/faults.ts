import type { Fault } from "./decide.ts";
import type { Trouble, TroubleKind } from "./trouble.ts";

interface Verdict {
  /** How long the trouble must last, ms: an earlier judgement would take what passes for what stays. */
  readonly afterMs: number;
  readonly next: string;
}

const VERDICTS: Readonly<Record<TroubleKind, Verdict>> = Object.freeze({
  image: { afterMs: 20_000, next: "" },
  "image-missing": { afterMs: 3_000, next: "" },
  "image-name": { afterMs: 0, next: "mend kubernetes.image" },
  config: { afterMs: 20_000, next: "mend what it names" },
  crash: { afterMs: 0, next: "mend the setting that its log names, or give it more memory if that ran out" },
  unschedulable: {
    afterMs: 30_000,
    next: "add or free a machine that fits, or lower what the stack asks for (memory, cpu, spread, nodeSelector, tolerations)",
  },
  claim: { afterMs: 30_000, next: "mend the StorageClass, or name another one in kubernetes.storageClass" },
  mount: { afterMs: 60_000, next: "mend what it names" },
  // A volume of a machine that died is let go after six minutes.
  attach: { afterMs: 420_000, next: "look where the volume still is: kubectl get volumeattachments" },
  creation: {
    afterMs: 10_000,
    next: "raise the quota or change the policy that forbids it, or lower what the stack asks for",
  },
  evicted: { afterMs: 30_000, next: "free what its machine ran out of" },
});

/** What lasting trouble means; undefined while it may pass. Pure. */
export function faultOf(trouble: Trouble, forMs: number, imageHint: string): Fault | undefined {
  const { afterMs, next } = VERDICTS[trouble.kind];
  if (forMs < afterMs) return undefined;
  return { reason: trouble.words, next: next || imageHint, ofProcess: trouble.kind === "crash" };
}
