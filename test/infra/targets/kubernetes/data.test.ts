import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { CoordinationV1Api } from "@kubernetes/client-node";
import { clientsOf, type KubeApi } from "../../../../infra/targets/kubernetes/api.ts";
import { clusterDirectory } from "../../../../infra/targets/kubernetes/cluster-args.ts";
import { stackLabels } from "../../../../infra/targets/kubernetes/names.ts";
import { kubernetesOperations } from "../../../../infra/targets/kubernetes/operations.ts";
import { readClusterId } from "../../../../infra/targets/kubernetes/survey/cluster.ts";
import { dropNamespace, findCluster } from "../../../helpers/kube.ts";
import { planned } from "./surveyed.ts";

const { access, skip } = await findCluster();

describe("deletion of data, by name", { skip }, () => {
  const namespace = `kops-data-${randomBytes(3).toString("hex")}`;
  const plan = planned({ namespace });
  const mine = process.env.KAFKA_STACKS_HOME;
  let api: KubeApi;
  let home: string;

  before(async () => {
    home = await mkdtemp(path.join(tmpdir(), "kafka-stacks-data-"));
    process.env.KAFKA_STACKS_HOME = home;
    api = clientsOf(access!);
    await api.core.createNamespace({ body: { metadata: { name: namespace, labels: stackLabels("s") } } });
  });
  after(async () => {
    rmSync(home, { recursive: true });
    if (mine === undefined) delete process.env.KAFKA_STACKS_HOME;
    else process.env.KAFKA_STACKS_HOME = mine;
    await dropNamespace(access!, namespace);
  });

  const claim = (name: string, stack: string) =>
    api.core.createNamespacedPersistentVolumeClaim({
      namespace,
      body: {
        metadata: { name, labels: stackLabels(stack) },
        spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "16Mi" } } },
      },
    });
  const claims = async () =>
    (await api.core.listNamespacedPersistentVolumeClaim({ namespace })).items.map(({ metadata }) => metadata?.name);
  const decide = (kubernetesId: string, inNamespace = namespace) => {
    const directory = clusterDirectory("s");
    mkdirSync(directory, { recursive: true });
    const kept = { name: "s", kubernetesId, namespace: inNamespace, clusterId: "AAAA", listeners: [] };
    writeFileSync(path.join(directory, "cluster.json"), JSON.stringify(kept));
  };

  test("of a cluster whose data is elsewhere, nothing is deleted", async () => {
    await claim("data-s-combined-1", "s");
    decide("another");
    await assert.rejects(kubernetesOperations.deleteData(plan), {
      name: "UserError",
      message:
        /^kubernetes\.context: the data of s lies in the cluster another; this one is \S+, and volumes do not move$/,
      next: "choose the context back, or make a stack of another name",
    });
    decide(await readClusterId(api), "elsewhere");
    await assert.rejects(kubernetesOperations.deleteData(plan), {
      message: /^kubernetes\.namespace: the data of s lies in namespace elsewhere/,
    });
    assert.deepEqual(await claims(), ["data-s-combined-1"]);
  });

  test("of a cluster that is up, nothing is deleted", async () => {
    decide(await readClusterId(api));
    const body = {
      metadata: { name: "s-combined", labels: stackLabels("s") },
      spec: {
        serviceName: "s-nodes",
        replicas: 0,
        selector: { matchLabels: { app: "none" } },
        template: { metadata: { labels: { app: "none" } }, spec: { containers: [{ name: "c", image: "none" }] } },
      },
    };
    await api.apps.createNamespacedStatefulSet({ namespace, body });
    await assert.rejects(kubernetesOperations.deleteData(plan), {
      name: "UserError",
      message: `the data of s is not deleted: in namespace ${namespace} there is still StatefulSet s-combined`,
      next: "take the cluster down first: kafka-stacks down s",
    });
    await api.apps.deleteNamespacedStatefulSet({ namespace, name: "s-combined" });
    const pod = {
      metadata: { name: "s-combined-1", labels: stackLabels("s") },
      spec: { containers: [{ name: "c", image: "none" }] },
    };
    await api.core.createNamespacedPod({ namespace, body: pod });
    await assert.rejects(kubernetesOperations.deleteData(plan), { message: /there is still pod s-combined-1$/ });
    await api.core.deleteNamespacedPod({ namespace, name: "s-combined-1", gracePeriodSeconds: 0 });
    assert.deepEqual(await claims(), ["data-s-combined-1"]);
    assert.ok(existsSync(clusterDirectory("s")));
  });

  test("of one of two stacks in a namespace, its own is deleted and the namespace stays", async () => {
    await claim("data-s-combined-2", "s");
    await claim("data-t-combined-1", "t");
    const deleted = await kubernetesOperations.deleteData(plan);
    assert.deepEqual(
      deleted.map((line) => line.replace(/ with its volume \S+$/, "")),
      ["claim data-s-combined-1", "claim data-s-combined-2"],
    );
    assert.deepEqual(await claims(), ["data-t-combined-1"]);
    assert.equal(existsSync(clusterDirectory("s")), false);
  });

  test("a volume that its class keeps is told", async () => {
    const capacity = { storage: "16Mi" };
    const hostPath = { path: "/nowhere/at/all" };
    const name = `${namespace}-kept`;
    await api.core.createPersistentVolume({
      body: {
        metadata: { name },
        spec: {
          capacity,
          hostPath,
          accessModes: ["ReadWriteOnce"],
          storageClassName: "none",
          persistentVolumeReclaimPolicy: "Retain",
        },
      },
    });
    try {
      await api.core.createNamespacedPersistentVolumeClaim({
        namespace,
        body: {
          metadata: { name: "data-s-combined-3", labels: stackLabels("s") },
          spec: {
            accessModes: ["ReadWriteOnce"],
            storageClassName: "none",
            volumeName: name,
            resources: { requests: capacity },
          },
        },
      });
      assert.deepEqual(await kubernetesOperations.deleteData(plan), [
        `claim data-s-combined-3; its volume ${name} is kept by its own rule (Retain): kubectl delete pv ${name}`,
      ]);
      assert.ok(await api.core.readPersistentVolume({ name }));
    } finally {
      await api.core.deletePersistentVolume({ name });
    }
  });

  test("what is of no kind that we make keeps the namespace too, and without it the namespace goes", async () => {
    const leases = access!.config.makeApiClient(CoordinationV1Api);
    await leases.createNamespacedLease({ namespace, body: { metadata: { name: "somebody" } } });
    const asT = { ...plan, name: "t" };
    assert.equal((await kubernetesOperations.deleteData(asT)).length, 1);
    assert.ok(await api.core.readNamespace({ name: namespace }));
    await leases.deleteNamespacedLease({ namespace, name: "somebody" });
    assert.deepEqual(await kubernetesOperations.deleteData(asT), [`namespace ${namespace}`]);
    await assert.rejects(api.core.readNamespace({ name: namespace }), { name: "KubeError", status: 404 });
  });

  test("a namespace that someone else made stays; a second time there is nothing to delete", async () => {
    const nowhere = { ...planned({ namespace: "default" }), name: namespace };
    assert.deepEqual(await kubernetesOperations.deleteData(nowhere), []);
    assert.ok(await api.core.readNamespace({ name: "default" }));
    assert.deepEqual(await kubernetesOperations.deleteData(plan), []);
  });
});
