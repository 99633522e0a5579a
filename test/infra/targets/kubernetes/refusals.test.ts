import assert from "node:assert/strict";
import { test } from "node:test";
import { kubernetesRefusals, type Leaving } from "../../../../infra/targets/kubernetes/provider/refusals.ts";
import type { ClusterArgs } from "../../../../infra/targets/kubernetes/resources.ts";

const cluster = (brokers: number, change: Partial<ClusterArgs> = {}): ClusterArgs => {
  const ids = Array.from({ length: brokers }, (_, index) => index + 1);
  return {
    name: "s",
    directory: "/state/kubernetes/s",
    kubernetesId: "ONE",
    namespace: "n",
    mode: "kraft",
    kafkaVersion: "4.3.1",
    voters: [1, 2, 3],
    listeners: ids.map((id) => `EXTERNAL@${id}`),
    fixedPorts: {},
    secretNames: [],
    security: "plaintext",
    wantedImage: "auto",
    claimBytes: Object.fromEntries(ids.map((id) => [`data-s-${id > 3 ? "broker" : "combined"}-${id}`, 1])),
    ...change,
  };
};
const nobody: Leaving = { held: new Map(), claims: [] };
const fourth = { held: new Map([[1, 9]]), claims: ["data-s-broker-4"] };
const racked = { claimBytes: { "data-s-combined-0-0": 1, "data-s-combined-1-0": 1, "data-s-combined-2-0": 1 } };

const rows: readonly (readonly [what: string, now: ClusterArgs, leaving: Leaving, refused: RegExp | undefined])[] = [
  ["more brokers", cluster(5), nobody, undefined],
  ["fewer, and who goes holds nothing", cluster(3), fourth, undefined],
  [
    "fewer, and who goes holds replicas",
    cluster(3),
    { ...fourth, held: new Map([[4, 6]]) },
    /broker 4 holds 6 replicas/,
  ],
  [
    "fewer, and nobody answers",
    cluster(3),
    { ...fourth, held: "none of its pods runs" },
    /nobody tells .*none of its pods runs/,
  ],
  [
    "fewer and other racks",
    cluster(3, racked),
    fourth,
    /^brokers\.racks: .*data-s-combined-1, data-s-combined-2, data-s-combined-3\)/,
  ],
  [
    "fewer voters",
    cluster(1, { voters: [1] }),
    nobody,
    /^controllers: the voters are nodes 1, 2, 3 and cannot become 1;/,
  ],
];

for (const [what, now, leaving, refused] of rows)
  test(`changes of a cluster of pods: ${what}: ${refused ? "refused" : "fine"}`, () => {
    const reasons = kubernetesRefusals(cluster(4), now, leaving).map(({ reason }) => reason);
    assert.equal(reasons.length, refused ? 1 : 0, reasons.join("\n"));
    if (refused) assert.match(reasons[0]!, refused);
  });
