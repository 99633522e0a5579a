import type { SmokeCheck, SmokeReport } from "./report.ts";

/** The report as JUnit XML, one test case a check, as CI systems read it. */
export function renderJunit(report: SmokeReport): string {
  const count = (status: SmokeCheck["status"]) => report.checks.filter((check) => check.status === status).length;
  const totals = attributes({
    tests: report.checks.length,
    failures: count("fail"),
    errors: count("undecided"),
    skipped: count("skip"),
    time: seconds(report.durationMs),
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${totals}>`,
    `  <testsuite ${attributes({ name: `smoke ${report.stack}` })} ${totals}>`,
    ...report.checks.flatMap((check) => testCase(report.stack, check)),
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}

function testCase(stack: string, check: SmokeCheck): string[] {
  const open = attributes({ classname: `smoke.${stack}`, name: check.name, time: seconds(check.durationMs) });
  const body = { pass: "system-out", fail: "failure", undecided: "error", skip: "skipped" }[check.status];
  const message = check.status === "pass" ? "" : ` ${attributes({ message: check.detail })}`;
  const text = check.hint === undefined ? check.detail : `${check.detail}\nnext: ${check.hint}`;
  return [`    <testcase ${open}>`, `      <${body}${message}>${escapeXml(text)}</${body}>`, "    </testcase>"];
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}="${escapeXml(String(value)).replaceAll("\n", "&#10;")}"`)
    .join(" ");
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}

/** Escapes text and drops the characters that XML 1.0 cannot hold at all, not even escaped. */
export function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
