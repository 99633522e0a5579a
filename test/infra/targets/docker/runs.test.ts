import assert from "node:assert/strict";
import { test } from "node:test";
import { isUp } from "../../../../infra/targets/docker/runs.ts";

for (const [what, state, up] of [
  ["runs", { Running: true, Restarting: false }, true],
  ["waits between two starts of a crash loop", { Running: true, Restarting: true }, false],
  ["has ended", { Running: false, Restarting: false }, false],
] as const)
  test(`a container that ${what} is ${up ? "up" : "down"}`, () => assert.equal(isUp(state), up));
