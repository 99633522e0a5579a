/**
 * Runs the tests: everything but end-to-end side by side, then end-to-end one file after another, because many clusters at
 * once would starve a small machine; those on Kubernetes, which wait much, beside the others. Arguments narrow the choice:
 * `npm test -- unit`, `npm test -- e2e`, or files.
 * The last line is `N passed, N failed`.
 */
import { globSync } from "node:fs";
import { run } from "node:test";
import { spec } from "node:test/reporters";

const chosen = process.argv.slice(2);
const all = globSync("test/**/*.test.ts").toSorted();
const isEndToEnd = (file: string): boolean => file.includes("/e2e/");
const onKubernetes = (file: string): boolean => file.includes("/e2e/kubernetes/");
const wanted = (group: string, file: string): boolean =>
  chosen.length === 0 || chosen.includes(group) || chosen.includes(file);

/** A file that hangs fails, and the others still run. */
const FILE_TIMEOUT_MS = 15 * 60_000;

const counts = { passed: 0, failed: 0, skipped: 0 };
await runFiles(
  all.filter((file) => !isEndToEnd(file) && wanted("unit", file)),
  2,
);
const endToEnd = all.filter((file) => isEndToEnd(file) && wanted("e2e", file));
const [pods, others] = [endToEnd.filter(onKubernetes), endToEnd.filter((file) => !onKubernetes(file))];
await Promise.all([runFiles(others, 1), runFiles(pods, 1)]);
if (counts.skipped > 0) process.stdout.write(`\n${counts.skipped} skipped, for the reasons above\n`);
process.stdout.write(`\n${counts.passed} passed, ${counts.failed} failed\n`);
process.exitCode = counts.failed > 0 || counts.passed === 0 ? 1 : 0;

async function runFiles(files: readonly string[], concurrency: number): Promise<void> {
  if (files.length === 0) return;
  const events = run({ files: [...files], concurrency, timeout: FILE_TIMEOUT_MS });
  events.on("test:pass", ({ details, skip }) => {
    if (details.type === "suite") return;
    if (skip === undefined) counts.passed++;
    else counts.skipped++;
  });
  events.on("test:fail", ({ details }) => {
    if (details.type !== "suite") counts.failed++;
  });
  const shown = events.compose(new spec());
  for await (const text of shown) process.stdout.write(text);
}
