import { monotonic, orAborted } from "../../base/time.ts";
import { UserError } from "../../infra/errors.ts";
import { returned } from "../ops/gate/returned.ts";
import type { GateNode, GateState } from "../ops/gate/state.ts";
import { readGateState } from "./gate-state.ts";

interface Awaited {
  readonly bootstrapServers: readonly string[];
  readonly kraft: boolean;
  readonly node: GateNode;
  readonly signal: AbortSignal;
  say(line: string): void;
}

const POLL_MS = 500;
const SAY_MS = 5_000;
/** A replica that copies a large partition joins no ISR for hours: only a cluster that does not answer ends the wait. */
const SILENCE_MS = 120_000;

/**
 * Waits until a node is in sync in every partition that is placed on it, and gives it those that it should lead.
 *
 * @throws UserError when the cluster does not answer for two minutes; when the signal aborts.
 */
export async function awaitReplicas({ bootstrapServers, kraft, node, signal, say }: Awaited): Promise<void> {
  let saidAt = monotonic.now();
  for (let answeredAt = saidAt; ; await monotonic.sleep(POLL_MS, signal)) {
    const asked = readGateState(bootstrapServers, kraft).catch((error: Error) => error);
    const state = await orAborted(asked, signal);
    const now = monotonic.now();
    if (state instanceof Error) {
      if (now - answeredAt > SILENCE_MS) throw new UserError(state.message, "run health");
      continue;
    }
    answeredAt = now;
    const is = returned(node, { inSync: placedOn(node, state) }, state);
    if (is.back) {
      if (is.leads.length === 0) return;
      const { electPreferredLeaders } = await import("./elect-leaders.ts");
      return electPreferredLeaders(bootstrapServers, kraft, is.leads);
    }
    if (now - saidAt < SAY_MS) continue;
    saidAt = now;
    say(is.reason);
  }
}

const placedOn = ({ id }: GateNode, { partitions }: GateState) =>
  partitions.filter(({ replicas }) => replicas.includes(id));
