import type { Percentiles, SmokeLatency } from "./report.ts";

/** Milliseconds, one entry per record. */
export interface LatencySamples {
  readonly produceMs: number[];
  readonly endToEndMs: number[];
}

/** The nearest-rank percentile: the smallest sample that at least `rank` percent of all samples do not exceed. */
export function percentile(samples: readonly number[], rank: number): number {
  if (samples.length === 0) throw new RangeError("a percentile needs at least one sample");
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((rank / 100) * sorted.length) - 1)]!;
}

/** `null` until both kinds of latency were measured. */
export function summarizeLatency({ produceMs, endToEndMs }: LatencySamples): SmokeLatency | null {
  if (produceMs.length === 0 || endToEndMs.length === 0) return null;
  return { produceMs: percentiles(produceMs), endToEndMs: percentiles(endToEndMs) };
}

function percentiles(samples: readonly number[]): Percentiles {
  const rounded = (rank: number) => Math.round(percentile(samples, rank) * 100) / 100;
  return { p50: rounded(50), p99: rounded(99) };
}
