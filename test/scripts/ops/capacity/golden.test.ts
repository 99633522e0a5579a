import assert from "node:assert/strict";
import path from "node:path";
import { describe, test } from "node:test";
import { CATALOG } from "../../../../capacity/catalog.ts";
import type { MachineClass } from "../../../../capacity/machine.ts";
import { PRESETS } from "../../../../capacity/presets.ts";
import { sizeCluster } from "../../../../capacity/size.ts";
import { sizingText } from "../../../../scripts/ops/capacity/report.ts";
import { stackYaml } from "../../../../scripts/ops/capacity/stack-yaml.ts";

const golden = (name: string) => path.resolve(import.meta.dirname, "../../../golden/capacity", name);
const asText = { serializers: [(text: string) => text] };

// What people and programs are shown of each preset. To accept a change: node --test --test-update-snapshots
describe("each preset", () => {
  for (const [name, { machine, workload, controllerHeapBytes }] of Object.entries(PRESETS)) {
    const sizing = sizeCluster(workload, CATALOG[machine] as MachineClass);

    test(`${name}: for a person`, (t) => {
      t.assert.fileSnapshot(sizingText(sizing, { width: 80, unicode: true }), golden(`${name}.txt`), asText);
    });

    test(`${name}: for a program, and nothing is lost on the way`, (t) => {
      assert.deepEqual(JSON.parse(JSON.stringify(sizing)), sizing);
      t.assert.fileSnapshot(sizing, golden(`${name}.json`));
    });

    test(`${name}: as a stack file`, (t) => {
      const command = `kafka-stacks capacity --preset ${name}`;
      const text = stackYaml(sizing, { target: "local", command, schema: "./schema.json", controllerHeapBytes });
      t.assert.fileSnapshot(text, golden(`${name}.yaml`), asText);
    });
  }
});
