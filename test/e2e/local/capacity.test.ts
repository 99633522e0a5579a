import assert from "node:assert/strict";
import path from "node:path";
import { after, describe, test } from "node:test";
import { cli, temporaryHome } from "../../helpers/cli.ts";

describe("a local cluster that the planner sized", () => {
  const { home, remove } = temporaryHome();
  const file = path.join(home, "e2e-sized.yaml");
  after(async () => {
    await cli(home, "down", file, "--delete-data", "--yes");
    remove();
  });

  test("capacity writes the stack of a preset, and up brings it up healthy and verified", async () => {
    const written = await cli(home, "capacity", "--preset", "small", "--write", file, "--json");
    assert.equal(written.code, 0, written.stderr);
    const sizing = JSON.parse(written.stdout);
    const up = await cli(home, "up", file, "--yes", "--json");
    assert.equal(up.code, 0, up.stderr);
    const { outputs, health, smoke, topics } = JSON.parse(up.stdout);
    assert.deepEqual([health.healthy, smoke.passed, topics.inSync], [true, true, true]);
    const brokers = outputs.nodes.filter(({ roles }: { roles: string[] }) => roles.includes("broker"));
    assert.equal(brokers.length, sizing.brokers);
  });
});
