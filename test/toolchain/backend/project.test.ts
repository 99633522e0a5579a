import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { removeTornProject } from "../../../toolchain/backend/project.ts";
import { put } from "./kept.ts";

test("a project file without content is removed, and said; a whole one stays", (t) => {
  const root = mkdtempSync(join(tmpdir(), "kafka-stacks-project-"));
  t.after(() => rmSync(root, { recursive: true }));
  assert.deepEqual(removeTornProject(root), [], "none is none");
  const whole = put(root, "Pulumi.yaml", "name: kafka-stacks\nruntime: nodejs\n");
  assert.deepEqual(removeTornProject(root), []);
  assert.ok(existsSync(whole));
  for (const torn of ["", "na", "name: [", new Uint8Array(64)]) {
    put(root, "Pulumi.yaml", torn);
    assert.match(removeTornProject(root).join(), /Pulumi\.yaml was not whole/);
    assert.ok(!existsSync(whole));
  }
});
