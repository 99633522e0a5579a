/**
 * Controllers of a dynamic quorum join the voters and leave them one at a time, whatever order the engine asks in. Each step
 * is decided anew by what the leader says, so that one that was cut off goes on where it was.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { reason } from "../../../../scripts/kafka/cluster.ts";
import { as } from "../../../../scripts/kafka/identity.ts";
import type { QuorumState } from "../../../../scripts/kafka/state.ts";
import { withLeader } from "../../../../scripts/kafka/voters.ts";
import { joinStep, leaveStep, type VoterStep } from "../../../../scripts/ops/gate/voters.ts";
import type { OperationContext } from "../../../../toolchain/plugin/resource.ts";
import { Patience } from "../../patience.ts";
import type { LocalNodeArgs } from "../render.ts";
import { controllersOf, type Members } from "./members.ts";
import { asNode } from "./serving.ts";
import { directoryIdOf } from "./storage.ts";

type Told = Pick<OperationContext, "signal" | "log">;
/** How it ends for now: others go first, or nobody is there. */
type End = "done" | "later" | "alone";
type Seen = VoterStep | { readonly step: "later" | "alone" };

/** For one answer; a change is answered when it is committed. */
const TIMEOUT_MS = 15_000;
const POLL_MS = 200;
const PATIENCE_MS = 60_000;
/** Deletes arrive within milliseconds of each other. */
const SETTLE_MS = 300;

/** Loaded with the first change of voters, because it brings a client of Kafka's with it. */
const requests = () => import("../../../../scripts/kafka/gaps-voters.ts");

/** What waits for its turn, in its order. */
let turn: Promise<unknown> = Promise.resolve();
/** Controllers that are about to leave. */
const leaving = new Set<number>();

/**
 * Makes a controller that runs a voter, and resolves once it keeps up as one.
 *
 * @throws when it gets no further for a minute; it then runs as it is.
 */
export async function joinVoters(node: LocalNodeArgs, context: Told): Promise<void> {
  const me = { id: node.nodeId, directoryId: directoryIdOf(node) };
  const endpoints = Object.fromEntries(
    Object.entries(node.endpoints).filter(([name]) => name.startsWith("CONTROLLER")),
  );
  await inTurn(() =>
    settle(context, ["joining the voters", "votes"], () =>
      asNode(node, ({ controller }) =>
        withLeader([controller], TIMEOUT_MS, async (leader, quorum) => {
          const next = joinStep(me, quorum);
          if (next.step === "add") await (await requests()).addVoter(leader, { ...me, endpoints });
          if (next.step === "remove")
            await (await requests()).removeVoter(leader, { id: me.id, directoryId: next.directoryId });
          return next;
        }),
      ),
    ),
  );
}

/**
 * Takes a controller from the voters, the leader last of those that go: it resigns once its own removal is committed.
 *
 * @param isAlone whether no other controller runs: then all of the cluster is down, and nobody is left to ask.
 * @returns whether it is no voter any more.
 * @throws when that gets no further for a minute; the controller must then run on.
 */
export async function leaveVoters(
  cluster: Members,
  node: Pick<LocalNodeArgs, "nodeId" | "directory" | "endpoints">,
  isAlone: () => boolean,
  context: Told,
): Promise<boolean> {
  const { addresses, identity } = controllersOf(cluster, node);
  const step = () =>
    withLeader(addresses, TIMEOUT_MS, async (leader, quorum): Promise<Seen> => {
      const next = leaveStep(node.nodeId, quorum);
      if (next.step === "remove" && leavesLater(node.nodeId, quorum)) return { step: "later" };
      if (next.step === "remove")
        await (await requests()).removeVoter(leader, { id: node.nodeId, directoryId: next.directoryId });
      return next;
    });
  const attempt = () =>
    settle(context, ["leaving the voters", "votes no more"], async () =>
      isAlone() ? { step: "alone" } : as(identity, step),
    );
  leaving.add(node.nodeId);
  try {
    for (await sleep(SETTLE_MS); ; await sleep(POLL_MS)) {
      const end = await inTurn(attempt);
      if (end !== "later") return end === "done";
    }
  } finally {
    leaving.delete(node.nodeId);
  }
}

const leavesLater = (id: number, { leaderId, voters }: QuorumState): boolean =>
  id === leaderId && voters.some((voter) => voter.id !== id && leaving.has(voter.id));

function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const mine = turn.then(work);
  turn = mine.catch(() => {});
  return mine;
}

/** Looks and acts until it comes to an end; a leader that goes, or refuses, is asked again. */
async function settle(
  { signal, log }: Told,
  [what, after]: readonly [string, string],
  act: () => Promise<Seen>,
): Promise<End> {
  const patience = new Patience({ limitMs: PATIENCE_MS, log });
  for (;;) {
    const { step, ...seen } = await act().catch((error: unknown) => ({ step: "wait" as const, reason: reason(error) }));
    if (step === "done") log(after);
    if (step === "done" || step === "later" || step === "alone") return step;
    signal.throwIfAborted();
    const words = "reason" in seen ? seen.reason : what;
    patience.note([words]);
    if (patience.isOver) throw new Error(`${what}: ${words}`);
    patience.say(words);
    await sleep(POLL_MS, undefined, { signal });
  }
}
