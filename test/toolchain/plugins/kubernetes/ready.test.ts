import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Json, JsonObject } from "../../../../toolchain/plugin/struct.ts";
import type { KubeObject } from "../../../../toolchain/plugins/kubernetes/object.ts";
import { isJudged, judge, type Surroundings } from "../../../../toolchain/plugins/kubernetes/ready/judge.ts";
import { podFault } from "../../../../toolchain/plugins/kubernetes/ready/pod-faults.ts";
import { isWaitedFor, standingOf, waitForFault } from "../../../../toolchain/plugins/kubernetes/ready/wanted.ts";

/** `generation` 1 means that the object was never changed. */
function object(apiVersion: string, kind: string, spec: JsonObject, status: JsonObject, generation = 1): KubeObject {
  return {
    apiVersion,
    kind,
    metadata: { name: "a", generation },
    spec,
    status: { observedGeneration: generation, ...status },
  };
}

const around = (slices: readonly Json[][] = [], mode = ""): Surroundings => ({
  endpointSlices: async () => slices.map((endpoints) => ({ endpoints }) as unknown as KubeObject),
  bindingMode: async () => mode,
});

/** `true`: it works; a text: what is waited for; `!`: it will never come. */
type Row = readonly [name: string, object: KubeObject, wanted: true | string, around?: Surroundings, seconds?: number];

const set = (spec: JsonObject, status: JsonObject, generation = 1) =>
  object(
    "apps/v1",
    "StatefulSet",
    { replicas: 3, updateStrategy: { type: "RollingUpdate" }, ...spec },
    status,
    generation,
  );
const all = { replicas: 3, readyReplicas: 3 };
const old = { currentRevision: "1", updateRevision: "2" };
const fresh = { currentRevision: "2", updateRevision: "2" };

const statefulSets: readonly Row[] = [
  ["all pods are ready", set({}, { ...all, ...fresh }), true],
  ["two of three", set({}, { replicas: 3, readyReplicas: 2, ...fresh }), "2 of 3 pods are ready"],
  ["none yet", set({}, { replicas: 0 }), "0 of 3 pods are ready"],
  ["none wanted", set({ replicas: 0 }, { replicas: 0, ...fresh }), true],
  [
    "a change that was not seen yet",
    set({}, { ...all, ...fresh, observedGeneration: 1 }, 2),
    "the controller has not seen the change yet",
  ],
  ["a roll under way", set({}, { ...all, ...old, updatedReplicas: 1 }, 2), "1 of 3 pods are updated"],
  ["a roll that is over", set({}, { ...all, ...fresh, updatedReplicas: 3 }, 2), true],
  ["OnDelete, new", set({ updateStrategy: { type: "OnDelete" } }, { ...all, ...fresh }), true],
  ["OnDelete, changed: old pods stay", set({ updateStrategy: { type: "OnDelete" } }, { ...all, ...old }, 2), true],
  [
    "OnDelete, changed: a pod away",
    set({ updateStrategy: { type: "OnDelete" } }, { replicas: 3, readyReplicas: 2 }, 2),
    "2 of 3 pods are ready",
  ],
  [
    "a partition is all that is rolled",
    set(
      { updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 2 } } },
      { ...all, ...old, updatedReplicas: 1 },
      2,
    ),
    true,
  ],
  [
    "a partition is counted from the first ordinal",
    set(
      { ordinals: { start: 1 }, updateStrategy: { rollingUpdate: { partition: 2 } } },
      { ...all, ...old, updatedReplicas: 1 },
      2,
    ),
    "1 of 2 pods are updated",
  ],
];

const deploy = (status: JsonObject, spec: JsonObject = {}) =>
  object("apps/v1", "Deployment", { replicas: 2, ...spec }, status);
const workloads: readonly Row[] = [
  ["Deployment: all", deploy({ replicas: 2, updatedReplicas: 2, availableReplicas: 2 }), true],
  ["Deployment: old pods", deploy({ replicas: 3, updatedReplicas: 2, availableReplicas: 3 }), "old pods left: 1"],
  [
    "Deployment: unavailable",
    deploy({ replicas: 2, updatedReplicas: 2, availableReplicas: 1 }),
    "1 of 2 pods are available",
  ],
  ["Deployment: paused", deploy({ replicas: 2 }, { paused: true }), true],
  [
    "Deployment: stuck",
    deploy({
      conditions: [{ type: "Progressing", status: "False", reason: "ProgressDeadlineExceeded", message: "timed out" }],
    }),
    "!timed out",
  ],
  [
    "DaemonSet: on each machine",
    object("apps/v1", "DaemonSet", {}, { desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberAvailable: 2 }),
    true,
  ],
  [
    "DaemonSet: a machine is missing",
    object("apps/v1", "DaemonSet", {}, { desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberAvailable: 1 }),
    "1 of 2 pods are available",
  ],
  [
    "ReplicaSet",
    object("apps/v1", "ReplicaSet", { replicas: 2 }, { availableReplicas: 1 }),
    "1 of 2 pods are available",
  ],
  ["Job: complete", object("batch/v1", "Job", {}, { conditions: [{ type: "Complete", status: "True" }] }), true],
  ["Job: suspended", object("batch/v1", "Job", { suspend: true }, {}), true],
  ["Job: running", object("batch/v1", "Job", {}, { active: 1 }), "pods: 1 running, 0 succeeded, 0 failed"],
  [
    "Job: failed",
    object(
      "batch/v1",
      "Job",
      {},
      { conditions: [{ type: "Failed", status: "True", reason: "BackoffLimitExceeded", message: "too often" }] },
    ),
    "!BackoffLimitExceeded: too often",
  ],
  ["Pod: ready", object("v1", "Pod", {}, { phase: "Running", conditions: [{ type: "Ready", status: "True" }] }), true],
  ["Pod: over", object("v1", "Pod", {}, { phase: "Succeeded" }), true],
  ["Pod: starting", object("v1", "Pod", {}, { phase: "Pending" }), "it is Pending, not ready"],
  ["Pod: failed", object("v1", "Pod", {}, { phase: "Failed", message: "evicted" }), "!evicted"],
];

const service = (spec: JsonObject, status: JsonObject = {}) =>
  object("v1", "Service", { selector: { app: "a" }, ...spec }, status);
const endpoint = (ready: boolean) => ({ conditions: { ready } });
const noPod = "no pod is behind it yet: its selector matches none";
const claim = (phase: string) => object("v1", "PersistentVolumeClaim", { storageClassName: "standard" }, { phase });
const others: readonly Row[] = [
  ["Service: headless", service({ clusterIP: "None" }), true],
  ["Service: without a selector", service({ selector: {} }), true],
  ["Service: a name of another", service({ type: "ExternalName" }), true],
  ["Service: pods are ready", service({}), true, around([[endpoint(true)], [endpoint(true)]])],
  [
    "Service: a pod is not",
    service({}),
    "1 of 2 pods behind it are not ready",
    around([[endpoint(true), endpoint(false)]]),
  ],
  ["Service: no pod yet", service({}), noPod, around(), 3],
  ["Service: no pod for long", service({}), true, around(), 11],
  [
    "Service: no address",
    service({ type: "LoadBalancer" }),
    "no load balancer has given it an address; does this cluster have one?",
    around([[endpoint(true)]]),
  ],
  [
    "Service: an address",
    service({ type: "LoadBalancer" }, { loadBalancer: { ingress: [{ ip: "10.0.0.1" }] } }),
    true,
    around([[endpoint(true)]]),
  ],
  ["claim: bound", claim("Bound"), true],
  ["claim: pending", claim("Pending"), "it is Pending, not bound", around([], "Immediate")],
  ["claim: waits for a pod", claim("Pending"), true, around([], "WaitForFirstConsumer")],
  ["claim: lost", claim("Lost"), "it is Lost, not bound", around([], "WaitForFirstConsumer")],
  ["volume", object("v1", "PersistentVolume", {}, { phase: "Available" }), true],
  ["quota", object("v1", "ResourceQuota", { hard: { memory: "1024Mi" } }, { hard: { memory: "1Gi" } }), true],
  [
    "quota that is not in force",
    object("v1", "ResourceQuota", { hard: { pods: "1" } }, {}),
    "its limits are not in force yet",
  ],
  [
    "definition of a kind",
    object("apiextensions.k8s.io/v1", "CustomResourceDefinition", {}, {}),
    "the API does not serve its kind yet",
  ],
  ["ConfigMap: nothing to wait for", object("v1", "ConfigMap", {}, {}), true],
];

for (const [title, rows] of Object.entries({ StatefulSet: statefulSets, workload: workloads, other: others }))
  describe(`ready: ${title}`, () => {
    for (const [name, subject, wanted, surroundings = around(), seconds = 0] of rows)
      test(name, async () => {
        const standing = await judge(subject, surroundings, seconds);
        assert.equal(standing.ready || `${standing.failed ? "!" : ""}${standing.next}`, wanted);
      });
  });

test("ready: what the program does not want to wait for", () => {
  const inputs = (annotations: JsonObject) => ({ ...set({}, {}), metadata: { name: "a", annotations } });
  const [quiet, own] = [inputs({ "pulumi.com/skipAwait": "true" }), inputs({ "pulumi.com/waitFor": "condition=A" })];
  const map = object("v1", "ConfigMap", {}, {});
  assert.deepEqual([isJudged(map), isWaitedFor(map, map), isWaitedFor(map, own as KubeObject)], [false, false, true]);
  assert.deepEqual(
    [isWaitedFor(set({}, {}), set({}, {})), isWaitedFor(set({}, {}), quiet as KubeObject)],
    [true, false],
  );
});

describe("ready: the program's own conditions", () => {
  const live = object(
    "example.com/v1",
    "Thing",
    {},
    {
      phase: "Up",
      conditions: [
        { type: "Ready", status: "True" },
        { type: "Old", status: "False" },
      ],
      parts: [{ "a.b": 7 }],
    },
  );
  const rows: readonly (readonly [waitFor: string, ready: boolean])[] = [
    ["condition=Ready", true],
    ["condition=Old", false],
    ["condition=Old=false", true],
    ["jsonpath={.status.phase}=Up", true],
    ["jsonpath={.status.phase}=Down", false],
    ["jsonpath={.status.missing}", false],
    ["jsonpath={$.status.parts[0]['a.b']}=7", true],
    ['["condition=Ready", "jsonpath={.status.phase}"]', true],
    ['["condition=Ready", "condition=Old"]', false],
  ];
  for (const [waitFor, ready] of rows)
    test(waitFor, async () => {
      const inputs = { ...live, metadata: { name: "a", annotations: { "pulumi.com/waitFor": waitFor } } };
      assert.equal((await standingOf(live, inputs, around(), 0)).ready, ready);
      assert.equal(waitForFault(waitFor), undefined);
    });
  for (const wrong of ["Ready", "jsonpath=.status", "jsonpath={.a[?(@.b)]}", "[]"])
    test(`${wrong} is refused`, () => assert.match(waitForFault(wrong) ?? "", /^wanted condition=Type, .*; found /));
});

describe("pod: what it complains of", () => {
  const pod = (status: JsonObject) => object("v1", "Pod", {}, status);
  const container = (rest: JsonObject) => pod({ phase: "Pending", containerStatuses: [{ name: "c", ...rest }] });
  const rows: readonly (readonly [name: string, pod: KubeObject, fault: string | undefined, crashed?: object])[] = [
    ["nothing while it starts", container({ state: { waiting: { reason: "ContainerCreating" } } }), undefined],
    ["nothing when it works", pod({ phase: "Running", conditions: [{ type: "Ready", status: "True" }] }), undefined],
    [
      "no machine",
      pod({ conditions: [{ type: "PodScheduled", status: "False", message: "0/1 nodes: Insufficient cpu" }] }),
      "pod a cannot be scheduled: 0/1 nodes: Insufficient cpu",
    ],
    [
      "an image",
      container({ state: { waiting: { reason: "ImagePullBackOff", message: "no such image" } } }),
      "pod a: container c waits (ImagePullBackOff): no such image",
    ],
    [
      "a crash",
      container({
        restartCount: 2,
        state: { waiting: { reason: "CrashLoopBackOff" } },
        lastState: { terminated: { exitCode: 3, reason: "Error" } },
      }),
      "pod a: container c crashed and was started 3 times, last with exit code 3",
      { container: "c", previous: false },
    ],
    [
      "a crash, and another try",
      container({ restartCount: 1, state: { running: {} }, lastState: { terminated: { exitCode: 3 } } }),
      "pod a: container c crashed and was started 2 times, last with exit code 3",
      { container: "c", previous: true },
    ],
    [
      "its memory",
      container({ state: { terminated: { exitCode: 137, reason: "OOMKilled" } } }),
      "pod a: container c ended, last with exit code 137 (OOMKilled)",
      { container: "c", previous: false },
    ],
    [
      "its probe",
      pod({
        phase: "Running",
        conditions: [{ type: "Ready", status: "False", message: "containers with unready status: [c]" }],
      }),
      "pod a is not ready: containers with unready status: [c]",
    ],
  ];
  for (const [name, subject, fault, crashed] of rows)
    test(name, () => {
      assert.equal(podFault(subject)?.text, fault);
      assert.deepEqual(podFault(subject)?.crashed, crashed);
    });
});
