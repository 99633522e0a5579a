import assert from "node:assert/strict";
import { test } from "node:test";
import { letGo } from "../../../infra/targets/leave.ts";
import { type AskBroker, holdings } from "../../../infra/targets/members.ts";

const context = { log: () => {}, signal: new AbortController().signal };

/** A cluster that answers metadata with what each broker holds at the time; a refusal to answer is an error. */
function cluster(answers: (Readonly<Record<number, number>> | Error)[]) {
  const steps: string[] = [];
  const ask = (async () => {
    const held = answers.shift();
    if (held === undefined) {
      steps.push("sign off");
      return true;
    }
    if (held instanceof Error) throw held;
    steps.push("ask");
    const partitions = Object.entries(held).flatMap(([id, count]) =>
      Array.from({ length: count }, () => ({ replicas: [1, Number(id)] })),
    );
    return { cluster: { clusterId: "ours" }, topics: [{ partitions }] };
  }) as AskBroker;
  const leave = (kraft: boolean, leavers = [4, 5]) =>
    letGo({ leavers, kraft, ask, stop: async () => void steps.push("stop"), context });
  return { ask, leave, steps };
}

const rows: readonly (readonly [
  what: string,
  kraft: boolean,
  answers: (Readonly<Record<number, number>> | Error)[],
  steps: readonly string[],
  refused: RegExp | undefined,
])[] = [
  ["hold nothing", true, [{ 2: 9 }, { 2: 9 }], ["ask", "stop", "ask", "sign off", "sign off"], undefined],
  ["hold nothing, with ZooKeeper", false, [{}, {}], ["ask", "stop", "ask"], undefined],
  [
    "got something since the check",
    true,
    [{ 5: 1 }],
    ["ask"],
    /^brokers\.count: .* broker 5 holds 1 replicas; .*--drain 5/,
  ],
  ["cannot be asked about", true, [new Error("gone")], [], /nobody tells whether it holds replicas \(gone\)/],
  [
    "got something until they stopped",
    true,
    [{}, { 4: 2 }],
    ["ask", "stop", "ask"],
    /^broker 4, 5 has stopped and was given replicas before that; put brokers\.count back and run up/,
  ],
];

for (const [what, kraft, answers, steps, refused] of rows)
  test(`brokers that leave: ${what}`, async () => {
    const there = cluster([...answers]);
    if (refused) await assert.rejects(there.leave(kraft), { message: refused });
    else await there.leave(kraft);
    assert.deepEqual(there.steps, steps);
  });

test("nobody leaves: nobody is asked", async () => {
  const there = cluster([new Error("asked")]);
  await there.leave(true, []);
  assert.deepEqual(there.steps, []);
});

test("what another cluster holds tells nothing", async () => {
  assert.deepEqual(
    await holdings(cluster([{ 4: 2 }]).ask, "ours"),
    new Map([
      [1, 2],
      [4, 2],
    ]),
  );
  assert.equal(await holdings(cluster([{}]).ask, "theirs"), "another cluster answers there: ours");
});
