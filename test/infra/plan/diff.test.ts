import assert from "node:assert/strict";
import { test } from "node:test";
import { diffPlans, type PlanChange } from "../../../infra/plan/diff.ts";
import { liveValues } from "../../../infra/plan/live.ts";
import { planCluster } from "../../../infra/plan/plan.ts";
import { parseStack } from "../../../infra/spec/load.ts";

const planOf = (text: string) => planCluster(parseStack(`preset: dev\n${text}`, "s.yaml").spec, "s");
const shown = ({ effect, what, from, to, nodes, reason }: PlanChange): string =>
  reason ? `${effect} ${what}` : `${effect} ${what}${to === undefined ? "" : ` ${from} → ${to}`} [${nodes}]`;

const DEDICATED = "controllers: { count: 3, placement: dedicated }\n";
const broker = (config: string) => `${DEDICATED}brokers: { config: { ${config} } }\n`;

const rows: readonly (readonly [what: string, before: string, after: string, expected: readonly string[]])[] = [
  ["nothing", "", "", []],
  ["a dynamic key, set", DEDICATED, broker("num.network.threads: 4"), ["dynamic num.network.threads null → 4 [1,2,3]"]],
  ["… taken out again", broker("num.network.threads: 4"), DEDICATED, ["roll num.network.threads 4 → null [1,2,3]"]],
  ["a read-only key", DEDICATED, broker("queued.max.requests: 9"), ["roll queued.max.requests null → 9 [1,2,3]"]],
  [
    "a dynamic key beside another",
    DEDICATED,
    broker("num.network.threads: 4, queued.max.requests: 9"),
    ["roll num.network.threads null → 4 [1,2,3]", "roll queued.max.requests null → 9 [1,2,3]"],
  ],
  [
    "a dynamic key of controllers too",
    DEDICATED,
    `${DEDICATED}kafka: { config: { log.retention.ms: 9 } }\n`,
    ["dynamic log.retention.ms null → 9 [1,2,3]", "roll log.retention.ms null → 9 [1001,1002,1003]"],
  ],
  [
    "the same elsewhere than on this machine",
    `target: docker\n${DEDICATED}`,
    `target: docker\n${broker("num.network.threads: 4")}`,
    ["roll num.network.threads null → 4 [1,2,3]"],
  ],
  ["heap", DEDICATED, `${DEDICATED}brokers: { heap: 700MiB }\n`, ["roll jvm [1,2,3]"]],
  ["more brokers", DEDICATED, `${DEDICATED}brokers: { count: 4 }\n`, ["start node [4]"]],
  ["fewer brokers", `${DEDICATED}brokers: { count: 4 }\n`, DEDICATED, ["stop node"]],
  [
    "fewer brokers in containers",
    `target: docker\n${DEDICATED}brokers: { count: 4 }\n`,
    `target: docker\n${DEDICATED}`,
    ["stop node"],
  ],
  [
    "fewer brokers in pods",
    `target: kubernetes\n${DEDICATED}brokers: { count: 5 }\n`,
    `target: kubernetes\n${DEDICATED}`,
    ["stop node"],
  ],
];

for (const [what, before, after, expected] of rows)
  test(`diff of plans: ${what}`, () => {
    assert.deepEqual(diffPlans(planOf(before), planOf(after)).map(shown), expected);
  });

test("diff of plans: what is forbidden says why", () => {
  const [change] = diffPlans(planOf("kafka: { version: 4.3.1 }\n"), planOf("kafka: { version: 3.9.2 }\n"));
  assert.match(`${change?.effect}: ${change?.reason}`, /^forbidden: kafka.version: 4.3.1 cannot go back to 3.9.2/);
  const asked = { ...planOf("kafka: { version: 3.9.2 }\n"), finalized: { "metadata.version": 21 } };
  const effects = diffPlans(planOf("kafka: { version: 4.3.1 }\n"), asked).map(({ effect }) => effect);
  assert.deepEqual([...new Set(effects)], ["roll"]);
});

for (const [what, after, expected] of [
  ["dynamic for all alike", { "log.retention.ms": "9" }, { "log.retention.ms": "9" }],
  ["read-only", { "broker.rack": "a" }, undefined],
  ["a listener's, which the plan owns", { listeners: "a" }, undefined],
  ["what controllers decide by", { "min.insync.replicas": "2" }, undefined],
  ["no key of Kafka", { "some.plugin": "x" }, undefined],
  ["nothing", {}, undefined],
] as const)
  test(`live values: ${what}`, () => assert.deepEqual(liveValues("4.3.1", {}, after), expected));
