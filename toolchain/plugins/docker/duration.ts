const NANOSECONDS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};

/** Length in nanoseconds of a duration as Go writes it, such as `1m30s`; undefined for what is none. */
export function nanoseconds(text: string): number | undefined {
  if (text === "0") return 0;
  if (!/^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$/.test(text)) return undefined;
  return [...text.matchAll(/([\d.]+)([a-zµ]+)/g)].reduce(
    (sum, [, count, unit]) => sum + Math.round(Number(count) * NANOSECONDS[unit!]!),
    0,
  );
}

/** The longest units first, without those that are zero: `1m30s`, `500ms`, `0s`. */
export function durationText(length: number): string {
  if (length === 0) return "0s";
  let rest = length;
  const parts: string[] = [];
  for (const unit of ["h", "m", "s", "ms", "us", "ns"]) {
    const count = Math.floor(rest / NANOSECONDS[unit]!);
    if (count > 0) parts.push(`${count}${unit}`);
    rest -= count * NANOSECONDS[unit]!;
  }
  return parts.join("");
}
