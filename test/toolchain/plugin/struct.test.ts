import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import structPb from "google-protobuf/google/protobuf/struct_pb.js";
import { hasUnknown, type Json, type JsonObject, toJson, toStruct, UNKNOWN } from "../../../toolchain/plugin/struct.ts";

/** Whatever a program can send: an engine has no key `__proto__`, and JSON no NaN. */
const { object } = fc.letrec<{ value: Json; object: JsonObject }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.string(),
    fc.constant(UNKNOWN),
    fc.double({ noNaN: true }),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("value"), { maxLength: 4 }),
    tie("object"),
  ),
  object: fc.dictionary(
    fc.string().filter((key) => key !== "__proto__"),
    tie("value"),
    { noNullPrototype: true, maxKeys: 5 },
  ),
}));

/** Over the wire and back, bytes included. */
const sent = (value: JsonObject): JsonObject =>
  toJson(structPb.Struct.deserializeBinary(toStruct(value).serializeBinary()));

test("struct: what is sent comes back", () => {
  fc.assert(fc.property(object, (value) => assert.deepEqual(sent(value), value)));
});

test("struct: unknowns and marks of secrets are values like any other", () => {
  // The engine's own mark; this provider asks for secrets in the clear, so none should come, and none may be lost.
  const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value: { password: "x" } };
  const value: JsonObject = { list: [UNKNOWN, secret, [], {}], nested: { deep: { unknown: UNKNOWN } }, empty: null };
  assert.deepEqual(sent(value), value);
});

test("struct: nothing is an empty object", () => assert.deepEqual(toJson(undefined), {}));

test("hasUnknown: wherever it stands", () => {
  const wrap = fc.array(
    fc.constantFrom<(inner: Json, beside: Json) => Json>(
      (inner, beside) => [beside, inner],
      (inner, beside) => ({ beside, inner }),
    ),
  );
  fc.assert(
    fc.property(wrap, object, (wrappers, beside) =>
      assert.ok(hasUnknown(wrappers.reduce<Json>((inner, put) => put(inner, beside), UNKNOWN))),
    ),
  );
});

test("hasUnknown: not where it is not, nor in the name of a key", () => {
  fc.assert(fc.property(object, (value) => assert.equal(hasUnknown(value), holdsUnknown(value))));
  assert.equal(hasUnknown({ [UNKNOWN]: "x" }), false);
  assert.equal(hasUnknown(undefined), false);
});

/** The same by other means: JSON.stringify shows every value to its replacer. */
function holdsUnknown(value: Json): boolean {
  const values: Json[] = [];
  JSON.stringify(value, (_key, part: Json) => {
    values.push(part);
    return part;
  });
  return values.includes(UNKNOWN);
}
