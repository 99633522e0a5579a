import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { MetadataPhase } from "../../../../infra/plan/migration.ts";
import { type MigrationState, nextAction } from "../../../../scripts/ops/migrate/next.ts";

const at = (phase: MetadataPhase, change: Partial<MigrationState> = {}): MigrationState => ({
  file: phase,
  deployed: phase,
  live: { copied: phase === "dualWrite" || phase === "kraftBrokers", brokers: new Map() },
  ...change,
});
const COPYING = { live: { copied: false, brokers: new Map() } };

const rows: readonly (readonly [what: string, state: MigrationState, goal: MetadataPhase, next: string])[] = [
  ["the beginning", at("zookeeper"), "kraft", "step prepare"],
  ["controllers stand ready", at("prepare"), "kraft", "step dualWrite"],
  ["the copy is made", at("dualWrite", COPYING), "kraft", "wait"],
  ["nobody tells whether the copy is made", at("dualWrite", { live: "no broker answers" }), "kraft", "wait"],
  ["the copy is made, which is all that was asked for", at("dualWrite", COPYING), "dualWrite", "wait"],
  ["the copy is done", at("dualWrite"), "kraft", "step kraftBrokers"],
  ["the copy is done, which is all that was asked for", at("dualWrite"), "dualWrite", "done"],
  ["all but the last step", at("kraftBrokers"), "kraft", "step kraft"],
  ["the end", at("kraft"), "kraft", "done"],
  ["a step that was cut off", at("prepare", { file: "dualWrite" }), "kraft", "finish dualWrite"],
  ["a step that was cut off, and back", at("prepare", { file: "dualWrite" }), "zookeeper", "finish dualWrite"],
  ["back from the controllers", at("prepare"), "zookeeper", "step zookeeper"],
  ["back from the copy", at("dualWrite"), "zookeeper", "step zookeeper"],
  ["back before the copy is made", at("dualWrite", COPYING), "zookeeper", "step zookeeper"],
  ["back to the controllers is by way of ZooKeeper", at("dualWrite"), "prepare", "step zookeeper"],
  ["back from KRaft brokers", at("kraftBrokers"), "zookeeper", "step dualWrite"],
  ["back from the end", at("kraft"), "zookeeper", "refuse"],
];

describe("what migrate does next", () => {
  for (const [what, state, goal, expected] of rows)
    test(`${what}, to ${goal}: ${expected}`, () => {
      const next = nextAction(state, goal);
      assert.equal("phase" in next ? `${next.action} ${next.phase}` : next.action, expected);
    });
});
