import { type Clock, monotonic, orAborted } from "../../base/time.ts";
import { mayReplace } from "../../scripts/ops/gate/may-replace.ts";
import type { MayStop } from "../../scripts/ops/gate/may-stop.ts";
import type { GateNode, GateState, GateTerms } from "../../scripts/ops/gate/state.ts";
import { Patience } from "./patience.ts";

export interface SecondLook {
  readonly terms: GateTerms;
  /** By the word of every broker that answers. @throws when none does. */
  observe(): Promise<GateState>;
  log(message: string): void;
  readonly signal?: AbortSignal | undefined;
  /** How long nothing may get better while the node is down. */
  readonly limitMs?: number;
  readonly clock?: Clock;
}

const LIMIT_MS = 30_000;
const POLL_MS = 250;
const QUIET_MS = 2_000;

/**
 * Whether the data of a node that has stopped may be deleted. What held before it stopped is asked again, because a copy may
 * have gone meanwhile.
 *
 * @returns why not: it has to start with what it has; undefined when it may.
 * @throws on Ctrl-C.
 */
export async function whyNotEmpty(node: GateNode, look: SecondLook): Promise<string | undefined> {
  const { terms, observe, log, signal, limitMs = LIMIT_MS, clock = monotonic } = look;
  const patience = new Patience({ limitMs, quietMs: QUIET_MS, log, clock: () => clock.now() });
  for (; ; await clock.sleep(POLL_MS, signal)) {
    const { reason, missing } = await orAborted(observe(), signal).then(
      (state) => unlessNow(mayReplace(node, state, terms)),
      (error: unknown) => ({ reason: `the cluster does not answer: ${(error as Error).message}`, missing: Infinity }),
    );
    signal?.throwIfAborted();
    if (reason === undefined) return undefined;
    patience.note([reason], missing);
    if (patience.isOver) return reason;
    patience.say(`node ${node.id} keeps its data until the others have all of them: ${reason}`);
  }
}

const unlessNow = (answer: MayStop): { readonly reason?: string; readonly missing: number } =>
  answer.may === "now"
    ? { missing: 0 }
    : {
        reason: answer.reasons.map(({ words }) => words).join("; "),
        missing: answer.reasons.reduce((sum, { missing }) => sum + missing, 0),
      };
