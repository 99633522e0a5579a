import { poll } from "../../base/time.ts";
import { UserError } from "../../infra/errors.ts";
import type { ClusterOutputs } from "../../infra/outputs.ts";
import type { Raise } from "../../infra/plan/versions.ts";
import { withAnyBroker } from "./cluster.ts";
import { raiseFeatures } from "./gaps-features.ts";
import { readUpgradeState } from "./upgrade-state.ts";

/** For one answer; the controller asks nobody before it raises. */
const TIMEOUT_MS = 30_000;
/** Brokers hear of it through the metadata log. */
const HEARD_MS = 15_000;

/** Raises features, all or none, and waits until brokers say so. @throws UserError with Kafka's reason when it refuses. */
export async function raiseTo(outputs: ClusterOutputs, raises: readonly Raise[], signal?: AbortSignal): Promise<void> {
  await withAnyBroker(outputs.bootstrapServers, TIMEOUT_MS, (node) => raiseFeatures(node, raises)).catch(
    (error: Error) => {
      if (error instanceof UserError) throw error;
      throw new UserError(
        `Kafka did not raise the features: ${error.message}`,
        "mend what is named there, then run the same command: nothing was changed",
      );
    },
  );
  const heard = async () => {
    const { finalized } = await readUpgradeState(outputs);
    return raises.every(({ feature, to }) => (finalized?.[feature] ?? 0) >= to) || undefined;
  };
  if (await poll(heard, { withinMs: HEARD_MS, everyMs: 200, signal })) return;
  throw new UserError("the features were raised, but no broker says so yet", "run the same command again");
}
