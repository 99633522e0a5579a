import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { escapeXml, renderJunit } from "../../../../scripts/ops/smoke/junit.ts";
import type { SmokeReport } from "../../../../scripts/ops/smoke/report.ts";

const report: SmokeReport = {
  schemaVersion: 1,
  stack: "dev",
  passed: false,
  checks: [
    { name: "broker-addresses", status: "pass", detail: "3 of 3 brokers answer", durationMs: 12 },
    {
      name: "records",
      status: "fail",
      detail: 'of 400 records: 2 <lost> & "1" out of order\nsecond line \u0000\u001b[31m\ud800',
      hint: "run health",
      durationMs: 1234,
    },
    { name: "refusals", status: "undecided", detail: "no answer", hint: "run smoke again", durationMs: 16_000 },
    { name: "latency", status: "skip", detail: "no broker answers", durationMs: 0 },
  ],
  records: { sent: 400, acked: 400, received: 398, lost: 2, duplicated: 0, outOfOrder: 1 },
  latency: null,
  durationMs: 2345,
};

test("the report as JUnit XML", async () => {
  const golden = new URL("./junit.golden.xml", import.meta.url);
  assert.equal(renderJunit(report), await readFile(golden, "utf8"));
});

test("escaped text keeps every character that XML can hold, and drops the others", () => {
  assert.equal(escapeXml(`<a href="x">&\t\n`), "&lt;a href=&quot;x&quot;&gt;&amp;\t\n");
  assert.equal(escapeXml("é漢😀\u0000\u0008\u000b\ud83d\uffff"), "é漢😀");
});
