import assert from "node:assert/strict";
import { test } from "node:test";
import { type Attempt, judgeRefusals } from "../../../../scripts/ops/smoke/refusals.ts";

const attempt = (what: string, answer: string | null): Attempt => ({ what, wanted: ["A", "B"], answer });

const rows: readonly (readonly [what: string, attempts: readonly Attempt[], says: string])[] = [
  ["all refused", [attempt("x", "A"), attempt("y", "B")], "pass: 2 of 2 forbidden things were refused"],
  [
    "one let through",
    [attempt("x", "A"), attempt("reading ACLs", null)],
    "fail: 1 of 2 forbidden things were not refused: reading ACLs was let through",
  ],
  [
    "refused for another reason",
    [attempt("no login at h:1", "timed out")],
    "fail: 1 of 1 forbidden things were not refused: no login at h:1 was answered by timed out instead of A or B",
  ],
  ["nothing tried", [], "fail: nothing was tried"],
];

for (const [what, attempts, says] of rows)
  test(`refusals: ${what}`, () => {
    const { status, detail } = judgeRefusals(attempts);
    assert.equal(`${status}: ${detail}`, says);
  });
