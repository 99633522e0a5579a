import { parseQuantity } from "../../quantity.ts";

/** Fields whose values are quantities, wherever they stand. */
const HOLDERS = [
  "requests",
  "limits",
  "hard",
  "used",
  "capacity",
  "allocatable",
  "default",
  "defaultRequest",
  "max",
  "min",
  "maxLimitRequestRatio",
  "podFixed",
  "overhead",
];
const FIELDS = ["sizeLimit", "divisor", "averageValue", "value", "storage"];

/** Whether two values at this place are the same quantity: 1024Mi is 1Gi, 0.5 is 500m. */
export function sameQuantity(path: readonly (string | number)[], a: unknown, b: unknown): boolean {
  const [holder, field] = [String(path.at(-2) ?? ""), String(path.at(-1) ?? "")];
  if (!HOLDERS.includes(holder) && !FIELDS.includes(field)) return false;
  const [first, second] = [amount(a), amount(b)];
  if (first === undefined || second === undefined) return false;
  return first === second || Math.abs(first - second) <= Math.abs(first) * 1e-12;
}

/** Undefined for what is no quantity. */
function amount(value: unknown): number | undefined {
  if (typeof value !== "string" && typeof value !== "number") return undefined;
  try {
    return parseQuantity(String(value));
  } catch {
    return undefined;
  }
}
