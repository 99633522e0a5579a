import type * as pulumi from "@pulumi/pulumi";

/** An output of an object as an object of outputs: keys stay known when values are not, so a preview names what changes. */
export function spread<T extends object, K extends keyof T>(
  value: pulumi.Output<T>,
  keys: readonly K[],
): { [Key in K]: pulumi.Output<T[Key]> } {
  const apart = keys.map((key) => [key, value.apply((known) => known[key])]);
  return Object.fromEntries(apart) as { [Key in K]: pulumi.Output<T[Key]> };
}
