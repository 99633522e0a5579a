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

/** Source: apimachinery's pkg/api/resource/quantity.go. */
const SUFFIXES: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

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
  const parts = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)([numkMGTPE]|[KMGTPE]i)?$/.exec(String(value));
  return parts ? Number(parts[1]) * SUFFIXES[parts[2] ?? ""]! : undefined;
}
