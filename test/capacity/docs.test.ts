/** docs/capacity.md tells of everything that the model has. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import * as formulas from "../../capacity/formulas.ts";
import { RESOURCES } from "../../capacity/result.ts";
import { DEFAULTS, defineWorkload } from "../../capacity/workload.ts";

const text = readFileSync(path.join(import.meta.dirname, "../../docs/capacity.md"), "utf8");
const missing = (names: readonly string[]) => names.filter((name) => !text.includes(`\`${name}\``));

test("every formula is in the document", () => assert.deepEqual(missing(Object.keys(formulas)), []));

test("every resource and its target is in the document", () => {
  const rows = text.slice(text.indexOf("## Targets"), text.indexOf("## Limits"));
  const words = (name: string) => name.replace("-", " ");
  const lost = RESOURCES.filter((name) => !rows.toLowerCase().includes(words(name)));
  assert.deepEqual(lost, []);
});

test("every input is in the document", () => {
  const byHand = ["replicationFactor", "minInsyncReplicas", "brokers", "heapBytes"];
  const inputs = Object.keys(defineWorkload({ produceBytesPerSec: 1 }));
  assert.ok(inputs.length > Object.keys(DEFAULTS).length);
  assert.deepEqual(missing([...inputs, ...byHand]), []);
});
