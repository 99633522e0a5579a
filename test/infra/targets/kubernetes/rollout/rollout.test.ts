import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { eventually } from "../../../../helpers/eventually.ts";
import { findCluster } from "../../../../helpers/kube.ts";
import { departures, mostAway, withCluster } from "./small.ts";

const { access, skip } = await findCluster();
const THREE = { combined: [1, 2, 3] };

describe("rollout", { concurrency: 4 }, () => {
  test("starts side by side, rolls one at a time in order, and goes on where it was interrupted", { skip }, () =>
    withCluster(access, "roll", { controller: [1001, 1002], broker: [1, 2] }, async (cluster) => {
      await cluster.apply({ version: "1" });
      await cluster.up();
      assert.deepEqual(Object.keys(cluster.outputs.hosts ?? {}), ["1", "2", "1001", "1002"]);
      assert.deepEqual(await cluster.diff(), [], "nothing to do");

      await cluster.apply({ version: "2" });
      assert.deepEqual(await cluster.diff(), ["pods"], "it looks at the pods");
      await cluster.forget();
      const interrupt = new AbortController();
      const rolling = cluster.up({}, interrupt.signal);
      await eventually("one is through", async () => (await cluster.versions())["tiny-controller-1001"] === "2");
      interrupt.abort(new Error("interrupted"));
      const abortedAt = performance.now();
      await assert.rejects(rolling, /interrupted/);
      assert.ok(performance.now() - abortedAt < 1_000, "at once");
      assert.deepEqual(await cluster.diff(), ["pods"]);

      const first = (await cluster.uids())["tiny-controller-1001"];
      await cluster.up();
      assert.deepEqual([...new Set(Object.values(await cluster.versions()))], ["2"]);
      assert.equal((await cluster.uids())["tiny-controller-1001"], first, "it is not restarted again");
      assert.equal(mostAway(cluster.history, 4), 1);
      assert.deepEqual(departures(cluster.history), ["controller-1001", "controller-1002", "broker-1", "broker-2"]);
      assert.deepEqual(await cluster.diff(), []);
    }),
  );

  test("a node that is to tell clients another address restarts, and no other", { skip }, () =>
    withCluster(access, "told", THREE, async (cluster) => {
      await cluster.apply({ version: "1" });
      await cluster.up({ external: { 1: ":1", 2: ":2" } });
      const before = await cluster.uids();
      await cluster.up({ external: { 1: ":1", 2: ":3", 3: ":4" } });
      const after = await cluster.uids();
      const changed = Object.keys(after).filter((pod) => after[pod] !== before[pod]);
      assert.deepEqual(changed, ["tiny-combined-2", "tiny-combined-3"]);
      const [warning = "", ...more] = cluster.warnings;
      assert.match(warning, /goes by the pods' readiness alone, because no broker answers .*:3: connect ECONNREFUSED/);
      assert.deepEqual(more, [], "told once");
    }),
  );

  test("a bad image stops the roll at the first pod, and the corrected up repairs that one first", { skip }, () =>
    withCluster(access, "image", THREE, async (cluster) => {
      await cluster.apply({ version: "1" });
      await cluster.up();
      const before = await cluster.uids();
      await cluster.apply({ version: "2", image: "nowhere.invalid/kafka:1" });
      await assert.rejects(
        cluster.up(),
        /^InitFailed: node 1 \(broker, controller\): pod tiny-combined-1 finds no image nowhere.invalid\/kafka:1 .*the other nodes were left as they are; load the image/,
      );
      const { "tiny-combined-1": broken, ...others } = await cluster.uids();
      assert.notEqual(broken, before["tiny-combined-1"]);
      for (const [pod, uid] of Object.entries(others)) assert.equal(uid, before[pod], `${pod} is untouched`);

      await assert.rejects(cluster.up(), /tiny-combined-1 finds no image/, "nothing was corrected");
      assert.notEqual((await cluster.uids())["tiny-combined-1"], broken, "but it got a new start");
      await cluster.apply({ version: "3" });
      await cluster.forget();
      await cluster.up();
      assert.deepEqual([...new Set(Object.values(await cluster.versions()))], ["3"]);
      assert.equal(mostAway(cluster.history, 3), 1);
      assert.deepEqual(departures(cluster.history), ["combined-2", "combined-3"], "after it, the others");
    }),
  );

  test("a disruption budget has its say", { skip }, () =>
    withCluster(access, "budget", { broker: [1] }, async (cluster) => {
      const { namespace, api, log } = cluster;
      await cluster.apply({ version: "1" });
      await cluster.up();
      const selector = { matchLabels: { "kafka-stacks/stack": "tiny" } };
      const budget = (maxUnavailable: number) => ({ metadata: { name: "tiny" }, spec: { maxUnavailable, selector } });
      await api.policy.createNamespacedPodDisruptionBudget({ namespace, body: budget(0) });
      await cluster.apply({ version: "2" });
      const before = await cluster.uids();
      const rolling = cluster.up();
      await eventually("it waits", () =>
        log.some((line) => /tiny-broker-1 may not go yet: .*disruption budget/.test(line)),
      );
      assert.deepEqual(await cluster.uids(), before);
      const { metadata } = await api.policy.readNamespacedPodDisruptionBudget({ namespace, name: "tiny" });
      const body = { ...budget(1), metadata: { name: "tiny", resourceVersion: metadata?.resourceVersion ?? "" } };
      await api.policy.replaceNamespacedPodDisruptionBudget({ namespace, name: "tiny", body });
      await rolling;
      assert.deepEqual(await cluster.versions(), { "tiny-broker-1": "2" });
    }),
  );
});
