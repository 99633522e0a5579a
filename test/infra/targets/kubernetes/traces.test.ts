import assert from "node:assert/strict";
import { test } from "node:test";
import type { V1PersistentVolumeClaim } from "@kubernetes/client-node";
import type { KubeApi } from "../../../../infra/targets/kubernetes/api.ts";
import { KEY } from "../../../../infra/targets/kubernetes/names.ts";
import { tracesOf } from "../../../../infra/targets/kubernetes/provider/in-namespace.ts";

const claim = (name: string, roles: string, nodeIds: string, stack = "s"): V1PersistentVolumeClaim => ({
  metadata: {
    name,
    labels: { [KEY.stack]: stack },
    annotations: { [KEY.clusterId]: "c", [KEY.mode]: "kraft", [KEY.roles]: roles, [KEY.nodeIds]: nodeIds },
  },
});
const claims = [
  claim("data-s-combined-0-0", "broker controller", "1 2"),
  claim("data-s-combined-1-0", "broker controller", "2 2"),
  claim("data-s-combined-0-1", "broker controller", "1 2"),
  claim("data-s-broker-1-0", "broker", "4 2"),
  claim("data-s-broker-0-0", "broker", "5 2"),
  claim("data-other-broker-9", "broker", "0 1", "other"),
];
const api = {
  core: { listNamespacedPersistentVolumeClaim: async () => ({ items: claims, metadata: {} }) },
} as unknown as KubeApi;

const combined = [
  { name: "data-s-combined-0-0", node: 1 },
  { name: "data-s-combined-1-0", node: 2 },
  { name: "data-s-combined-0-1", node: 3 },
];

for (const [what, left, brokers, others] of [
  [
    "all that there are",
    [],
    [1, 2, 3, 4, 5],
    [
      { name: "data-s-broker-1-0", node: 4 },
      { name: "data-s-broker-0-0", node: 5 },
    ],
  ],
  ["without brokers that have left", [4, 5], [1, 2, 3], []],
  ["without one of them", [5], [1, 2, 3, 4], [{ name: "data-s-broker-1-0", node: 4 }]],
] as const)
  test(`what claims tell of a cluster: ${what}`, async () => {
    assert.deepEqual(await tracesOf(api, "n", "s", left), {
      clusterId: "c",
      shape: { mode: "kraft", voters: [1, 2, 3], listeners: brokers.map((id) => `EXTERNAL@${id}`) },
      claims: [...combined, ...others],
    });
  });

test("what claims tell of a cluster: there are none", async () => {
  assert.equal(await tracesOf(api, "n", "nobody"), undefined);
});
