import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { principalsIn } from "../../infra/keytab.ts";
import { keytabOf } from "../helpers/keytab.ts";

const name = fc.stringMatching(/^[a-z0-9.-]{1,20}$/);
const principal = fc.tuple(fc.array(name, { minLength: 1, maxLength: 3 }), name).map(([parts, realm]) => {
  return `${parts.join("/")}@${realm.toUpperCase()}`;
});

describe("principals of a keytab", () => {
  test("are those whose keys it has, each once, in their order", () =>
    fc.assert(
      fc.property(fc.array(principal), (principals) =>
        assert.deepEqual(principalsIn(keytabOf(...principals, ...principals)), [...new Set(principals)]),
      ),
    ));

  test("a removed entry leaves a hole, and zeros end the file", () => {
    const [head, tail] = [keytabOf("a@R"), keytabOf("b@R").subarray(2)];
    const hole = Buffer.from([0xff, 0xff, 0xff, 0xfd, 1, 2, 3]);
    assert.deepEqual(principalsIn(Buffer.concat([head, hole, tail, Buffer.alloc(8)])), ["a@R", "b@R"]);
  });

  test("what is no keytab has none, and is told from an empty one", () => {
    for (const bytes of ["", "\x05", "\x05\x01\x00\x00", "-----BEGIN PRIVATE KEY-----"])
      assert.equal(principalsIn(Buffer.from(bytes, "latin1")), undefined);
    assert.deepEqual(principalsIn(Buffer.from([5, 2])), []);
  });

  test("whatever the bytes, they are read or refused", () =>
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const found = principalsIn(Buffer.concat([Buffer.from([5, 2]), bytes]));
        assert.ok(found === undefined || Array.isArray(found));
      }),
    ));
});
