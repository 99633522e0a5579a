import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { withAnyBroker } from "../../../scripts/kafka/cluster.ts";
import { describeQuorum } from "../../../scripts/kafka/gaps.ts";
import { childrenOf, startCli } from "../../helpers/cli.ts";
import { eventually } from "../../helpers/eventually.ts";
import { tell, underLoad } from "../../helpers/load.ts";
import { unlessLong } from "../../helpers/long.ts";
import type { LiveCluster } from "./lifecycle.ts";
import { watchNodes } from "./nodes.ts";

const [THREE, FIVE] = [
  [1001, 1002, 1003],
  [1001, 1002, 1003, 1004, 1005],
];

/** Voters that come and go while clients write; for a cluster of three dedicated controllers, which it leaves as such. */
export function quorumTests({ home, file, name, set, run, servers, processes }: LiveCluster): void {
  const long = { skip: unlessLong("the change under load stands for it") };
  const up = async (code = 0) => run(code, "up", file, "--yes", "--skip", "smoke", "--json");
  const quorum = async () => withAnyBroker(await servers(), 10_000, describeQuorum);
  const requireVoters = async (expected: readonly number[] | undefined) => {
    const { leaderId, voters } = await quorum();
    assert.deepEqual(voters.map(({ id }) => id).toSorted(), expected);
    for (const { id, caughtUpAgoMs } of voters)
      assert.ok(id === leaderId || (caughtUpAgoMs ?? Infinity) < 5_000, `voter ${id} keeps up`);
  };
  /** Those of the cluster's nodes that are another process than before. */
  const changed = (before: ReturnType<typeof processes>) =>
    [...before].flatMap(([id, found]) => (processes().get(id)?.pid === found?.pid ? [] : [id]));

  test("voters static → dynamic, 3 → 5 → 3, under load: no node more restarts than has to", async (t) => {
    const report = await underLoad(await servers(), "orders", async () => {
      set(["controllers", "quorum"], "dynamic");
      const { mostDown } = await watchNodes(home, name, up);
      assert.ok(mostDown <= 1, `${mostDown} nodes down at once`);
      await requireVoters(THREE);

      const before = processes();
      set(["controllers", "count"], 5);
      await up();
      await requireVoters(FIVE);
      set(["controllers", "count"], 3);
      await up();
      await requireVoters(THREE);
      assert.deepEqual(changed(before), []);
      assert.deepEqual([processes().get(1004), processes().get(1005)], [undefined, undefined]);
    });
    tell(t, "static → dynamic, 3 → 5 → 3", report);
    assert.deepEqual(report.lost, []);
    assert.ok(report.acked > 100);
  });

  test("cut off while controllers join or leave, it goes on with the next up; kept data comes back", long, async () => {
    for (const [count, words, voters] of [
      [5, "joining the voters", FIVE],
      [3, "leaving the voters", THREE],
    ] as const) {
      set(["controllers", "count"], count);
      const cut = startCli(home, ["up", file, "--yes", "--skip", "smoke"]);
      await eventually(words, () => cut.stderr().includes(words), 120_000);
      for (const pid of [...childrenOf(cut.pid), cut.pid]) process.kill(pid, "SIGKILL");
      await cut.finished;
      await up();
      await requireVoters(voters);
    }
  });

  test("a voter whose disk is lost is another voter; the old one goes", long, async () => {
    const directoryOf = async () => (await quorum()).voters.find(({ id }) => id === 1002)?.directoryId;
    const before = await directoryOf();
    process.kill(processes().get(1002)!.pid, "SIGKILL");
    rmSync(path.join(home, "local", name, "node-1002", "data"), { recursive: true });
    await run(0, "replace-node", file, "1002", "--yes");
    await requireVoters(THREE);
    assert.notEqual(await directoryOf(), before);
  });
}
