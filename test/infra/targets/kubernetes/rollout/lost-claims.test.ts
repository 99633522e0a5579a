/** On a real Kubernetes, with pods that do nothing: claims that had data and are gone. */
import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { forgetData } from "../../../../../infra/targets/decisions/data-record.ts";
import { type Kept, keep, readKept } from "../../../../../infra/targets/decisions/kept.ts";
import { clusterDirectory } from "../../../../../infra/targets/kubernetes/cluster-args.ts";
import { holdPod } from "../../../../../infra/targets/kubernetes/rollout/hold.ts";
import { stillThere, stopStillThere } from "../../../../../infra/targets/kubernetes/still-there.ts";
import { withhold } from "../../../../../infra/targets/kubernetes/withhold.ts";
import { temporaryHome } from "../../../../helpers/cli.ts";
import { eventually } from "../../../../helpers/eventually.ts";
import { findCluster } from "../../../../helpers/kube.ts";
import { unlessLong } from "../../../../helpers/long.ts";
import { type SmallCluster, withCluster } from "./small.ts";

const { access, skip } = await findCluster();
const STACK = "tiny";
const claim = (id: number): string => `data-${STACK}-broker-${id}`;
const claims = Object.fromEntries([1, 2, 3].map((id) => [claim(id), 2 ** 30]));
const pod = (id: number): string => `${STACK}-broker-${id}`;

describe("claims that had data", { skip }, () => {
  const mine = process.env.KAFKA_STACKS_HOME;
  const { home, remove } = temporaryHome();
  before(() => {
    process.env.KAFKA_STACKS_HOME = home;
  });
  after(() => {
    if (mine === undefined) delete process.env.KAFKA_STACKS_HOME;
    else process.env.KAFKA_STACKS_HOME = mine;
    remove();
  });

  /** Brokers 1 to 3 with volumes, as a first `up` leaves them. */
  const withBrokers = (what: string, act: (cluster: SmallCluster, storageClass: string) => Promise<void>) =>
    withCluster(access, what, { broker: [1, 2, 3] }, async (cluster) => {
      const directory = clusterDirectory(STACK);
      rmSync(directory, { recursive: true, force: true });
      keep({ directory, listeners: [], voters: [], nodeData: {} } as unknown as Kept);
      const { items } = await cluster.api.storage.listStorageClass();
      const storageClass = items[0]?.metadata?.name ?? "";
      await cluster.apply({ version: "1", storageClass });
      await cluster.up({ claims });
      await act(cluster, storageClass);
    });
  const place = ({ namespace }: SmallCluster) => ({ namespace, name: STACK });
  const noted = () => readKept(clusterDirectory(STACK))?.nodeData ?? {};
  const deleteClaim = ({ api, namespace }: SmallCluster, id: number) =>
    api.core.deleteNamespacedPersistentVolumeClaim({ namespace, name: claim(id) });

  test("a node whose claim is gone waits while the others start, and starts once it may begin empty", () =>
    withBrokers("gone", async (cluster, storageClass) => {
      const { api, namespace } = cluster;
      assert.deepEqual(Object.keys(noted()), ["1", "2", "3"]);
      const volume = noted()[1]?.[claim(1)];
      assert.match(volume ?? "", /^\S+ \S+$/, "the volume's name and uid");
      await stopStillThere(api, place(cluster), { log: () => {}, signal: new AbortController().signal });
      assert.deepEqual(await stillThere(api, place(cluster)), []);
      await deleteClaim(cluster, 2);
      const lost = { id: 2, roles: ["broker"], claims: [claim(2)] };
      const what = { ...place(cluster), mode: "kraft", claimBytes: claims };
      await eventually("the claim is gone", async () => {
        const { items } = await api.core.listNamespacedPersistentVolumeClaim({ namespace });
        return items.length === 2;
      });
      await withhold(api, what, "c", [lost]);
      await cluster.apply({ version: "1", storageClass });
      await cluster.up({ claims });
      const ready = () => cluster.history.at(-1)?.split(" ");
      await eventually("the others serve", () => ready()?.join() === "broker-1,broker-2?,broker-3");
      assert.match(cluster.warnings.join(), /node 2 was not started: .* kafka-stacks replace-node tiny 2/);
      assert.deepEqual(noted()[1]?.[claim(1)], volume);
      forgetData(clusterDirectory(STACK), [2]);
      await deleteClaim(cluster, 2);
      await api.core.deleteNamespacedPod({ namespace, name: pod(2) });
      await eventually("it starts with a volume of its own", () => ready()?.[1] === "broker-2");
      await cluster.up({ claims });
      assert.deepEqual(Object.keys(noted()), ["1", "2", "3"]);
    }));

  test("a pod that was held when its node was to be emptied, and the run killed, does not keep the cluster from stopping", () =>
    withBrokers("held", async (cluster) => {
      const { api, namespace } = cluster;
      const held = await api.core.readNamespacedPod({ namespace, name: pod(2) });
      await holdPod(api, held);
      await api.core.deleteNamespacedPod({ namespace, name: pod(2), gracePeriodSeconds: 0 });
      await stopStillThere(api, place(cluster), { log: () => {}, signal: AbortSignal.timeout(60_000) });
      assert.deepEqual((await api.core.listNamespacedPod({ namespace })).items, []);
      assert.equal((await api.core.listNamespacedPersistentVolumeClaim({ namespace })).items.length, 3);
    }));

  const long = { skip: unlessLong("what a claim that is being deleted means is judged in ../lost-data.test.ts") };
  test("a pod whose claim is being deleted is not replaced, as it would lose its data", long, () =>
    withBrokers("ending", async (cluster, storageClass) => {
      await deleteClaim(cluster, 3);
      const earlier = (await cluster.uids())[pod(3)];
      await cluster.apply({ version: "2", storageClass });
      await assert.rejects(
        cluster.up({ claims }),
        /claim data-tiny-broker-3, found that it is being deleted.*replace-node tiny 3/,
      );
      assert.equal((await cluster.uids())[pod(3)], earlier);
      assert.equal((await cluster.versions())[pod(1)], "2", "the others have been replaced");
    }),
  );
});
