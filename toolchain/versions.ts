/**
 * The Pulumi CLI that the project is tested with. The Automation API looks for the same version in the same place
 * (`$PULUMI_HOME/versions/<version>/bin`), so one copy serves both.
 */
export const PULUMI_VERSION = "3.232.0";

/** Oldest Java that runs every Kafka version here: Kafka 4 brokers need 17. */
export const JAVA_AT_LEAST = "17";

/** Compares dotted versions by number: negative when `a` is older. A missing part counts as 0. */
export function compareVersions(a: string, b: string): number {
  const left = a.split(".").map(Number);
  const right = b.split(".").map(Number);
  for (let part = 0; part < Math.max(left.length, right.length); part++) {
    const difference = (left[part] ?? 0) - (right[part] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** At least `wanted`, and of the same major version. */
export function fits(found: string, wanted: string): boolean {
  return found.split(".")[0] === wanted.split(".")[0] && compareVersions(found, wanted) >= 0;
}
