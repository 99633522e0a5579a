import assert from "node:assert/strict";
import { test } from "node:test";
import { withAnyBroker } from "../../../scripts/kafka/cluster.ts";
import { describeQuorum } from "../../../scripts/kafka/gaps.ts";
import { as, identityOf } from "../../../scripts/kafka/identity.ts";
import type { SecuredCluster } from "./cluster.ts";

/** Voters of a dynamic quorum come and go where nodes show certificates. One broker: it is down while it restarts. */
export function votersChange({ document, file, run, deployed }: SecuredCluster): void {
  const become = async (count: number): Promise<number[]> => {
    document.setIn(["controllers", "count"], count);
    await run("up", file, "--yes", "--skip", "smoke", "--allow-unavailable");
    const { cluster, access } = await deployed();
    const { voters } = await as(identityOf(access, "admin"), () =>
      withAnyBroker(cluster.bootstrapServers, 10_000, describeQuorum),
    );
    return voters.map(({ id }) => id).toSorted();
  };

  test("controllers 1 → 3 → 1: those that come vote, those that go do not", async () => {
    assert.deepEqual(await become(3), [1001, 1002, 1003]);
    assert.deepEqual(await become(1), [1001]);
  });
}
