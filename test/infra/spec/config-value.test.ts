import assert from "node:assert/strict";
import { test } from "node:test";
import { readConfigValue } from "../../../infra/spec/config-value.ts";
import type { ConfigKey } from "../../../infra/spec/kafka-configs.ts";
import { parseStack } from "../../../infra/spec/parse.ts";

const MAX = "9223372036854775807";

test("a number of 64 bits in a stack file stays whole, as a number and as a text", () => {
  const { spec } = parseStack(
    `preset: dev
environment: dev
kafka: { config: { log.flush.interval.messages: ${MAX} } }
topics:
  - { name: a, config: { max.compaction.lag.ms: "${MAX}", flush.ms: ${MAX}, retention.ms: -1 } }
`,
    "stack.yaml",
  );
  assert.equal(spec.kafka.config["log.flush.interval.messages"], MAX);
  assert.deepEqual(spec.topics[0]?.config, { "flush.ms": MAX, "max.compaction.lag.ms": MAX, "retention.ms": "-1" });
});

const rows: readonly (readonly [ConfigKey, written: string | number, found: string | RegExp])[] = [
  [{ type: "long" }, MAX, MAX],
  [{ type: "long" }, `-${MAX}`, `-${MAX}`],
  [{ type: "long" }, "9223372036854775808", /wanted 9223372036854775807 or less/],
  [{ type: "long", unit: "ms", min: 1 }, "9223372036854775808", /wanted 9223372036854775807 ms or less/],
  [{ type: "long", unit: "ms" }, "7d", "604800000"],
  [{ type: "long", unit: "ms" }, "0.0001s", /wanted/],
  [{ type: "long" }, "9007199254740993", "9007199254740993"],
  [{ type: "long" }, 1e15, "1000000000000000"],
  [{ type: "int" }, "2147483648", /wanted 2147483647 or less/],
  [{ type: "short" }, "+7", "7"],
  [{ type: "int" }, "1.5", /wanted a whole number/],
  [{ type: "double", min: 0, max: 1 }, 1, "1"],
  [{ type: "double", min: 0, max: 1 }, "5.0E-4", "0.0005"],
  [{ type: "double", min: 0, max: 1 }, "1.1", /wanted 1 or less/],
  [{ type: "double" }, "Infinity", /wanted a number/],
];

test("numbers are read by the key's type and bounds", () => {
  for (const [key, written, found] of rows) {
    const value = readConfigValue(key, written);
    if (typeof found === "string") assert.equal(value, found);
    else assert.match(typeof value === "string" ? value : value.message, found);
  }
});
