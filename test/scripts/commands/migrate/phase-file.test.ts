import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { METADATA_PHASES, phaseOf } from "../../../../infra/plan/migration.ts";
import { parseStack } from "../../../../infra/spec/load.ts";
import { writePhase } from "../../../../scripts/commands/migrate/phase-file.ts";

const shipped = readFileSync(path.resolve(import.meta.dirname, "../../../../stacks/dev-zookeeper.yaml"), "utf8");

const FULL = `kafka:
  version: 3.9.2 # the last with both
  mode: zookeeper
local:
  ports: { external: 20000, zkClient: 21000 }
# an ensemble
zookeeper: { count: 3, heap: 300MiB }
`;

describe("the phase in a stack file", () => {
  for (const [what, text] of [
    ["the shipped one", shipped],
    ["one that fixes ports", FULL],
  ] as const)
    for (const phase of METADATA_PHASES)
      test(`${what}: ${phase} is written, valid, and written again changes nothing`, () => {
        const written = writePhase(text, phase);
        const { spec } = parseStack(written, "s.yaml");
        const { mode, migration } = spec.kafka;
        assert.equal(phaseOf({ mode, ...(migration ? { migration } : {}) }), phase);
        assert.equal(writePhase(written, phase), written);
      });

  test("there and back is the same text, comments and all", () => {
    assert.equal(writePhase(writePhase(shipped, "prepare"), "zookeeper"), shipped);
    assert.equal(writePhase(writePhase(FULL, "kraftBrokers"), "zookeeper"), FULL);
  });

  test("controllers that somebody wrote stay", () => {
    const own = `${FULL}controllers: { placement: dedicated, count: 5 }\n`;
    assert.match(writePhase(own, "prepare"), /^controllers: \{ placement: dedicated, count: 5 \}$/m);
    assert.match(writePhase(own, "kraft"), /^controllers: \{ placement: dedicated, count: 5 \}$/m);
  });

  test("at the end nothing tells of ZooKeeper", () => {
    const written = writePhase(writePhase(FULL, "kraftBrokers"), "kraft");
    assert.doesNotMatch(written, /^zookeeper|zkClient|migration|mode: zookeeper/m);
    assert.match(written, /# the last with both/);
  });
});
