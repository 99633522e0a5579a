import assert from "node:assert/strict";
import { test } from "node:test";
import { CoreV1Api } from "@kubernetes/client-node";
import type { KubeAccess } from "../../../toolchain/kubernetes.ts";
import { cli } from "../../helpers/cli.ts";
import { wasSignedOff } from "../../helpers/cluster.ts";
import { eventually } from "../../helpers/eventually.ts";
import { tell } from "../../helpers/load.ts";
import { unlessLong } from "../../helpers/long.ts";
import { type Lab, watching } from "./lab.ts";

/** Changes of a running cluster of three combined nodes: those that work, those that fail half-way, those that are refused. */
export function changes(lab: Lab, access: KubeAccess | undefined): void {
  const { document, file } = lab;
  const core = () => access!.config.makeApiClient(CoreV1Api);
  const evict = (pod: string) =>
    core().createNamespacedPodEviction({
      name: pod,
      namespace: lab.namespace,
      body: { metadata: { name: pod, namespace: lab.namespace } },
    });
  const set = (path: readonly string[], value: unknown) => {
    document.setIn(path, value);
    lab.save();
  };
  const uids = async () => new Map([...(await lab.pods())].map(([id, { uid }]) => [id, uid]));
  const refused = async (...wanted: readonly RegExp[]) => {
    const before = await uids();
    const { code, stdout, stderr } = await cli(lab.home, "up", file, "--yes", "--skip", "smoke");
    lab.printed.push(stdout, stderr);
    assert.equal(code, 1, stderr);
    for (const pattern of wanted) assert.match(stderr, pattern);
    const after = await uids();
    return [...after].filter(([id, uid]) => uid !== before.get(id)).map(([id]) => id);
  };

  const long = {
    skip: unlessLong("takes minutes: tried with pods that hold no data, in test/infra/targets/kubernetes"),
  };
  test(
    "an image that nobody has, and a config with which no node starts, stop the roll at its first pod; the right ones repair it and roll on",
    long,
    async (t) => {
      const image = document.getIn(["kubernetes", "image"]);
      const first = await uids();
      let mostDown = 0;
      const report = await lab.underLoad(async () => {
        mostDown = await watching(lab, 3, async () => {
          set(["kubernetes", "image"], "kafka-stacks/kafka:no-such-tag");
          const touched = await refused(/no-such-tag/, /kubernetes\.image/);
          assert.equal(touched.length, 1, `one pod was touched: ${touched}`);
          // The same one by its full name: to Kubernetes it is another.
          set(["kubernetes", "image"], `docker.io/${image}`);
          set(["brokers", "config", "metric.reporters"], "org.example.Missing");
          assert.deepEqual(await refused(/Class org\.example\.Missing cannot be found/), touched);
          document.deleteIn(["brokers", "config", "metric.reporters"]);
          lab.save();
          await lab.up("--skip", "smoke");
        });
        await lab.untilInSync();
      });
      tell(t, "an image that nobody has, a config that fails, another image", report);
      assert.equal(mostDown, 1, "pods down at once");
      assert.deepEqual({ lost: report.lost, errors: report.errors }, { lost: [], errors: [] });
      for (const [id, uid] of await uids()) assert.notEqual(uid, first.get(id), `node ${id}`);
    },
  );

  test("a drain that would break min ISR is refused until the pod before is back in sync", async () => {
    const [first, second] = [...(await lab.pods()).values()];
    await evict(first!.name);
    await assert.rejects(evict(second!.name), /disruption budget/);
    await eventually(
      "every pod is ready again",
      async () => [...(await lab.pods()).values()].filter(({ ready }) => ready).length === 3,
      90_000,
    );
    await lab.untilInSync();
  });

  test("what was changed by hand is found and put back, without a restart", async () => {
    const earlier = await uids();
    const service = { name: `${lab.name}-bootstrap`, namespace: lab.namespace };
    const found = await core().readNamespacedService(service);
    found.spec!.selector!["kafka-stacks/stack"] = "another";
    await core().replaceNamespacedService({ ...service, body: found });
    assert.equal((await lab.json(0, "preview", file)).changes, 1);
    await lab.up("--skip", "smoke");
    const { spec } = await core().readNamespacedService(service);
    assert.equal(spec?.selector?.["kafka-stacks/stack"], lab.name);
    assert.deepEqual(await uids(), earlier);
  });

  test("volumes neither shrink, nor grow where their class cannot: refused before anything changes", async () => {
    const disk = document.getIn(["brokers", "disk"]);
    set(["brokers", "disk"], "1GiB");
    assert.deepEqual(await refused(/a volume cannot become smaller/), []);
    set(["brokers", "disk"], "3GiB");
    assert.deepEqual(await refused(/expan|grow/), []);
    set(["brokers", "disk"], disk);
    assert.equal((await lab.up("--skip", "smoke")).changes, 0);
  });

  test("a fourth broker comes, goes once it is empty, and comes back to its volume: nothing lost", async (t) => {
    const before = await uids();
    const claim = { name: `data-${lab.name}-broker-4`, namespace: lab.namespace };
    const uidOfClaim = async () => (await core().readNamespacedPersistentVolumeClaim(claim)).metadata?.uid;
    let volume: string | undefined;
    const report = await lab.underLoad(async () => {
      set(["brokers", "count"], 4);
      await lab.up("--skip", "smoke");
      await lab.json(0, "rebalance", "apply", file, "--yes");
      set(["brokers", "count"], 3);
      assert.deepEqual(await refused(/broker 4 would go, and broker 4 holds \d+ replicas; .*--drain 4/), []);
      await lab.json(0, "rebalance", "apply", file, "--drain", "4", "--yes");
      volume = await uidOfClaim();
      assert.equal((await lab.up("--skip", "smoke")).health.healthy, true);
      assert.deepEqual(await uids(), before, "the others were left alone");
      assert.ok(await lab.asAdmin((cluster) => wasSignedOff(cluster, 4)));
      set(["brokers", "count"], 4);
      assert.equal((await lab.up("--skip", "smoke")).health.healthy, true);
      // On a volume that has other logs of these partitions, or had.
      await lab.json(0, "rebalance", "apply", file, "--yes");
      await lab.untilInSync();
    });
    tell(t, "3 → 4 → 3 → 4 brokers", report);
    assert.deepEqual({ lost: report.lost, errors: report.errors }, { lost: [], errors: [] });
    assert.deepEqual([...(await uids()).keys()], [1, 2, 3, 4]);
    assert.equal(await uidOfClaim(), volume, "it has the volume that it had");
  });
}
