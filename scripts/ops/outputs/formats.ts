import type { Format } from "./client.ts";
import { kafkajs } from "./kafkajs.ts";
import { kcat } from "./kcat.ts";
import { properties } from "./properties.ts";
import { python } from "./python.ts";

/** Adding a client is a function and a line here. */
export const FORMATS = { properties, kcat, kafkajs, python } satisfies Readonly<Record<string, Format>>;
export type FormatName = keyof typeof FORMATS;
export const FORMAT_NAMES = Object.keys(FORMATS) as FormatName[];
