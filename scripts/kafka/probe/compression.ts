import kafkajs, { type CompressionTypes } from "kafkajs";
import { fail, pass, type Verdict } from "../../ops/smoke/report.ts";
import type { CheckScope } from "./scope.ts";

export type Compression = "gzip" | "snappy" | "lz4" | "zstd";

const TYPES: Readonly<Record<Compression, CompressionTypes>> = {
  gzip: kafkajs.CompressionTypes.GZIP,
  snappy: kafkajs.CompressionTypes.Snappy,
  lz4: kafkajs.CompressionTypes.LZ4,
  zstd: kafkajs.CompressionTypes.ZSTD,
};
const RECORDS = 40;
/** Together more than one block of every format, so that framing is exercised and not just the algorithm. */
const VALUE_BYTES = 8 * 1024;

/** A compressed batch is accepted by the broker, which decompresses it to check it, and read back byte for byte. */
export function checkCompression(compression: Compression): (scope: CheckScope) => Promise<Verdict> {
  return async (scope) => {
    const topic = scope.probe.topics[compression].name;
    const sent = Array.from({ length: RECORDS }, (_, i) =>
      `${compression} ${i} `.repeat(VALUE_BYTES).slice(0, VALUE_BYTES),
    );
    const received: string[] = [];
    scope.doing = `sending a ${compression} batch`;
    await scope.probe.producer.send({
      topic,
      acks: -1,
      compression: TYPES[compression],
      messages: sent.map((value) => ({ value })),
    });
    await scope.consume({
      group: compression,
      from: [topic],
      onJoin: () => {
        received.length = 0;
      },
      onRecord: ({ message }) => {
        received.push(String(message.value));
      },
    });
    await scope.until(`reading the ${compression} batch back`, () => received.length >= sent.length);
    const changed = sent.filter((value, i) => value !== received[i]).length;
    if (changed > 0)
      return fail(`${changed} of ${sent.length} ${compression} records came back changed`, "read the brokers' logs");
    return pass(`${sent.length} records of ${VALUE_BYTES / 1024} KiB read back byte for byte`);
  };
}
