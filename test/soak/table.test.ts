import assert from "node:assert/strict";
import { test } from "node:test";
import { checkHistory } from "../../scripts/ops/chaos/check.ts";
import { chaosReport } from "../../scripts/ops/chaos/report.ts";
import { measuredRow, reasonRow, rowsOf, withRows } from "./table.ts";

const DOCUMENT = "before\n<!-- soak: begin -->\n<!-- soak: end -->\nafter\n";
const ORDER = ["kill-broker", "roll"];
const nothing = {
  partitions: 0,
  durationMs: 1_000,
  producers: [],
  groups: [],
  sends: [],
  transactions: [],
  polls: [],
  log: [],
};
const report = chaosReport({
  stack: "s",
  seed: 1,
  faults: [{ fault: "roll", node: null, atMs: 0, endedMs: null, healedMs: null, note: "a | b" }],
  history: nothing,
  findings: checkHistory(nothing),
});

test("rows are kept until they are measured again, in the order of targets and faults", () => {
  const first = withRows(DOCUMENT, [measuredRow("docker", "roll", [report]), reasonRow("local", "roll", "why")], ORDER);
  const second = withRows(
    first,
    [reasonRow("docker", "roll", "later"), reasonRow("docker", "kill-broker", "x")],
    ORDER,
  );
  assert.deepEqual(
    rowsOf(second).map(({ target, fault, cells }) => [target, fault, cells.at(-1)]),
    [
      ["local", "roll", "not run: why"],
      ["docker", "kill-broker", "not run: x"],
      ["docker", "roll", "not run: later"],
    ],
  );
  assert.ok(second.startsWith("before\n") && second.endsWith("\nafter\n"));
  assert.equal(withRows(second, [], ORDER), second);
});

test("a run that did not pass says why, in one cell", () => {
  const [row] = rowsOf(withRows(DOCUMENT, [measuredRow("local", "roll", [report])], ORDER));
  assert.equal(row!.cells.length, 8);
  assert.match(row!.cells.at(-1)!, /^\*\*failed\*\*: a \/ b; /);
});
