import type { ResourceResult } from "../../../capacity/result.ts";
import { formatBytes, formatRate } from "../../../capacity/units.ts";

/** A figure of a resource for people, in its unit. */
export function figure(value: number, unit: ResourceResult["unit"]): string {
  switch (unit) {
    case "bytesPerSec":
      return formatRate(value);
    case "bytes":
      return formatBytes(value);
    case "cores":
      return `${digits(value)} vCPU`;
    default:
      return digits(value);
  }
}

/** Three significant digits; whole numbers stay whole. */
export const digits = (value: number): string =>
  Number.isInteger(value) || value >= 1000 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));

/** 0.2 → `20%`, 0.1237 → `12.4%`; what is more than nothing is never told as nothing. */
export function percent(share: number): string {
  if (share > 0 && share < 0.0005) return "<0.1%";
  return `${Number((share * 100).toFixed(1))}%`;
}

/** 1.25 → `1.25 h`, 0.07 → `4.2 min`, 0.004 → `14.4 s`. */
export function hours(value: number): string {
  if (value >= 1 || value === 0) return `${digits(value)} h`;
  return value >= 1 / 60 ? `${digits(value * 60)} min` : `${digits(value * 3_600)} s`;
}

/** `1 broker`, `3 brokers`. */
export const plural = (count: number, word: string): string => `${digits(count)} ${word}${count === 1 ? "" : "s"}`;
