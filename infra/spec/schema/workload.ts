import { z } from "zod";
import { CATALOG } from "../../../capacity/catalog.ts";
import { parseBytes, parseDuration, parseRate } from "../../../capacity/units.ts";
import { count, quantity } from "./fields.ts";

const rate = () => quantity(parseRate, "^\\d+(\\.\\d+)?\\s*([kMGTP]?B|[KMGTP]iB|[kMG]bit)/s$");
const bytes = () => quantity(parseBytes, "^\\d+(\\.\\d+)?\\s*([kMGTP]?B|[KMGTP]iB)$");
const duration = () => quantity(parseDuration, "^\\d+(\\.\\d+)?\\s*(ms|s|m|h|d|y)$");

/** The workload of capacity/workload.ts as a stack file writes it; what it leaves out is the preset's. */
export const workload = z
  .strictObject({
    produce: rate()
      .describe("Average rate of all producers together, before compression.")
      .meta({ examples: ["20MB/s"] }),
    peak: rate()
      .optional()
      .describe("Rate in the busiest minutes. Default: three times the average.")
      .meta({ examples: ["60MB/s"] }),
    recordSize: bytes()
      .optional()
      .describe("Size of a typical record.")
      .meta({ examples: ["1kB"] }),
    fanOut: z
      .number()
      .min(0)
      .max(10_000)
      .optional()
      .describe("How often each record is read: the consumer groups that read everything.")
      .meta({ examples: [3] }),
    cacheMisses: z
      .number()
      .min(0)
      .max(1)
      .optional()
      .describe("Part of the reads that come from disk, because their readers do not keep up: 0.1 is a tenth.")
      .meta({ examples: [0.1] }),
    retention: duration()
      .optional()
      .describe("How long records are kept.")
      .meta({ examples: ["7d"] }),
    compression: z
      .number()
      .min(1)
      .max(1_000)
      .optional()
      .describe("Bytes before compression over bytes after it.")
      .meta({ examples: [2] }),
    growth: z
      .number()
      .min(0)
      .max(100)
      .optional()
      .describe("Growth each year: 0.5 is half as much again.")
      .meta({ examples: [0.3] }),
    horizonYears: z
      .number()
      .min(0)
      .max(20)
      .optional()
      .describe("For how many years of that growth the cluster shall suffice.")
      .meta({ examples: [1] }),
    parallelism: count(100_000)
      .optional()
      .describe("Members of the largest consumer group: no topic gets fewer partitions.")
      .meta({ examples: [12] }),
    mayFail: z
      .enum(["nothing", "broker", "two-brokers", "rack"])
      .optional()
      .describe("What may be lost at once while writes go on and no acknowledged record is lost.")
      .meta({ examples: ["broker"] }),
    latency: z
      .enum(["low", "normal", "relaxed"])
      .optional()
      .describe("How quick clients want their answers: decides how full a resource may get.")
      .meta({ examples: ["normal"] }),
    machine: z
      .enum(Object.keys(CATALOG) as [string, ...string[]])
      .optional()
      .describe("Class of the brokers' machines, a name of the catalogue.")
      .meta({ examples: ["m7g.xlarge"] }),
  })
  .optional()
  .describe(
    "What the cluster has to carry. It then decides brokers, heap, disk, replicas and partitions that the file leaves out, and is what those that it writes are checked against. What it leaves out is the preset's.",
  );
