export type CheckStatus = "pass" | "warn" | "fail" | "skip";

export interface CheckResult {
  readonly name: string;
  readonly status: CheckStatus;
  /** What was found, with the names of those concerned. */
  readonly detail: string;
  /** What to do next. */
  readonly hint?: string;
}

export interface HealthReport {
  readonly schemaVersion: 1;
  readonly stack: string;
  /** True when no check failed; warnings do not count. */
  readonly healthy: boolean;
  readonly checks: readonly CheckResult[];
  readonly durationMs: number;
}

export function healthReport(stack: string, checks: readonly CheckResult[], durationMs: number): HealthReport {
  return { schemaVersion: 1, stack, healthy: checks.every(({ status }) => status !== "fail"), checks, durationMs };
}
