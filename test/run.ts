/**
 * Runs the tests, two files at a time: everything but end-to-end first, then end-to-end, where clusters wait as much as they
 * work; those that take longest begin. Arguments narrow the choice:
 * `npm test -- unit`, `npm test -- e2e`, or files.
 * The last line is `N passed, N failed`.
 */
import { globSync } from "node:fs";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { keepCompiled } from "../toolchain/compiled.ts";

keepCompiled();

const chosen = process.argv.slice(2);
const all = globSync("test/**/*.test.ts").toSorted();
const isEndToEnd = (file: string): boolean => file.includes("/e2e/");
/** Files with the most to do first, so that none of them is left alone at the end. */
const LONG = ["e2e/kubernetes/", "e2e/docker/", "e2e/security/", "e2e/local/"];
const lengthOf = (file: string): number => LONG.findIndex((part) => file.includes(part));
const wanted = (group: string, file: string): boolean =>
  chosen.length === 0 || chosen.includes(group) || chosen.includes(file);

/** A file that hangs fails, and the others still run. */
const FILE_TIMEOUT_MS = 15 * 60_000;

const counts = { passed: 0, failed: 0, skipped: 0 };
/** By file. */
const tookMs = new Map<string, number>();
const SLOWEST = 10;
await runFiles(all.filter((file) => !isEndToEnd(file) && wanted("unit", file)));
const endToEnd = all.filter((file) => isEndToEnd(file) && wanted("e2e", file));
await runFiles(endToEnd.toSorted((a, b) => lengthOf(a) - lengthOf(b)));
const slowest = [...tookMs].toSorted(([, a], [, b]) => b - a).slice(0, SLOWEST);
const shown = slowest.map(([file, ms]) => `${(ms / 1000).toFixed(1).padStart(8)} s  ${file}\n`);
process.stdout.write(`\nthe slowest files:\n${shown.join("")}`);
if (counts.skipped > 0) process.stdout.write(`\n${counts.skipped} skipped, for the reasons above\n`);
process.stdout.write(`\n${counts.passed} passed, ${counts.failed} failed\n`);
process.exitCode = counts.failed > 0 || counts.passed === 0 ? 1 : 0;

async function runFiles(files: readonly string[]): Promise<void> {
  if (files.length === 0) return;
  const events = run({ files: [...files], concurrency: 2, timeout: FILE_TIMEOUT_MS });
  events.on("test:pass", ({ details, skip }) => {
    if (details.type === "suite") return;
    if (skip === undefined) counts.passed++;
    else counts.skipped++;
  });
  events.on("test:fail", ({ details }) => {
    if (details.type !== "suite") counts.failed++;
  });
  // A file is a test too, which is named as it was given.
  events.on("test:complete", ({ name, details }) => {
    if (files.includes(name)) tookMs.set(name, details.duration_ms);
  });
  const shown = events.compose(new spec());
  for await (const text of shown) process.stdout.write(text);
}
