import { z } from "zod";
import { MiB, parseBytes, UnitError } from "../../../capacity/units.ts";

/**
 * A size as a person writes it, turned into bytes. A number is read as the text it was, so that `512` is refused with the
 * spelling that was meant rather than with the name of a type.
 *
 * @param smallestMiB what makes no sense below it.
 */
export function size(smallestMiB: number) {
  const text = z.string().transform((written, context) => {
    try {
      const bytes = parseBytes(written);
      if (bytes >= smallestMiB * MiB) return bytes;
      const message = `wanted at least ${smallestMiB}MiB, found ${written}`;
      context.addIssue({ code: "custom", message, params: { next: `write ${smallestMiB}MiB or more` } });
    } catch (error) {
      if (!(error instanceof UnitError)) throw error;
      context.addIssue({ code: "custom", message: error.message, params: { next: error.next } });
    }
    return z.NEVER;
  });
  return z
    .preprocess((written) => (typeof written === "number" ? String(written) : written), text)
    .meta({
      pattern: "^\\d+(\\.\\d+)?\\s*([kMGTP]?B|[KMGTP]iB)$",
    });
}

/** Heap of a JVM; Kafka 4 does not even start a controller below about 64 MiB. */
export const heap = () => size(64);

/** How many of something there are; the error says the range as written here. */
export const count = (largest: number) => z.int().min(1).max(largest);

/** Kafka configuration by Kafka's own keys; values are checked against the keys of the stack's Kafka version. */
export const kafkaConfig = () => z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({});

/** First port of a range on this machine. */
export const firstPort = () => z.int().min(1024).max(32767).meta({ wanted: "a port from 1024 to 32767" }).optional();
