import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { scale } from "../../../../../infra/targets/kubernetes/rollout/act.ts";
import { eventually } from "../../../../helpers/eventually.ts";
import { findCluster } from "../../../../helpers/kube.ts";
import { departures, type SmallCluster, withCluster } from "./small.ts";

const { access, skip } = await findCluster();
const THREE = { combined: [1, 2, 3] };
const GiB = 2 ** 30;

/** A class like the cluster's own, which lets no volume grow; deleted at the end of the test. */
async function withClass({ api, namespace }: SmallCluster, act: (name: string) => Promise<void>): Promise<void> {
  const { items } = await api.storage.listStorageClass();
  const key = "storageclass.kubernetes.io/is-default-class";
  const own = items.find(({ metadata }) => metadata?.annotations?.[key] === "true");
  assert.ok(own, "the cluster has a default StorageClass");
  const { provisioner, parameters = {} } = own;
  await api.storage.createStorageClass({ body: { metadata: { name: namespace }, provisioner, parameters } });
  try {
    await act(namespace);
  } finally {
    await api.storage.deleteStorageClass({ name: namespace });
  }
}

/** Does what a driver would do that grows volumes, which the sandbox does not have. */
async function resize({ api, namespace }: SmallCluster, name: string, storage: string): Promise<void> {
  const read = () => api.core.readNamespacedPersistentVolumeClaim({ namespace, name });
  await eventually(`${name} asks for more`, async () => (await read()).spec?.resources?.requests?.storage === storage);
  const claim = await read();
  const body = { ...claim, status: { ...claim.status, capacity: { storage } } };
  await api.core.replaceNamespacedPersistentVolumeClaimStatus({ namespace, name, body });
}

describe("rollout of sets", { concurrency: 4 }, () => {
  test("stops brokers, then controllers, and keeps their claims; an interrupted stop is mended by up", { skip }, () =>
    withCluster(access, "stop", { controller: [1001, 1002], broker: [1, 2] }, (cluster) =>
      withClass(cluster, async (storageClass) => {
        const { api, namespace } = cluster;
        await cluster.apply({ version: "1", storageClass });
        await cluster.up();
        await scale(api, namespace, "tiny-broker", 0);
        assert.deepEqual(await cluster.diff(), ["pods"]);
        await cluster.up();
        assert.ok(cluster.log.includes("bringing tiny-broker back to 2 pods"));
        const { metadata } = await api.apps.readNamespacedStatefulSet({ namespace, name: "tiny-broker" });
        const managers = metadata?.managedFields?.map(({ manager }) => manager) ?? [];
        assert.ok(!managers.includes("kafka-stacks-rollout"), "whoever made the set can still scale it");

        await cluster.forget();
        await cluster.down();
        await cluster.down();
        const left = departures(cluster.history).map((pod) => pod.replace(/-\d+$/, ""));
        assert.deepEqual(left, ["broker", "broker", "controller", "controller"]);
        const claims = await api.core.listNamespacedPersistentVolumeClaim({ namespace });
        assert.equal(claims.items.length, 4);
        await api.apps.deleteNamespacedStatefulSet({ namespace, name: "tiny-broker" });
        await cluster.down();
      }),
    ),
  );

  test("combined nodes stop one by one while a majority remains", { skip }, () =>
    withCluster(access, "combined", THREE, async (cluster) => {
      await cluster.apply({ version: "1" });
      await cluster.up();
      await cluster.forget();
      await cluster.down();
      assert.equal(departures(cluster.history)[0], "combined-3");
      const others = cluster.history.filter((line) => line.includes("combined-3"));
      assert.ok(others.length > 0 && !others.some((line) => /combined-[12]\?/.test(line)), "it goes alone");
    }),
  );

  test("claims grow when their class lets them, and before that nothing changes", { skip }, () =>
    withCluster(access, "claims", { broker: [1] }, (cluster) =>
      withClass(cluster, async (storageClass) => {
        const { api, namespace } = cluster;
        const name = "data-tiny-broker-1";
        await cluster.apply({ version: "1", storageClass });
        await cluster.up({ claims: { [name]: GiB } });
        const claims = { [name]: 2 * GiB, "data-tiny-broker-2": GiB };
        assert.deepEqual(await cluster.diff({ claims: { [name]: GiB } }), []);
        await cluster.apply({ version: "2", storageClass });
        await assert.rejects(
          cluster.up({ claims }),
          /volume data-tiny-broker-1 has 1GiB, wanted 2GiB: StorageClass \S+ does not let volumes grow; nothing was changed; put brokers.disk back/,
        );
        assert.deepEqual(await cluster.versions(), { "tiny-broker-1": "1" });
        assert.ok((await cluster.diff({ claims })).includes("claims"), "the next up tries again");

        const body = await api.storage.readStorageClass({ name: storageClass });
        await api.storage.replaceStorageClass({
          name: storageClass,
          body: { ...body, allowVolumeExpansion: true },
        });
        await Promise.all([cluster.up({ claims }), resize(cluster, name, String(2 * GiB))]);
        assert.deepEqual(await cluster.diff({ claims }), []);
        assert.deepEqual(await cluster.versions(), { "tiny-broker-1": "2" });
        const claim = await api.core.readNamespacedPersistentVolumeClaim({ namespace, name });
        assert.equal(claim.spec?.resources?.requests?.storage, String(2 * GiB));
      }),
    ),
  );

  test("a quota that is too small is told, and once it is raised up goes on at once", { skip }, () =>
    withCluster(access, "quota", { broker: [1, 2] }, async (cluster) => {
      const { api, namespace } = cluster;
      const quota = (pods: string) => ({ metadata: { name: "small" }, spec: { hard: { pods } } });
      await api.core.createNamespacedResourceQuota({ namespace, body: quota("1") });
      await cluster.apply({ version: "1" });
      await assert.rejects(
        cluster.up(),
        /pod tiny-broker-[12] is not made: pods "tiny-broker-[12]" is forbidden: exceeded quota: small.*raise the quota/,
      );
      await api.core.replaceNamespacedResourceQuota({ namespace, name: "small", body: quota("2") });
      const raisedAt = performance.now();
      await cluster.up();
      assert.ok(performance.now() - raisedAt < 15_000);
    }),
  );
});
