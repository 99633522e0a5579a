import type { CheckResult } from "../../ops/health/report.ts";
import { printTable } from "../../ui/output.ts";

export function printChecks(checks: readonly CheckResult[]): void {
  printTable(
    checks.map(({ status, name, detail, hint }) => [status, name, hint === undefined ? detail : `${detail}; ${hint}`]),
    ["STATUS", "CHECK", "DETAIL"],
  );
}
