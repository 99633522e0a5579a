import { median, seconds } from "./measure.ts";
import type { Said } from "./run.ts";

type Phases = Readonly<Record<string, RegExp>>;

/** Each ends with the last line of `kafka-stacks up` that its pattern finds, and begins where the one before ended. */
const around = (deploying: Phases): Phases => ({
  "starting Pulumi": /^Updating/,
  ...deploying,
  "ending Pulumi": /^Duration:/,
  topics: /^topics: /,
  health: /^health: /,
  smoke: /^smoke: /,
});

export const CONTAINERS = around({
  "before the containers": / docker:index:Container \S+ creating \(0s\)/,
  "containers healthy": / docker:index:Container \S+ created /,
});

export const PODS = around({
  "before the pods": / kafka-kubernetes:index:Rollout \S+ creating \(0s\)/,
  "pods ready": / kafka-kubernetes:index:Rollout \S+ created /,
});

/** How long each phase took, by name; what comes after the last line belongs to no phase. @throws when a phase is missing. */
export function phases(wanted: Phases, said: readonly Said[]): Record<string, number> {
  let before = 0;
  return Object.fromEntries(
    Object.entries(wanted).map(([name, pattern]) => {
      const last = said.findLast(({ line }) => pattern.test(line));
      if (last === undefined) throw new Error(`up printed no line like ${pattern}, which ends the phase "${name}"`);
      const ms = last.atMs - before;
      before = last.atMs;
      return [name, ms];
    }),
  );
}

/** Medians of several runs, in words. */
export function medianPhases(runs: readonly Readonly<Record<string, number>>[]): string {
  const names = Object.keys(runs[0] ?? {});
  return names.map((name) => `${name} ${seconds(median(runs.map((run) => run[name]!)))}`).join(", ");
}
