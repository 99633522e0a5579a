import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import type { ClusterPlan } from "../../../../infra/plan/types.ts";
import { loadStackFile } from "../../../../infra/stack-file.ts";
import type { KubernetesPlanned } from "../../../../infra/targets/kubernetes/pools.ts";
import { manifestsOf } from "../../../../infra/targets/kubernetes/preflight/wanted.ts";
import { obstacles, remarks, requireRoom } from "../../../../infra/targets/kubernetes/preflight.ts";
import { needsOf } from "../../../../infra/targets/kubernetes/survey/rights.ts";
import type { Survey } from "../../../../infra/targets/kubernetes/survey.ts";
import { machine, ours, planned, survey } from "./surveyed.ts";

type Row = readonly [title: string, plan: KubernetesPlanned, change: Partial<Survey>, ...messages: string[]];

const plan = planned();
const GiB = 1024 ** 3;
const claim = (name: string, gib: number, className = "slow", labels = ours) => ({
  kind: "PersistentVolumeClaim",
  name,
  labels,
  annotations: {},
  sizeBytes: gib * GiB,
  className,
  volumeName: undefined,
});
const claims = (gib: number, className?: string) =>
  [1, 2, 3].map((id) => claim(`data-s-combined-${id}`, gib, className));
const there = { labels: {}, isTerminating: false };

const rows: readonly Row[] = [
  ["room for it", plan, {}],
  [
    "its own earlier things",
    plan,
    { namespace: there, claims: claims(2), things: [{ kind: "StatefulSet", name: "s-combined", labels: ours }] },
  ],
  [
    "an old server",
    plan,
    { version: "1.26.15-eks-1" },
    "wanted Kubernetes 1.27 or newer, found 1.26.15-eks-1 at https://127.0.0.1:6443",
  ],
  [
    "no namespace, and none to be made",
    planned({ createNamespace: false }),
    {},
    "wanted namespace kafka-s, found none of that name, and kubernetes.createNamespace is false",
  ],
  [
    "no namespace, and nobody may make one",
    plan,
    { mayCreateNamespace: false },
    "namespace kafka-s is not there, and jane may not create namespaces",
  ],
  ["nobody may make one, and it is there", plan, { mayCreateNamespace: false, namespace: there }],
  ["whether it is there may not be read", planned({ createNamespace: false }), { namespace: null }],
  [
    "a namespace on its way out",
    plan,
    { namespace: { labels: {}, isTerminating: true } },
    "namespace kafka-s is being deleted",
  ],
  [
    "missing permissions, all of them",
    plan,
    {
      lacking: [
        { verb: "create", resource: "statefulsets.apps" },
        { verb: "patch", resource: "statefulsets.apps" },
        { verb: "get", resource: "pods/log" },
      ],
    },
    "jane may not, in namespace kafka-s: create, patch statefulsets.apps; get pods/log",
  ],
  [
    "a priority class and a secret that are not there",
    planned({ priorityClass: "vip", imagePullSecrets: ["login", "other"] }),
    { pullSecrets: ["other"] },
    "kubernetes.priorityClass: wanted vip, found kafka",
    "kubernetes.imagePullSecrets: wanted secret login in namespace kafka-s, found none of that name",
  ],
  ["a priority class that is there", planned({ priorityClass: "kafka" }), {}],
  [
    "no default class",
    plan,
    { storageClasses: [{ name: "fast", isDefault: false, expands: true, waitsForPod: true }] },
    "wanted a default StorageClass for the data volumes, found none among fast",
  ],
  [
    "no class at all",
    plan,
    { storageClasses: [] },
    "wanted a default StorageClass for the data volumes, found no class at all",
  ],
  ["no class at all, and all volumes there", plan, { storageClasses: [], claims: claims(2) }],
  [
    "a class that is not there",
    planned({ storageClass: "ssd" }),
    {},
    "kubernetes.storageClass: wanted ssd, found slow, fast",
  ],
  [
    "volumes that would have to change their class",
    planned({ storageClass: "fast" }),
    { claims: [claim("data-s-combined-2", 2)] },
    "kubernetes.storageClass: wanted fast for volume data-s-combined-2, found slow, and a volume keeps its class",
  ],
  [
    "volumes that would have to shrink",
    plan,
    { claims: [claim("data-s-combined-1", 3), claim("data-s-combined-2", 2)] },
    "wanted 2GiB for volume data-s-combined-1, found 3GiB: a volume cannot become smaller",
  ],
  [
    "volumes that cannot grow",
    plan,
    { claims: [claim("data-s-combined-1", 1)] },
    "wanted 2GiB for volume data-s-combined-1, found 1GiB: class slow cannot let it grow (allowVolumeExpansion)",
  ],
  ["volumes that can grow", plan, { claims: claims(1, "fast") }],
  [
    "a node port that another Service has",
    planned({ ports: { external: 31_000 } }),
    {
      nodePorts: [
        { port: 31_001, service: "web/front", stack: undefined },
        { port: 31_002, service: "kafka-s/s-external-3", stack: "s" },
        { port: 31_003, service: "web/back", stack: undefined },
      ],
    },
    "kubernetes.ports: Service web/front has node port 31001, wanted for EXTERNAL_TLS@2",
  ],
  [
    "things of the same names that are someone else's",
    plan,
    {
      things: [
        { kind: "StatefulSet", name: "s-combined", labels: {} },
        { kind: "Service", name: "s-external-3", labels: { "kafka-stacks/stack": "other" } },
        { kind: "Service", name: "s-external-4", labels: {} },
        { kind: "ServiceAccount", name: "s", labels: {} },
        { kind: "PodDisruptionBudget", name: "s-brokers", labels: {} },
      ],
      claims: [claim("data-s-combined-3", 2, "slow", {} as typeof ours)],
    },
    ...["StatefulSet s-combined", "Service s-external-3", "ServiceAccount s", "PodDisruptionBudget s-brokers"].map(
      (thing) => `${thing} is in namespace kafka-s and is not of stack s`,
    ),
    "PersistentVolumeClaim data-s-combined-3 is in namespace kafka-s and is not of stack s",
  ],
  [
    "nothing of the whole cluster may be read",
    planned({ storageClass: "ssd", priorityClass: "vip", imagePullSecrets: ["login"], ports: { external: 31_000 } }),
    { machines: null, storageClasses: null, priorityClasses: null, nodePorts: null, pullSecrets: null },
  ],
];

describe("what keeps a plan from running on a cluster, to the letter", () => {
  for (const [title, plan, change, ...messages] of rows)
    test(title, () => {
      const found = obstacles(plan, { ...survey, ...change });
      assert.deepEqual(
        found.map(({ message }) => message),
        messages,
      );
      for (const { next } of found) assert.match(next, /^[a-z]/);
    });

  test("several are told at once, each with what to do", () => {
    const change = { version: "1.20.0", storageClasses: [] };
    assert.throws(() => requireRoom(plan, { ...survey, ...change }), {
      message: [
        "2 things are in the way of s",
        "  wanted Kubernetes 1.27 or newer, found 1.20.0 at https://127.0.0.1:6443",
        "  wanted a default StorageClass for the data volumes, found no class at all",
      ].join("\n"),
      next: /^update the cluster.*; name one in kubernetes\.storageClass/,
    });
  });
});

describe("what is remarked, and is no obstacle", () => {
  const immediate = [{ name: "local", isDefault: true, expands: false, waitsForPod: false }];
  const full = [machine("a", {}, { memoryBytes: 0 })];
  const remarked: readonly Row[] = [
    ["nothing", plan, {}],
    [
      "what may not be read",
      plan,
      { unread: ["storage classes", "quotas"] },
      "not checked, because jane may not read it: storage classes; quotas",
    ],
    [
      "machines that come when they are needed",
      plan,
      { growsItself: true, machines: full },
      "the machines there are have no room for all pods; it is left to the cluster to add some",
    ],
    ["machines that need not come", plan, { growsItself: true }],
    [
      "load balancers",
      planned({ external: "loadBalancer" }),
      {},
      "whether the cluster has load balancers to give cannot be checked beforehand",
    ],
    [
      "volumes that may be made in another zone than their pods",
      plan,
      { storageClasses: immediate },
      "StorageClass local makes volumes before it is known where their pods run (volumeBindingMode Immediate): where a volume can be used in its zone only, name a class that waits (WaitForFirstConsumer)",
    ],
    ["volumes of a cluster of one zone", plan, { storageClasses: immediate, machines: [machine("a")] }],
  ];
  for (const [title, plan, change, ...messages] of remarked)
    test(title, () => {
      const found = { ...survey, ...change };
      assert.deepEqual(remarks(plan, found), messages);
      assert.deepEqual(obstacles(plan, found), []);
    });
});

test("every kind of object that the shipped stacks make is one whose permissions are asked for", () => {
  const stacks = readdirSync(path.resolve(import.meta.dirname, "../../../../stacks"))
    .filter((file) => file.endsWith(".yaml"))
    .map((file): ClusterPlan => loadStackFile(`stacks/${file}`).plan)
    .filter(({ target }) => target === "kubernetes") as KubernetesPlanned[];
  assert.ok(stacks.length >= 4);
  for (const plan of stacks) {
    const asked = needsOf(plan)
      .filter(({ verbs }) => verbs.includes("create") && verbs.includes("patch"))
      .map(({ resource }) => resource);
    const kinds = new Set(manifestsOf(plan).map(({ kind }) => kind));
    const plural = (kind: string) => `${kind.toLowerCase().replace(/y$/, "ie")}s`;
    for (const kind of kinds)
      if (kind !== "Namespace") assert.ok(asked.includes(plural(kind)), `${plan.name}: ${kind}`);
  }
});
