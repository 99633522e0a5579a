import { mayReplace } from "./may-replace.ts";
import { mayStop, type Reason } from "./may-stop.ts";
import { aliveIsr, type GateNode, type GateState, type GateTerms } from "./state.ts";

export type NextRestart =
  /** `with`: those that may go together with it; absent: none. */
  | { readonly action: "restart"; readonly id: number; readonly with?: readonly number[] }
  /** `missing` shrinks while the cluster is on its way. */
  | { readonly action: "wait"; readonly reason: string; readonly missing: number }
  | { readonly action: "refuse"; readonly id: number; readonly reason: string; readonly next: string };

/**
 * Which of the waiting nodes may restart now. Pure.
 *
 * 1. If one of them can never be spared, nobody restarts: half a roll helps less than none.
 * 2. Nodes of one kind after the other, in the plan's restart order: controllers come before brokers.
 * 3. Within a kind the order decides, but the quorum's leader goes last: every other restart costs no election.
 * 4. A node goes only when it {@link mayStop}, and one whose data go with it when it {@link mayReplace}. A later one of its kind that may goes first: one that fell out of the ISR is
 *    what the others wait for.
 * 5. Where the terms allow racks, brokers of its rack go with it as long as all that go leave every partition its min ISR.
 *    Voters go alone, and what is unavailable by design is no excuse here.
 *
 * @param order the plan's restart order.
 */
export function nextToRestart(
  waiting: readonly GateNode[],
  order: readonly number[],
  state: GateState,
  terms: GateTerms,
): NextRestart {
  const inOrder = waiting.toSorted((a, b) => order.indexOf(a.id) - order.indexOf(b.id));
  const may = ({ id }: GateNode) => (id === terms.replaces ? mayReplace : mayStop);
  const answers = new Map(inOrder.map((node) => [node.id, may(node)(node, state, terms)]));
  for (const [id, answer] of answers)
    if (answer.may === "never")
      return { action: "refuse", id, reason: wordsOf(answer.reasons), next: nextOf(answer.reasons) };
  const kind = inOrder[0]?.roles.join();
  const isLeader = ({ id }: GateNode) => id === state.quorum?.leaderId;
  const candidates = inOrder
    .filter(({ roles }) => roles.join() === kind)
    .toSorted((a, b) => Number(isLeader(a)) - Number(isLeader(b)));
  const spare = candidates.find(({ id }) => answers.get(id)?.may === "now");
  if (spare && terms.parallel === "rack") {
    const free = candidates.filter(({ id }) => answers.get(id)?.may === "now");
    return { action: "restart", id: spare.id, with: together(spare, free, state).slice(1) };
  }
  if (spare) return { action: "restart", id: spare.id };
  const first = candidates[0] && answers.get(candidates[0].id);
  if (first?.may !== "later") return { action: "wait", reason: "no node asks", missing: 0 };
  return { action: "wait", reason: wordsOf(first.reasons), missing: missingOf(first.reasons) };
}

/** No consent makes an older version read what a newer one wrote. */
const nextOf = (reasons: readonly Reason[]): string =>
  reasons.some(({ why }) => why === "features")
    ? "put kafka.version back"
    : "give them more replicas, or accept the outage: up --allow-unavailable";

const wordsOf = (reasons: readonly Reason[]): string => reasons.map(({ words }) => words).join("; ");
const missingOf = (reasons: readonly Reason[]): number => reasons.reduce((sum, { missing }) => sum + missing, 0);

/** The first and those of its rack that may go with it; greedy, in order. */
function together(first: GateNode, free: readonly GateNode[], state: GateState): number[] {
  const ids = [first.id];
  for (const { id, rack, roles } of free) {
    const isMate = id !== first.id && rack != null && rack === first.rack && roles.join() === "broker";
    if (isMate && spares([...ids, id], state)) ids.push(id);
  }
  return ids;
}

/** Whether every partition keeps its min ISR without all of these. */
function spares(ids: readonly number[], state: GateState): boolean {
  return state.partitions.every((partition) => {
    if (!partition.isr.some((member) => ids.includes(member))) return true;
    return aliveIsr(partition, state).filter((member) => !ids.includes(member)).length >= partition.minIsr;
  });
}
