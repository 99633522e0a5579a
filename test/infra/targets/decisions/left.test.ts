import assert from "node:assert/strict";
import { test } from "node:test";
import { leftAfter } from "../../../../infra/targets/decisions/left.ts";

const now = { listeners: ["EXTERNAL@1", "EXTERNAL@2", "EXTERNAL_TLS@2"] };

for (const [what, left, expected] of [
  ["nobody left", undefined, []],
  ["two left, told twice", [4, 3, 4], [3, 4]],
  ["one is there again", [2, 3], [3]],
] as const)
  test(`brokers that have left: ${what}`, () => assert.deepEqual(leftAfter(left, now), expected));
