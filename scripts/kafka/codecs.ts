/**
 * The compressions that kafkajs leaves to its users: snappy, lz4 and zstd, in the framing that Kafka's own clients
 * write and read. For snappy that is xerial's (snappy-java): a header, then blocks with their length in front.
 */
import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import kafkajs from "kafkajs";
import { compressFrameSync, decompressFrameSync } from "lz4-napi";
import * as snappy from "snappy";

const XERIAL_MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
/** Magic, then version 1 and lowest compatible version 1, each a big-endian int32. */
const XERIAL_HEADER = Buffer.concat([XERIAL_MAGIC, Buffer.from([0, 0, 0, 1, 0, 0, 0, 1])]);
/** snappy-java's default; readers take any size. */
const XERIAL_BLOCK_BYTES = 32 * 1024;

/** Snappy as Java clients write it. */
export function encodeSnappy(raw: Buffer): Buffer {
  const parts: Buffer[] = [XERIAL_HEADER];
  for (let start = 0; start < raw.length; start += XERIAL_BLOCK_BYTES) {
    const block = snappy.compressSync(raw.subarray(start, start + XERIAL_BLOCK_BYTES));
    const length = Buffer.alloc(4);
    length.writeUInt32BE(block.length);
    parts.push(length, block);
  }
  return Buffer.concat(parts);
}

/** Snappy with xerial framing, or bare as librdkafka and other clients write it. @throws on a truncated block. */
export function decodeSnappy(data: Buffer): Buffer {
  if (!data.subarray(0, XERIAL_MAGIC.length).equals(XERIAL_MAGIC)) return uncompress(data);
  const parts: Buffer[] = [];
  let at = XERIAL_HEADER.length;
  while (at < data.length) {
    if (at + 4 > data.length) throw new Error("snappy: a block's length is cut off");
    const end = at + 4 + data.readUInt32BE(at);
    if (end > data.length) throw new Error(`snappy: a block ends at byte ${end} of ${data.length}`);
    parts.push(uncompress(data.subarray(at + 4, end)));
    at = end;
  }
  return Buffer.concat(parts);
}

function uncompress(block: Buffer): Buffer {
  return Buffer.from(snappy.uncompressSync(block));
}

/** kafkajs hands its encoder over when it compresses, and plain bytes when it decompresses. */
interface KafkajsCodec {
  compress(encoder: { readonly buffer: Buffer }): Promise<Buffer>;
  decompress(data: Buffer): Promise<Buffer>;
}

function codec(encode: (raw: Buffer) => Buffer, decode: (data: Buffer) => Buffer): () => KafkajsCodec {
  return () => ({
    compress: async (encoder) => encode(encoder.buffer),
    decompress: async (data) => decode(data),
  });
}

/** Teaches kafkajs every compression of Kafka; harmless when called again. */
export function registerCodecs(): void {
  const { CompressionCodecs, CompressionTypes } = kafkajs;
  CompressionCodecs[CompressionTypes.Snappy] = codec(encodeSnappy, decodeSnappy);
  CompressionCodecs[CompressionTypes.LZ4] = codec(compressFrameSync, decompressFrameSync);
  CompressionCodecs[CompressionTypes.ZSTD] = codec(zstdCompressSync, zstdDecompressSync);
}
