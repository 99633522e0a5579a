import assert from "node:assert/strict";
import { test } from "node:test";
import { presetChoice } from "../../capacity/choose.ts";
import { PRESETS, type PresetName } from "../../capacity/presets.ts";

// Stacks that name a preset get these: a change here is a change of running clusters.
const PINNED: Readonly<
  Record<
    PresetName,
    readonly [brokers: number, rf: number, minIsr: number, partitions: number, controllers: number, binding: string]
  >
> = {
  dev: [3, 3, 2, 3, 3, "replication"],
  small: [3, 3, 2, 6, 3, "replication"],
  standard: [5, 3, 2, 12, 3, "storage"],
  throughput: [7, 3, 2, 36, 3, "storage"],
  durable: [6, 5, 3, 12, 5, "storage"],
  "log-collection": [6, 3, 2, 24, 3, "storage"],
  "activity-tracking": [7, 3, 2, 24, 3, "storage"],
  "stream-processing": [5, 3, 2, 48, 3, "storage"],
  "data-hub": [9, 3, 2, 12, 3, "storage"],
  "event-sourcing": [9, 5, 3, 12, 5, "storage"],
};

for (const name of Object.keys(PRESETS) as PresetName[])
  test(`preset ${name} comes to its size by the model, and fits`, () => {
    const { sizing, ...choice } = presetChoice(name);
    const { brokers, replicationFactor, minInsyncReplicas, partitions, controllers } = choice;
    assert.deepEqual(
      [brokers, replicationFactor, minInsyncReplicas, partitions, controllers, sizing.binding],
      PINNED[name],
    );
    assert.equal(sizing.fits, true);
    assert.ok(PRESETS[name].reasoning.length > 20);
  });
