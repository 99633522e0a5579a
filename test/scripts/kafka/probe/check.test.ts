import assert from "node:assert/strict";
import { test } from "node:test";
import kafkajs from "kafkajs";
import { type CheckBody, type CheckLimits, runCheck } from "../../../../scripts/kafka/probe/check.ts";
import type { Probe } from "../../../../scripts/kafka/probe/scope.ts";
import { layOutTopics } from "../../../../scripts/ops/smoke/layout.ts";
import { pass } from "../../../../scripts/ops/smoke/report.ts";

const kafka = new kafkajs.Kafka({ brokers: ["127.0.0.1:1"], logLevel: kafkajs.logLevel.NOTHING });
const probe: Probe = {
  run: "run",
  kafka,
  admin: kafka.admin(),
  producer: kafka.producer(),
  answers: [],
  topics: layOutTopics("run", [1]),
  groups: new Set(),
  pending: [],
  creation: "none",
  ledger: { sent: [], received: [] },
  samples: { produceMs: [], endToEndMs: [] },
};
const run = async (body: CheckBody, limits: Partial<CheckLimits> = {}) => {
  const defaults = { signal: new AbortController().signal, limitMs: 30_000, lastFault: () => null };
  const { check, closed } = await runCheck("name", body, probe, { ...defaults, ...limits });
  await closed;
  return check;
};

test("a verdict is reported under the check's name", async () => {
  const { durationMs, ...check } = await run(async () => pass("done"));
  assert.deepEqual(check, { name: "name", status: "pass", detail: "done" });
  assert.ok(Number.isInteger(durationMs));
});

test("a check that throws fails, and says what it was doing", async () => {
  const check = await run(async (scope) => {
    scope.doing = "trying something";
    throw new Error("refused");
  });
  assert.equal(check.status, "fail");
  assert.equal(check.detail, "trying something: refused");
});

test("a check that met with silence alone is not decided; one that Kafka answered, however late, fails", async () => {
  const thrown = (error: Error) =>
    run(async () => {
      throw error;
    });
  const silence = Object.assign(new Error("Request timed out"), { code: "PLT_KFK_NETWORK" });
  assert.equal((await thrown(silence)).status, "undecided");
  assert.equal((await thrown(new Error("gave up", { cause: silence }))).status, "undecided");
  assert.equal((await thrown(Object.assign(new Error("late"), { apiId: "REQUEST_TIMED_OUT" }))).status, "fail");
});

test("a check that hangs ends in time, undecided, with the client's last fault", { timeout: 30_000 }, async () => {
  const body: CheckBody = async (scope) => {
    await scope.until("waiting for ever", () => false);
    return pass("never");
  };
  const check = await run(body, { limitMs: 50, lastFault: () => "connect ECONNREFUSED" });
  assert.equal(check.status, "undecided");
  assert.equal(check.detail, "waiting for ever: not done within 0.05 s; the client's last fault: connect ECONNREFUSED");
});

test("an interruption ends a check at once, and one that comes later never starts", async () => {
  const controller = new AbortController();
  const body: CheckBody = async (scope) => {
    await scope.until("waiting for ever", () => false);
    return pass("never");
  };
  const running = run(body, { signal: controller.signal });
  controller.abort();
  assert.match((await running).detail, /^interrupted/);
  let started = false;
  const late = await run(
    async () => {
      started = true;
      return pass("");
    },
    { signal: controller.signal },
  );
  assert.match(late.detail, /^interrupted/);
  assert.equal(started, false);
});

test("what a check opened is closed, however it ends", async () => {
  let closed = 0;
  const client = { disconnect: async () => void closed++ };
  await run(async (scope) => {
    scope.own(client);
    return pass("");
  });
  await run(async (scope) => {
    scope.own(client);
    throw new Error("broken");
  });
  assert.equal(closed, 2);
});
