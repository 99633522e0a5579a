import assert from "node:assert/strict";
import { test } from "node:test";
import { soak } from "../../../../scripts/commands/upgrade/soak.ts";
import { type HealthReport, healthReport } from "../../../../scripts/ops/health/report.ts";

const well = healthReport("s", [], 1);
const unwell = healthReport("s", [{ name: "brokers", status: "fail", detail: "2 of 3" }], 1);

/** @param looks what is seen, the last one for ever. */
async function watch(soakMs: number, looks: readonly HealthReport[]) {
  const said: string[] = [];
  let seen = 0;
  const report = await soak({
    soakMs,
    everyMs: 5,
    signal: new AbortController().signal,
    look: async () => looks[Math.min(seen++, looks.length - 1)]!,
    say: (line) => said.push(line),
  });
  return { healthy: report.healthy, seen, said };
}

test("soak: watches for as long as it is told", async () => {
  const began = performance.now();
  const { healthy, seen, said } = await watch(60, [well]);
  assert.ok(healthy && seen >= 2 && performance.now() - began >= 60);
  assert.match(said[0]!, /^soak: watching for /);
});

test("soak: one failed look is borne, several on end are not", async () => {
  assert.equal((await watch(30, [well, unwell, unwell, well])).healthy, true);
  const failed = await watch(60_000, [well, unwell]);
  assert.deepEqual([failed.healthy, failed.seen], [false, 4]);
  assert.deepEqual(failed.said.slice(1), ["soak: brokers: 2 of 3", "soak: brokers: 2 of 3"]);
});

test("soak: does not end on a failed look", async () => {
  assert.deepEqual((await watch(0, [unwell, well])).healthy, true);
});

test("soak: Ctrl-C ends it", async () => {
  const aborted = AbortSignal.abort(new Error("interrupted"));
  await assert.rejects(soak({ soakMs: 60_000, signal: aborted, look: async () => well, say: () => {} }), /interrupted/);
});
