import assert from "node:assert/strict";
import { test } from "node:test";
import { type Attempt, judgeRefusals, type Outcome } from "../../../../scripts/ops/smoke/refusals.ts";

const tried = (what: string, outcome: Outcome): Attempt => ({ what, wanted: ["A", "B"], outcome });
const refused = (what: string, by: string) => tried(what, { kind: "refused", by });
const done = (what: string) => tried(what, { kind: "done" });
const silent = (what: string) => tried(what, { kind: "silent", why: "Request timed out" });

const rows: readonly (readonly [what: string, attempts: readonly Attempt[], says: string])[] = [
  ["all refused", [refused("x", "A"), refused("y", "B")], "pass: 2 of 2 forbidden things were refused"],
  [
    "one let through",
    [refused("x", "A"), done("reading ACLs")],
    "fail: 1 of 2 forbidden things were not refused: reading ACLs was let through",
  ],
  [
    "refused for another reason",
    [refused("no login at h:1", "its port is closed")],
    "fail: 1 of 1 forbidden things were not refused: no login at h:1 was answered by its port is closed instead of A or B",
  ],
  [
    "silence is no hole",
    [refused("x", "A"), silent("reading ACLs")],
    "undecided: 1 of 2 forbidden things were neither refused nor done: reading ACLs (Request timed out)",
  ],
  [
    "silence hides no hole",
    [silent("reading ACLs"), done("removing ACLs")],
    "fail: 1 of 2 forbidden things were not refused: removing ACLs was let through; 1 of 2 forbidden things were neither refused nor done: reading ACLs (Request timed out)",
  ],
  [
    "nothing but silence",
    [silent("x")],
    "undecided: 1 of 1 forbidden things were neither refused nor done: x (Request timed out)",
  ],
  ["nothing tried", [], "fail: nothing was tried"],
];

for (const [what, attempts, says] of rows)
  test(`refusals: ${what}`, () => {
    const { status, detail } = judgeRefusals(attempts);
    assert.equal(`${status}: ${detail}`, says);
  });
