import { z } from "zod";
import { MiB, parseBytes, UnitError } from "../../../capacity/units.ts";

/**
 * A quantity as a person writes it, turned into a plain number. A number is read as the text it was, so that `512` is
 * refused with the spelling that was meant rather than with the name of a type.
 *
 * @param pattern of what `parse` takes, for editors.
 * @param refuse a further fault of a value that was parsed: what was wanted, and what to do.
 */
export function quantity(
  parse: (text: string) => number,
  pattern: string,
  refuse: (value: number, written: string) => { readonly message: string; readonly next: string } | undefined = () =>
    undefined,
) {
  const text = z.string().transform((written, context) => {
    const fault = (message: string, next: string) => context.addIssue({ code: "custom", message, params: { next } });
    try {
      const value = parse(written);
      const refused = refuse(value, written);
      if (!refused) return value;
      fault(refused.message, refused.next);
    } catch (error) {
      if (!(error instanceof UnitError)) throw error;
      fault(error.message, error.next);
    }
    return z.NEVER;
  });
  return z.preprocess((written) => (typeof written === "number" ? String(written) : written), text).meta({ pattern });
}

/**
 * A size in bytes.
 *
 * @param smallestMiB what makes no sense below it.
 */
export function size(smallestMiB: number) {
  return quantity(parseBytes, "^\\d+(\\.\\d+)?\\s*([kMGTP]?B|[KMGTP]iB)$", (bytes, written) =>
    bytes >= smallestMiB * MiB
      ? undefined
      : { message: `wanted at least ${smallestMiB}MiB, found ${written}`, next: `write ${smallestMiB}MiB or more` },
  );
}

/** Heap of a JVM; Kafka 4 does not even start a controller below about 64 MiB. */
export const heap = () => size(64);

/** How many of something there are; the error says the range as written here. */
export const count = (largest: number) => z.int().min(1).max(largest);

/** Kafka configuration by Kafka's own keys; values are checked against the keys of the stack's Kafka version. */
export const kafkaConfig = () => z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({});

/** Processor time in thousandths of a core, written as Kubernetes has it: `500m`, `2`, `1.5`. */
export const cores = () => quantity(parseCores, "^(\\d+m|\\d+(\\.\\d{1,3})?)$");

function parseCores(text: string): number {
  const [, number = "", unit] = /^(\d+|\d+\.\d{1,3}(?!m))(m?)$/.exec(text.trim()) ?? [];
  const millis = Math.round(Number(number) * (unit ? 1 : 1000));
  if (millis > 0) return millis;
  throw new UnitError(`wanted cores such as 500m or 2, found ${text}`, coresAdvice(text.trim()));
}

/** `1 core`, `1,5`, `500 millicores`, `50%`. */
function coresAdvice(text: string): string {
  const [, number = "", unit = ""] = /^(\d+(?:[.,]\d+)?)\s*([a-z]*|%)$/i.exec(text) ?? [];
  const each = unit === "%" ? 10 : /^m/i.test(unit) ? 1 : 1000;
  const millis = Math.round(Number(number.replace(",", ".")) * each);
  if (number === "" || !/^(m|milli.*|c|v?cpus?|v?cores?|%|)$/i.test(unit)) return "write 500m for half a core, or 1";
  return millis > 0 ? `write ${millis % 1000 === 0 ? millis / 1000 : `${millis}m`}` : "write 1m or more";
}

/** Registry and port, lower-case path, tag and digest (github.com/distribution/reference). */
const IMAGE =
  /^([A-Za-z0-9][A-Za-z0-9.-]*(:\d+)?\/)?[a-z0-9]+([._-]+[a-z0-9]+)*(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*(:\w[\w.-]{0,127})?(@sha256:[0-9a-f]{64})?$/;

/** `auto`, `build`, or `repository/name:tag` or `@sha256:…`; only what cannot be a reference is refused here. */
export const image = z.string().superRefine((text, context) => {
  if (IMAGE.test(text)) return;
  const meant = text.trim().replace(/^[a-z]+:\/\//, "");
  const next = IMAGE.test(meant)
    ? `write ${meant}`
    : "write auto, build, or a reference such as registry.example.org/kafka:4.3.1";
  const message = `wanted auto, build, or the reference of an image, found ${JSON.stringify(text)}`;
  context.addIssue({ code: "custom", message, params: { next } });
});

/** First port of a range on this machine. */
export const firstPort = () => z.int().min(1024).max(32767).meta({ wanted: "a port from 1024 to 32767" }).optional();
