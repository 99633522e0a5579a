import assert from "node:assert/strict";
import { test } from "node:test";
import type { V1StatefulSet } from "@kubernetes/client-node";
import { planCluster } from "../../../../../infra/plan/plan.ts";
import { parseStack } from "../../../../../infra/spec/load.ts";
import { type KubernetesPlanned, podNames, poolsOf } from "../../../../../infra/targets/kubernetes/pools.ts";
import { renderStatefulSet } from "../../../../../infra/targets/kubernetes/render/stateful-set.ts";
import { brokerSetOf, leaveStep } from "../../../../../infra/targets/kubernetes/rollout/leave.ts";

const DECIDED = { clusterId: "c", image: "i", config: "f", secret: undefined };

function planOf(brokers: number, more: string): KubernetesPlanned {
  const text = `target: kubernetes\npreset: dev\nbrokers: { count: ${brokers}${more}`;
  return planCluster(parseStack(text, "s.yaml").spec, "s") as KubernetesPlanned;
}

/** As the API server would give them back. */
const setsOf = (plan: KubernetesPlanned) =>
  poolsOf(plan).map((pool) => renderStatefulSet(plan, pool, DECIDED, "OnDelete") as unknown as V1StatefulSet);

const COMBINED = " }\ncontrollers: { count: 3, placement: combined }\n";
const DEDICATED = " }\ncontrollers: { count: 3, placement: dedicated }\n";
const RACKS = ", racks: [a, b, c] }\ncontrollers: { count: 3, placement: dedicated }\n";
const COMBINED_RACKS = ", racks: [a, b, c] }\ncontrollers: { count: 3, placement: combined }\n";

const rows: readonly (readonly [
  what: string,
  from: number,
  to: number,
  more: string,
  left: Readonly<Record<string, number>>,
])[] = [
  ["one of two beside combined nodes", 5, 4, COMBINED, { "s-broker": 1 }],
  ["all beside combined nodes", 5, 3, COMBINED, { "s-broker": 0 }],
  ["of dedicated brokers", 6, 3, DEDICATED, { "s-broker": 3 }],
  ["one of a rack", 6, 5, RACKS, { "s-broker-2": 1 }],
  ["over all racks", 7, 3, RACKS, { "s-broker-0": 1, "s-broker-1": 1, "s-broker-2": 1 }],
  ["over racks beside combined nodes", 5, 3, COMBINED_RACKS, { "s-broker-0": 0, "s-broker-1": 0 }],
];

for (const [what, from, to, more, left] of rows)
  test(`brokers that leave: ${what}`, () => {
    const [before, after] = [planOf(from, more), planOf(to, more)];
    const leavers = before.nodes.map(({ id }) => id).filter((id) => !after.nodes.some((node) => node.id === id));
    const step = leaveStep(setsOf(before).flatMap(brokerSetOf), leavers);
    const pods = podNames(before);
    assert.deepEqual([...step.pods].toSorted(), leavers.map((id) => pods.get(id)).toSorted());
    assert.deepEqual(step.left, left);
    assert.equal(step.graceMs, 30_000);
    // What is left is what the next plan asks for.
    for (const [set, count] of Object.entries(left))
      assert.equal(poolsOf(after).find(({ statefulSet }) => statefulSet === set)?.nodes.length ?? 0, count);
  });

test("nobody leaves: no pod goes", () => {
  assert.deepEqual(leaveStep(setsOf(planOf(5, RACKS)).flatMap(brokerSetOf), []), { pods: [], left: {}, graceMs: 0 });
});
