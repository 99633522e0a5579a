import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { stringify } from "yaml";
import { StackFileError } from "../../../infra/errors.ts";
import { stackJsonSchema } from "../../../infra/spec/json-schema.ts";
import { parseStack } from "../../../infra/spec/load.ts";

const stacks = path.resolve(import.meta.dirname, "../../../stacks");
const texts = readdirSync(stacks)
  .filter((name) => name.endsWith(".yaml"))
  .map((name) => readFileSync(path.join(stacks, name), "utf8"));

/** Reads a text; whatever is wrong must stand in a line of it. */
function judge(text: string): void {
  const lines = text.replace(/^\uFEFF/, "").split("\n");
  try {
    parseStack(text, "s.yaml");
  } catch (error) {
    if (!(error instanceof StackFileError)) throw error;
    assert.ok(error.issues.length > 0);
    for (const { line, column, message, next } of error.issues) {
      assert.ok(line >= 1 && line <= lines.length, `line ${line} of ${lines.length}`);
      assert.ok(column >= 1 && column <= (lines[line - 1]?.length ?? 0) + 1, `column ${column} of line ${line}`);
      assert.match(message, /^wanted .*found/);
      assert.ok(next.length > 0);
    }
  }
}

const odd = fc.constantFrom(
  "*x",
  "&x",
  "<<: *x",
  "-",
  "[",
  "{",
  "\t",
  "---",
  "null",
  "~",
  "1e3",
  "10Gi",
  "'",
  ": ",
  "#",
  "\u0000",
  "x-",
  "!!map",
  "|",
);

test("a stack file with characters changed never crashes, and what is wrong stands in a line", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...texts),
      fc.array(fc.tuple(fc.nat(), fc.nat(12), odd), { maxLength: 4 }),
      (text, cuts) => {
        judge(
          cuts.reduce(
            (now, [at, length, put]) =>
              now.slice(0, at % (now.length + 1)) + put + now.slice((at % (now.length + 1)) + length),
            text,
          ),
        );
      },
    ),
    { numRuns: 150 },
  );
});

const sections = Object.keys(stackJsonSchema.properties ?? {});
const leaf = fc.oneof(
  fc.string(),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.constantFrom("10Gi", "7 days", "0.0.0.0", "a:b", "scram", "3.9.2", "zookeeper"),
);
const keys = fc.constantFrom(
  ...sections,
  ...Object.values(stackJsonSchema.properties ?? {}).flatMap(({ properties, items }) =>
    Object.keys(properties ?? items?.properties ?? {}),
  ),
  "group",
  "do",
  "file",
  "host",
  "realm",
  "krb5Conf",
  "keytab",
  "external",
  "retention.ms",
);
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(keys, tie("value"), { maxKeys: 4 }),
  ),
}));

test("keys of a stack with any values never crash, and what is wrong stands in a line", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...sections), value, { maxKeys: 6 }), (stack) => judge(stringify(stack))),
    { numRuns: 300 },
  );
});
