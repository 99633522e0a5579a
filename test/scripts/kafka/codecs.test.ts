import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import kafkajs from "kafkajs";
import * as snappy from "snappy";
import { decodeSnappy, encodeSnappy, registerCodecs } from "../../../scripts/kafka/codecs.ts";

registerCodecs();
const { CompressionCodecs, CompressionTypes } = kafkajs;
/** Longer than one block of every format, and not all alike. */
const long = Buffer.from(Array.from({ length: 20_000 }, (_, i) => `record ${i * i} `).join(""));

for (const name of ["Snappy", "LZ4", "ZSTD"] as const) {
  const codec = CompressionCodecs[CompressionTypes[name]]();

  test(`${name}: what is compressed comes back, byte for byte`, async () => {
    const bytes = fc.uint8Array({ maxLength: 5_000 }).map((array) => Buffer.from(array));
    await fc.assert(
      fc.asyncProperty(fc.oneof(bytes, fc.constant(long)), async (raw) => {
        assert.ok(raw.equals(await codec.decompress(await codec.compress({ buffer: raw }))));
      }),
      { numRuns: 50 },
    );
  });

  test(`${name}: a long batch becomes smaller`, async () => {
    assert.ok((await codec.compress({ buffer: long })).length < long.length / 2);
  });

  test(`${name}: garbage is refused`, async () => {
    await assert.rejects(async () => codec.decompress(Buffer.from("not compressed at all")));
  });
}

test("snappy is framed as snappy-java does: magic, versions, then blocks of 32 KiB with their length in front", () => {
  const encoded = encodeSnappy(long);
  assert.equal(encoded.subarray(0, 16).toString("hex"), "82534e41505059000000000100000001");
  const blocks: number[] = [];
  for (let at = 16; at < encoded.length; at += 4 + encoded.readUInt32BE(at)) {
    const block = encoded.subarray(at + 4, at + 4 + encoded.readUInt32BE(at));
    blocks.push(snappy.uncompressSync(block).length);
  }
  assert.deepEqual(new Set(blocks.slice(0, -1)), new Set([32 * 1024]));
  assert.equal(
    blocks.reduce((a, b) => a + b),
    long.length,
  );
});

test("snappy: bare blocks, as librdkafka writes them, are read too", () => {
  assert.ok(long.equals(decodeSnappy(snappy.compressSync(long))));
});

test("snappy: a batch that is cut off anywhere within a block is refused, never read in part", () => {
  const encoded = encodeSnappy(Buffer.from("one short block"));
  for (let length = 17; length < encoded.length; length++)
    assert.throws(() => decodeSnappy(encoded.subarray(0, length)), /snappy/);
});
