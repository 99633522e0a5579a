import type { OperationContext } from "../../toolchain/plugin/resource.ts";
import { mayNotGo } from "../plan/refusals.ts";
import { type AskBroker, holdings, signOff } from "./members.ts";

export interface Leaving {
  readonly leavers: readonly number[];
  readonly kraft: boolean;
  readonly ask: AskBroker;
  /** Stops the leavers in order; one that has stopped already is what was wanted. */
  stop(): Promise<void>;
  readonly context: Pick<OperationContext, "log" | "signal">;
}

/**
 * Takes brokers that hold nothing out of a running cluster, which goes on without them.
 *
 * 1. They are asked about once more: between a check and this a topic may have come.
 * 2. They stop. From then on Kafka places nothing on them unless it has nobody else.
 * 3. Kafka is asked again, since it still might have until they stopped.
 * 4. KRaft forgets them.
 *
 * Each step may be done again, so whoever was cut off begins anew; nothing of the deployment may say before the end that
 * they are gone.
 *
 * @throws when one holds something after all, or Kafka does not answer.
 */
export async function letGo({ leavers, kraft, ask, stop, context }: Leaving): Promise<void> {
  if (leavers.length === 0) return;
  const [who, whom] = [`broker ${leavers.join(", ")}`, leavers.length > 1 ? "them" : "it"];
  const holds = mayNotGo(leavers, await holdings(ask));
  if (holds) throw new Error(holds);
  context.signal.throwIfAborted();
  context.log(`stopping ${who}, which holds no replica`);
  await stop();
  const came = mayNotGo(leavers, await holdings(ask));
  if (came)
    throw new Error(
      `${who} has stopped and was given replicas before that; put brokers.count back and run up, which starts ${whom} again (${came})`,
    );
  if (!kraft) return;
  for (const id of leavers) await signOff(ask, id);
  context.log(`${who} has left the cluster`);
}
