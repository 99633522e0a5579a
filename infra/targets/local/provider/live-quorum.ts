/** Who votes in a cluster that runs, and the way from static to dynamic voters. */
import { Deadline, monotonic } from "../../../../base/time.ts";
import { reason } from "../../../../scripts/kafka/cluster.ts";
import { describeQuorum } from "../../../../scripts/kafka/gaps.ts";
import { describeFeatures, raiseFeatures } from "../../../../scripts/kafka/gaps-features.ts";
import type { LiveVoters } from "../../../plan/voters.ts";
import { askBroker, type Members } from "./members.ts";

/** Controllers tell their leader what they can do within seconds of a start. */
const RAISE_MS = 60_000;
const KRAFT_VERSION = "kraft.version";

export function liveVoters(cluster: Members): Promise<LiveVoters> {
  return askBroker(cluster)(describeQuorum).then(
    ({ voters }) => voters.map(({ id }) => id),
    (error: unknown) => reason(error),
  );
}

/**
 * Lets the quorum keep its voters in the metadata log from now on, which it does once every controller has told its leader
 * that it can (KIP-853): until then Kafka refuses. Without effect where it was done. @throws with Kafka's reason.
 */
export async function makeQuorumDynamic(cluster: Members): Promise<void> {
  for (const deadline = new Deadline(RAISE_MS); ; await monotonic.sleep(500)) {
    const refused = await askBroker(cluster)(async (node) => {
      const { finalized } = await describeFeatures(node);
      if ((finalized[KRAFT_VERSION] ?? 0) >= 1) return null;
      return raiseFeatures(node, [{ feature: KRAFT_VERSION, from: 0, to: 1 }]).then(
        () => "no broker says so yet",
        (error: Error) => error.message,
      );
    });
    if (refused === null) return;
    if (deadline.isOver) throw new Error(`the quorum did not become dynamic: ${refused}; run health, then up again`);
  }
}
