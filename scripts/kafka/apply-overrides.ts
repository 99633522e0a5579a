import { UserError } from "../../infra/errors.ts";
import type { ChangeOf } from "../ops/topics/change.ts";
import { reason } from "./cluster.ts";
import { incrementalAlterConfigs, type NodeConnection, withNode } from "./gaps.ts";
import { metadata, onController } from "./topic-requests.ts";

const TIMEOUT_MS = 10_000;

/**
 * Brings what was set on the running cluster to the plan.
 *
 * @throws UserError with what Kafka says when it refuses.
 */
export async function setOverrides(
  bootstrapServers: readonly string[],
  changes: readonly ChangeOf<"set-broker-config">[],
  say: (line: string) => void,
  signal?: AbortSignal,
): Promise<void> {
  if (changes.length === 0) return;
  const { cluster } = await metadata(bootstrapServers, []);
  for (const { topic, broker, to } of changes) {
    signal?.throwIfAborted();
    const change = { type: "broker" as const, name: broker === null ? "" : String(broker), values: to };
    const address = cluster.brokers.find(({ id }) => id === broker)?.address;
    const alter = (node: NodeConnection) => incrementalAlterConfigs(node, [change]);
    try {
      await (address === undefined ? onController(bootstrapServers, alter) : withNode(address, TIMEOUT_MS, alter));
    } catch (error) {
      const keys = Object.keys(to).join(", ");
      throw new UserError(
        `cannot set ${keys} of ${topic.slice(1, -1)}: ${reason(error)}`,
        "correct the value in the stack file and run the command again",
      );
    }
  }
  say(`settings of the running cluster brought to the stack file: ${changes.length}`);
}
