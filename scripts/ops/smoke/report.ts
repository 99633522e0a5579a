/** What the smoke test found: the JSON contract of `kafka-stacks smoke --json`. */

/** `undecided`: no answer came in time, so the cluster is neither cleared nor blamed. It does not pass. */
export type SmokeStatus = "pass" | "fail" | "undecided" | "skip";

/** What a check concludes; `hint` says what to do next. */
export interface Verdict {
  readonly status: SmokeStatus;
  readonly detail: string;
  readonly hint?: string;
}

export interface SmokeCheck extends Verdict {
  readonly name: string;
  readonly durationMs: number;
}

/** Counts of the records check: what was sent, and what came back of it. */
export interface RecordCounts {
  readonly sent: number;
  readonly acked: number;
  readonly received: number;
  readonly lost: number;
  readonly duplicated: number;
  readonly outOfOrder: number;
}

export interface Percentiles {
  readonly p50: number;
  readonly p99: number;
}

export interface SmokeLatency {
  /** From the send of one acks=all record to its acknowledgement. */
  readonly produceMs: Percentiles;
  /** From the send of a record to a waiting consumer having it. */
  readonly endToEndMs: Percentiles;
}

export interface SmokeReport {
  readonly schemaVersion: 1;
  readonly stack: string;
  readonly passed: boolean;
  readonly checks: readonly SmokeCheck[];
  readonly records: RecordCounts;
  /** `null` when nothing could be measured. */
  readonly latency: SmokeLatency | null;
  readonly durationMs: number;
}

export const pass = (detail: string): Verdict => ({ status: "pass", detail });
export const fail = (detail: string, hint: string): Verdict => ({ status: "fail", detail, hint });
export const undecided = (detail: string, hint: string): Verdict => ({ status: "undecided", detail, hint });
export const skip = (detail: string): Verdict => ({ status: "skip", detail });

/** A cluster passes when checks ran and each came to a good end: what was not decided has proved nothing. */
export function passed(checks: readonly SmokeCheck[]): boolean {
  return checks.length > 0 && checks.every((check) => check.status === "pass");
}

/** One line for a check that has ended. */
export function progressLine({ name, status, detail, durationMs }: SmokeCheck): string {
  return `${status}  ${name} (${durationMs} ms): ${detail}`;
}
