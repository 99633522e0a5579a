import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { ServiceError } from "@grpc/grpc-js";
import pb from "@pulumi/pulumi/proto/provider_pb.js";
import statusPb from "@pulumi/pulumi/proto/status_pb.js";
import emptyPb from "google-protobuf/google/protobuf/empty_pb.js";
import { type JsonObject, toJson } from "../../../../toolchain/plugin/struct.ts";
import { processStart } from "../../../../toolchain/process.ts";
import { eventually } from "../../../helpers/eventually.ts";
import { ask, noPods, skip, testNamespace, tinyImage } from "./cluster.ts";
import { type Kept, of, startKubernetes, unsealed } from "./provider.ts";

const SET = "apps/v1:StatefulSet";
const CLAIM = "core/v1:PersistentVolumeClaim";
const CLASS = "storage.k8s.io/v1:StorageClass";
const SLEEP = ["bash", "-c", "trap exit TERM; while :; do sleep 0.1; done"];

/** What the engine would keep of a resource that does not work. */
async function broken(work: Promise<unknown>): Promise<{ readonly kept: Kept; readonly message: string }> {
  const error = (await work.then(
    () => assert.fail("it works"),
    (fault: unknown) => fault,
  )) as ServiceError;
  const [bytes] = (error.metadata?.get("grpc-status-details-bin") ?? []) as Buffer[];
  assert.ok(bytes, `kept with its state: ${error.message}`);
  const [detail] = statusPb.Status.deserializeBinary(bytes).getDetailsList();
  const failure = pb.ErrorResourceInitFailed.deserializeBinary(detail!.getValue_asU8());
  const [state, inputs] = [toJson(failure.getProperties()), toJson(failure.getInputs())];
  return { message: error.details, kept: { id: failure.getId(), inputs: unsealed(inputs), state: unsealed(state) } };
}

describe("kubernetes: waiting until an object works", { skip: noPods, concurrency: 8 }, async () => {
  if (noPods) return;
  const [image, namespace] = [tinyImage(), await testNamespace()];
  const { plugin, checked, make, refresh, diff, change, remove } = await startKubernetes({ namespace });

  const pod = (container: JsonObject, labels: JsonObject) => ({
    metadata: { labels },
    spec: {
      terminationGracePeriodSeconds: 0,
      automountServiceAccountToken: false,
      containers: [{ name: "c", image, command: SLEEP, ...container }],
    },
  });
  const set = (name: string, container: JsonObject = {}, spec: JsonObject = {}): JsonObject =>
    of(SET, {
      metadata: { name },
      spec: {
        podManagementPolicy: "Parallel",
        selector: { matchLabels: { app: name } },
        template: pod(container, { app: name }),
        ...spec,
      },
    });
  const job = (name: string, command: string, spec: JsonObject = {}) => {
    const { spec: podSpec } = pod({ command: ["bash", "-c", command] }, {});
    const template = { spec: { ...podSpec, restartPolicy: "Never" } };
    return of("batch/v1:Job", { metadata: { name }, spec: { backoffLimit: 0, template, ...spec } });
  };

  test("a StatefulSet and the Service before it", async () => {
    const kept = await make(SET, set("works", {}, { replicas: 2 }));
    assert.equal((kept.state.status as JsonObject).readyReplicas, 2);
    await plugin.says(/waiting: [01] of 2 pods are ready\n/);
    const ports = [{ port: 9092 }];
    const service = of("core/v1:Service", { metadata: { name: "works" }, spec: { selector: { app: "works" }, ports } });
    assert.match(String(((await make("core/v1:Service", service)).state.spec as JsonObject).clusterIP), /^\d+\./);
    await remove(SET, kept);
    const pods = await ask("GET", `/api/v1/namespaces/${namespace}/pods`, { query: { labelSelector: "app=works" } });
    assert.deepEqual(pods.items, [], "its pods go before it");
  });

  const faults: readonly (readonly [name: string, container: JsonObject, message: RegExp])[] = [
    [
      "image",
      { image: "none.invalid/none:1" },
      /pod image-0: container c waits \((ErrImagePull|ImagePullBackOff)\): .*none\.invalid/,
    ],
    ["cpu", { resources: { requests: { cpu: "1000" } } }, /pod cpu-0 cannot be scheduled: .*Insufficient cpu/],
    [
      "crash",
      // Without a probe it would be ready for as long as it runs.
      { command: ["bash", "-c", "echo the last words; exit 3"], readinessProbe: { tcpSocket: { port: 1 } } },
      /pod crash-0: container c .*exit code 3; its last log lines:\n {4,}the last words/,
    ],
    [
      "probe",
      { readinessProbe: { exec: { command: ["bash", "-c", "exit 1"] }, periodSeconds: 1 } },
      /pod probe-0 is not ready: .*\[c\]/,
    ],
  ];
  for (const [name, container, wanted] of faults)
    test(`a pod that does not work: ${name}`, async () => {
      const { message, kept } = await broken(make(SET, set(name, container), { timeoutSeconds: 6 }));
      assert.match(
        message,
        new RegExp(`^StatefulSet ${namespace}/${name} does not work after 6 s: 0 of 1 pods are ready\n`),
      );
      assert.match(message, wanted);
      assert.equal(kept.id, `${namespace}/${name}`);

      const inputs = await checked(SET, set(name, container));
      const read = await broken(refresh(SET, { ...kept, inputs }));
      assert.match(read.message, /does not work: 0 of 1 pods are ready/);
      assert.deepEqual(read.kept.inputs, inputs);
      await remove(SET, { ...kept, inputs });
    });

  test("a change that does not work keeps the new state", async () => {
    const kept = await make(SET, set("changed"));
    const wrong = await checked(SET, set("changed", { image: "none.invalid/none:1" }));
    const first = await broken(change(SET, kept, wrong, { timeoutSeconds: 5 }));
    assert.match(first.message, /changed does not work after 5 s: [^\n]*\n.*(ErrImagePull|ImagePullBackOff)/);
    const [spec] = [first.kept.state.spec as { template: { spec: { containers: { image: string }[] } } }];
    assert.equal(spec.template.spec.containers[0]?.image, "none.invalid/none:1");
  });

  test("what nobody waits for is made at once", async () => {
    const given = set("quiet", { image: "none.invalid/none:1" });
    const metadata = { name: "quiet", annotations: { "pulumi.com/skipAwait": "true" } };
    const kept = await make(SET, { ...given, metadata });
    assert.deepEqual((await refresh(SET, kept))?.inputs, kept.inputs);
    await remove(SET, kept);
  });

  test("a Job that succeeds, and one that fails", async () => {
    const done = await make("batch/v1:Job", job("done", "exit 0"));
    assert.equal((done.state.status as JsonObject).succeeded, 1);
    const failing = job("fails", "echo why; exit 7");
    const metadata = { name: "fails", annotations: { "pulumi.com/replaceUnready": "true" } };
    const { message, kept } = await broken(make("batch/v1:Job", { ...failing, metadata }));
    assert.match(message, /^Job [\w-]+\/fails does not work: BackoffLimitExceeded: .*\n.*exit code 7.*:\n {4,}why/);
    const inputs = await checked("batch/v1:Job", { ...failing, metadata });
    assert.deepEqual((await diff("batch/v1:Job", { ...kept, inputs })).replaces, ["metadata"], "it is made anew");
    const retried = await checked("batch/v1:Job", {
      ...job("done", "exit 0"),
      metadata: { ...metadata, name: "done" },
    });
    assert.deepEqual((await diff("batch/v1:Job", { ...done, inputs: retried }, retried)).replaces, []);
  });

  test("a claim of a class that waits for a pod is not waited for", async () => {
    const later = { provisioner: "example.com/none", volumeBindingMode: "WaitForFirstConsumer" };
    const storage = await make(CLASS, of(CLASS, { metadata: { name: `${namespace}-later` }, ...later }));
    assert.equal(storage.id, `${namespace}-later`, "a class belongs to no namespace");
    try {
      const resources = { requests: { storage: "1Mi" } };
      const spec = { storageClassName: storage.id, accessModes: ["ReadWriteOnce"], resources };
      const kept = await make(CLAIM, of(CLAIM, { spec }));
      assert.equal((kept.state.status as JsonObject).phase, "Pending");
      await remove(CLAIM, kept);
    } finally {
      await remove(CLASS, storage);
    }
  });

  test("a quota that is used up", async () => {
    const crowded = await testNamespace();
    const quota = of("core/v1:ResourceQuota", {
      metadata: { name: "q", namespace: crowded },
      spec: { hard: { pods: "0" } },
    });
    await make("core/v1:ResourceQuota", quota);
    const given = set("many");
    const making = make(SET, { ...given, metadata: { name: "many", namespace: crowded } }, { timeoutSeconds: 4 });
    assert.match((await broken(making)).message, /FailedCreate: .*exceeded quota: q/);
  });
});

describe("kubernetes: an end in the middle of a create", { skip, concurrency: 2 }, async () => {
  if (skip) return;
  const namespace = await testNamespace();
  const never = (name: string) =>
    of(SET, {
      metadata: { name },
      spec: {
        selector: { matchLabels: { app: name } },
        template: {
          metadata: { labels: { app: name } },
          spec: { containers: [{ name: "c", image: "none.invalid/none:1" }] },
        },
      },
    });
  const url = (name: string) => `/apis/apps/v1/namespaces/${namespace}/statefulsets/${name}`;

  test("an interruption keeps what was made, and its state", async () => {
    const { plugin, make } = await startKubernetes({ namespace });
    const making = broken(make(SET, never("kept")));
    await eventually("the create waits", () => plugin.stderr().includes("waiting: "));
    await plugin.call("cancel", new emptyPb.Empty());
    const { message, kept } = await making;
    assert.match(message, /kept was not waited for until it works: interrupted/);
    assert.equal(kept.id, `${namespace}/kept`);
    assert.equal((await ask("GET", url("kept"))).kind, "StatefulSet");
  });

  test("an engine that is killed leaves nothing that nobody knows of", async () => {
    const { plugin, make } = await startKubernetes({ namespace }, true);
    make(SET, never("orphan")).catch(() => {});
    await eventually("the create waits", () => plugin.stderr().includes("waiting: "));
    const pid = Number(/^pid (\d+)$/m.exec(plugin.stderr())?.[1]);
    plugin.child.kill("SIGKILL");
    await eventually("the provider is gone", () => processStart(pid) === undefined);
    await assert.rejects(ask("GET", url("orphan")), { status: 404 });
  });
});
