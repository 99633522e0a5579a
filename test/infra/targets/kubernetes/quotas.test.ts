import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { KubernetesPlanned } from "../../../../infra/targets/kubernetes/pools.ts";
import { overQuota } from "../../../../infra/targets/kubernetes/preflight/quotas.ts";
import { parseCpuMillis } from "../../../../infra/targets/kubernetes/quantity.ts";
import { requestsOf } from "../../../../infra/targets/kubernetes/survey/machines.ts";
import type { Quota } from "../../../../infra/targets/kubernetes/survey/objects.ts";
import type { Survey } from "../../../../infra/targets/kubernetes/survey.ts";
import { parseQuantity } from "../../../../toolchain/quantity.ts";
import { ours, planned, survey } from "./surveyed.ts";

const GiB = 1024 ** 3;
type Hard = Quota["hard"];
const quota = (hard: Hard, used: Hard = {}, scopes: readonly string[] = []): Partial<Survey> => ({
  quotas: [{ name: "q", scopes, hard, used }],
});
const claim = (id: number, gib: number, className: string, labels = ours) => ({
  kind: "PersistentVolumeClaim",
  name: `data-s-combined-${id}`,
  labels,
  annotations: {},
  sizeBytes: gib * GiB,
  className,
  volumeName: undefined,
});

type Row = readonly [title: string, plan: KubernetesPlanned, change: Partial<Survey>, ...messages: string[]];

const rows: readonly Row[] = [
  ["room in all of them", planned(), quota({ pods: 3, "requests.cpu": 1.5, "limits.memory": 3 * GiB })],
  [
    "processors, memory and pods",
    planned(),
    quota({ pods: 5, cpu: 2, memory: 4 * GiB }, { pods: 3, cpu: 1, memory: 2 * GiB }),
    "quota q: wanted 3 of pods, found 2 left of 5",
    "quota q: wanted 1.5 of cpu, found 1 left of 2",
    "quota q: wanted 3.0 GiB of memory, found 2.0 GiB left of 4.0 GiB",
  ],
  [
    "what this stack has already is free",
    planned(),
    { ...quota({ pods: 5 }, { pods: 5 }), own: { cpuMillis: 1_500, memoryBytes: 3 * GiB, pods: 3 } },
  ],
  [
    "storage, in all and of a class",
    planned({ storageClass: "fast" }),
    quota({
      persistentvolumeclaims: 2,
      "requests.storage": 5 * GiB,
      "fast.storageclass.storage.k8s.io/requests.storage": 4 * GiB,
      "slow.storageclass.storage.k8s.io/requests.storage": 0,
    }),
    "quota q: wanted 3 of persistentvolumeclaims, found 2 left of 2",
    "quota q: wanted 6.0 GiB of requests.storage, found 5.0 GiB left of 5.0 GiB",
    "quota q: wanted 6.0 GiB of fast.storageclass.storage.k8s.io/requests.storage, found 4.0 GiB left of 4.0 GiB",
  ],
  [
    "volumes that are there are not counted twice, and one of a node that is no more is none of the plan's",
    planned(),
    {
      ...quota(
        { persistentvolumeclaims: 4, "requests.storage": 7 * GiB },
        { persistentvolumeclaims: 4, "requests.storage": 7 * GiB },
      ),
      claims: [1, 2, 3, 4].map((id) => claim(id, 1, "slow")),
    },
    "quota q: wanted 6.0 GiB of requests.storage, found 3.0 GiB left of 7.0 GiB",
  ],
  [
    "load balancers, and the node ports that they have too",
    planned({ external: "loadBalancer" }),
    {
      ...quota({ services: 5, "services.nodeports": 3, "services.loadbalancers": 2 }, { "services.loadbalancers": 2 }),
      things: [1, 4].map((id) => ({ kind: "Service", name: `s-external-${id}`, labels: ours })),
    },
    "quota q: wanted 3 of services.loadbalancers, found 1 left of 2",
  ],
  ["no load balancers, and none wanted", planned(), quota({ "services.loadbalancers": 0, "services.nodeports": 3 })],
  [
    "limits of processors, which the pods do not have",
    planned(),
    quota({ "limits.cpu": 100 }),
    "quota q counts limits.cpu, and the pods have no such limit: they would all be refused",
  ],
  [
    "limits of processors where the namespace gives one",
    planned(),
    { ...quota({ "limits.cpu": 100 }), hasDefaultCpuLimit: true },
  ],
  ["quotas of other pods", planned(), quota({ pods: 0 }, {}, ["BestEffort"])],
  ["quotas of pods of a priority", planned(), quota({ pods: 0 }, {}, ["PriorityClass"])],
  [
    "quotas of pods like ours",
    planned(),
    quota({ pods: 0 }, {}, ["NotTerminating", "NotBestEffort"]),
    "quota q: wanted 3 of pods, found 0 left of 0",
  ],
  ["quotas of what a deployment makes none of", planned(), quota({ "count/jobs.batch": 0 })],
];

describe("what a plan asks for beyond the namespace's quotas, to the letter", () => {
  for (const [title, plan, change, ...messages] of rows)
    test(title, () => {
      const found = overQuota(plan, { ...survey, ...change });
      assert.deepEqual(
        found.map(({ message }) => message),
        messages,
      );
      for (const { next } of found) assert.match(next, /^[a-z]/);
    });
});

describe("quantities", () => {
  const quantities: readonly (readonly [text: string | undefined, value: number])[] = [
    [undefined, 0],
    ["0", 0],
    ["500m", 0.5],
    ["2", 2],
    ["0.1", 0.1],
    ["128974848", 128_974_848],
    ["129e6", 129e6],
    ["1E3", 1_000],
    ["1E", 1e18],
    ["129M", 129e6],
    ["123Mi", 123 * 1024 ** 2],
    ["1.5Gi", 1.5 * GiB],
    ["24581692Ki", 24_581_692 * 1024],
  ];
  for (const [text, value] of quantities) test(String(text), () => assert.equal(parseQuantity(text), value));

  test("cores are counted in thousandths, rounded up", () => {
    assert.deepEqual(["2", "1.2", "100m", "1u", "0.0005"].map(parseCpuMillis), [2_000, 1_200, 100, 1, 1]);
  });

  test("nothing else is one", () => {
    for (const text of ["", "lots", "1 Gi", "1GiB", "Mi", "1mm"])
      assert.throws(() => parseQuantity(text), { name: "RangeError", message: `${text} is no quantity` });
  });
});

test("a pod requests what its containers do together, or its largest init container", () => {
  const needs = (cpu: string, memory: string, restartPolicy?: string) => ({
    resources: { requests: { cpu, memory } },
    ...(restartPolicy ? { restartPolicy } : {}),
  });
  const containers = [needs("1", "1Gi"), needs("500m", "1Gi"), { resources: { limits: { cpu: "9" } } }];
  const resources = (cpuMillis: number, gib: number) => ({ cpuMillis, memoryBytes: gib * GiB, pods: 1 });
  assert.deepEqual(requestsOf({ containers }), resources(1_500, 2));
  const initContainers = [needs("4", "1Gi"), needs("1", "1Gi"), needs("100m", "1Gi", "Always")];
  assert.deepEqual(requestsOf({ containers, initContainers }), resources(4_000, 3));
  assert.deepEqual(requestsOf({ containers, overhead: { cpu: "250m" } }), resources(1_750, 2));
  assert.deepEqual(requestsOf(undefined), resources(0, 0));
});
