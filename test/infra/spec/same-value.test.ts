import assert from "node:assert/strict";
import { describe, it, test } from "node:test";
import fc from "fast-check";
import { readConfigValue } from "../../../infra/spec/config-value.ts";
import { type ConfigKey, configKeys } from "../../../infra/spec/kafka-configs.ts";
import { sameValue } from "../../../infra/spec/same-value.ts";
import { kafkaVersionNames } from "../../../infra/spec/versions.ts";

const rows: readonly (readonly [ConfigKey["type"], one: string, other: string, same: boolean])[] = [
  ["double", "1", "1.0", true],
  ["double", "0", "0.0", true],
  ["double", "0.0005", "5.0E-4", true],
  ["double", "10485760", "1.048576E7", true],
  ["double", "0.5", "0.50", true],
  ["double", "0.5", "0.05", false],
  ["double", "", "0", false],
  ["long", "9223372036854775807", "9223372036854775807", true],
  ["long", "9223372036854775807", "9223372036854775806", false],
  ["long", "+5", "05", true],
  ["long", "5", "5.0", false],
  ["int", " 12 ", "12", true],
  ["short", "", "0", false],
  ["boolean", "TRUE", "true", true],
  ["boolean", "true", "false", false],
  ["string", "lz4 ", "lz4", true],
  ["string", "a,b", "b,a", false],
  ["string", "1", "1.0", false],
  ["class", "org.Example", " org.Example", true],
  ["list", "a, b", "a,b", true],
  ["list", "a,b", "b,a", false],
  ["list", "", " ", true],
  ["list", "", "a", false],
];

test("values are compared by the key's type", () => {
  for (const [type, one, other, same] of rows) {
    assert.equal(sameValue({ type }, one, other), same, `${type} ${one} ${other}`);
    assert.equal(sameValue({ type }, other, one), same, `${type} ${other} ${one}`);
  }
});

test("the order of a set means nothing", () => {
  const policy = configKeys("4.3.1").topic["cleanup.policy"];
  assert.ok(policy?.set);
  assert.ok(sameValue(policy, "compact,delete", "delete, compact"));
  assert.ok(!sameValue(policy, "compact,delete", "compact"));
});

test("a key that the table does not have is compared as text", () => {
  assert.deepEqual([sameValue(undefined, "1", "1"), sameValue(undefined, "1", "1.0")], [true, false]);
});

/** As Java's Double.toString writes it: never without a fraction, and with an exponent below 1E-3 and from 1E7 on. */
function javaDouble(value: number): string {
  const size = Math.abs(value);
  const pointed = (digits: string) => (digits.includes(".") ? digits : `${digits}.0`);
  if (size === 0 || (size >= 1e-3 && size < 1e7)) return pointed(String(value));
  const [digits = "", exponent] = value.toExponential().split("e");
  return `${pointed(digits)}E${Number(exponent)}`;
}

describe("what Kafka answers is what was written", () => {
  it("for doubles", () => {
    const key: ConfigKey = { type: "double" };
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const written = readConfigValue(key, value);
        assert.ok(typeof written === "string" && sameValue(key, written, javaDouble(value)));
      }),
    );
  });

  it("for whole numbers of 64 bits, and only for the same", () => {
    const key: ConfigKey = { type: "long" };
    const long = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    fc.assert(
      fc.property(long, long, (one, other) => {
        const written = readConfigValue(key, String(one));
        assert.equal(written, String(one));
        assert.equal(sameValue(key, written, String(other)), one === other);
      }),
    );
  });

  it("for lists, in any order where that means nothing", () => {
    const items = fc.uniqueArray(fc.stringMatching(/^[a-z:0-9]{1,5}$/));
    fc.assert(
      fc.property(items, fc.boolean(), (list, isSet) => {
        const key: ConfigKey = { type: "list", ...(isSet ? { set: true } : {}) };
        const written = readConfigValue(key, list.join(" , "));
        assert.ok(typeof written === "string" && sameValue(key, written, list.join(",")));
        assert.equal(sameValue(key, written, list.toReversed().join(",")), isSet || list.length < 2);
      }),
    );
  });

  it("for every key of every version: a value is the same as itself", () => {
    for (const version of kafkaVersionNames)
      for (const keys of [configKeys(version).broker, configKeys(version).topic])
        for (const key of Object.values(keys)) assert.ok(sameValue(key, "x,y", "x,y"));
  });
});
