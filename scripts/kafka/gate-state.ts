import { UserError } from "../../infra/errors.ts";
import { isrPartitions } from "../ops/gate/partitions.ts";
import type { GateState } from "../ops/gate/state.ts";
import { strictest } from "../ops/gate/strictest.ts";
import { reason, withAnyBroker, withController } from "./cluster.ts";
import { describeMetadata, describeQuorum, listReassignments } from "./gaps.ts";
import { describeFeatures } from "./gaps-features.ts";
import { topicStates } from "./topics.ts";

/** What decides whether a node may stop, as one broker sees it now. @throws when no broker answers in time. */
export async function readGateState(
  bootstrapServers: readonly string[],
  kraft: boolean,
  timeoutMs = 5_000,
): Promise<GateState> {
  return withAnyBroker(bootstrapServers, timeoutMs, async (node) => {
    const metadata = await describeMetadata(node, null);
    const [topics, quorum, features, moving] = await Promise.all([
      topicStates(node, metadata, []),
      kraft ? describeQuorum(node) : null,
      kraft ? describeFeatures(node) : null,
      withController(node, metadata.cluster, { kraft, timeoutMs }, listReassignments),
    ]);
    const brokers = metadata.cluster.brokers.map(({ id }) => id);
    const partitions = isrPartitions(topics, moving);
    return { brokers, partitions, quorum, ...(features ? { finalized: features.finalized } : {}) };
  });
}

/**
 * The same by the word of every broker that answers, for what cannot be taken back: see {@link strictest}. Brokers are asked
 * where they tell clients to find them.
 *
 * @throws when none answers in time.
 */
export async function readStrictGateState(
  bootstrapServers: readonly string[],
  kraft: boolean,
  timeoutMs = 5_000,
): Promise<GateState> {
  const { cluster } = await withAnyBroker(bootstrapServers, timeoutMs, (node) => describeMetadata(node, []));
  const silent: string[] = [];
  const views = await Promise.all(
    cluster.brokers.map(async ({ id, address }) =>
      readGateState([address], kraft, timeoutMs).then(
        (state) => [{ ...state, of: id }],
        (error: unknown) => {
          silent.push(`broker ${id}: ${reason(error)}`);
          return [];
        },
      ),
    ),
  );
  if (silent.length === cluster.brokers.length)
    throw new UserError(
      `no broker says which copies it sees (${silent.join("; ")})`,
      "kafka-stacks health tells which nodes are down; run the same command again when they answer",
    );
  return strictest(views.flat());
}
