/** Source: apimachinery's pkg/api/resource/quantity.go. */
const SUFFIXES: Readonly<Record<string, number>> = Object.freeze({
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
});

/**
 * A quantity as Kubernetes writes it (`500m`, `1.5Gi`, `1e3`) in plain units: cores, bytes, pieces. Nothing is 0.
 *
 * https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity
 *
 * @throws RangeError for anything else.
 */
export function parseQuantity(text: string | undefined): number {
  if (text === undefined) return 0;
  const [, digits, suffix = ""] = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)([a-zA-Z]*)$/.exec(text) ?? [];
  const factor = SUFFIXES[suffix];
  if (digits === undefined || factor === undefined) throw new RangeError(`${text} is no quantity`);
  return Number(digits) * factor;
}
