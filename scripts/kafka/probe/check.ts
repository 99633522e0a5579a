import { connectionFault, isSilence } from "../../ops/connection-faults.ts";
import { fail, type SmokeCheck, undecided, type Verdict } from "../../ops/smoke/report.ts";
import { CheckScope, type Probe, settled } from "./scope.ts";

export type CheckBody = (scope: CheckScope) => Promise<Verdict>;

export interface CheckLimits {
  /** Ends every check: the run was interrupted. */
  readonly signal: AbortSignal;
  readonly limitMs: number;
  /** The last fault that the Kafka client logged, to explain a check that ran out of time. */
  readonly lastFault: () => string | null;
}

export interface EndedCheck {
  readonly check: SmokeCheck;
  /** Resolves once everything that the check opened is closed; not waited for, since it is no part of the verdict. */
  readonly closed: Promise<void>;
}

/**
 * Runs one check to a verdict in bounded time, and hides no other: if it throws it fails; if it hangs, or met with nothing but
 * silence, it is not decided.
 */
export async function runCheck(name: string, body: CheckBody, probe: Probe, limits: CheckLimits): Promise<EndedCheck> {
  const started = performance.now();
  const ended = new AbortController();
  const scope = new CheckScope(probe, AbortSignal.any([ended.signal, limits.signal]));
  const work = attempt(body, scope);
  let verdict: Verdict;
  try {
    verdict = await within(limits.limitMs, limits.signal, work);
  } catch (error) {
    verdict = explain(error, scope.doing, limits);
  }
  ended.abort();
  // A kafkajs client that is told to disconnect while it connects or joins comes back to life: let that end first.
  const closed = settled(work).then(() => scope.close());
  return { check: { name, ...verdict, durationMs: Math.round(performance.now() - started) }, closed };
}

/** Makes a body that throws before its first await fail like any other. */
async function attempt(body: CheckBody, scope: CheckScope): Promise<Verdict> {
  scope.signal.throwIfAborted();
  return body(scope);
}

class OutOfTime extends Error {}

/** The work's result, unless the time is over or the signal comes first. The work itself goes on unheard. */
async function within<T>(limitMs: number, signal: AbortSignal, work: Promise<T>): Promise<T> {
  let disarm = () => {};
  const over = new Promise<never>((_, reject) => {
    const timer = setTimeout(() => reject(new OutOfTime(`not done within ${limitMs / 1000} s`)), limitMs);
    const interrupt = () => reject(signal.reason);
    signal.addEventListener("abort", interrupt);
    if (signal.aborted) interrupt();
    disarm = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", interrupt);
    };
  });
  try {
    return await Promise.race([work, over]);
  } finally {
    disarm();
  }
}

function explain(error: unknown, doing: string, { signal, lastFault }: CheckLimits): Verdict {
  if (signal.aborted) return fail(`interrupted while ${doing}`, "run smoke again");
  const message = connectionFault(error)?.text ?? (error instanceof Error ? error.message : String(error));
  const fault = error instanceof OutOfTime ? lastFault() : null;
  const why = fault === null ? "" : `; the client's last fault: ${fault}`;
  const hint = "run health, and read the log of the broker concerned";
  const isOpen = error instanceof OutOfTime || isSilence(error);
  return isOpen
    ? undecided(`${doing}: ${message}${why}`, `${hint}; where the machines are busy, run smoke again`)
    : fail(`${doing}: ${message}`, hint);
}
