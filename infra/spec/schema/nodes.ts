import { z } from "zod";
import { MiB } from "../../../capacity/units.ts";
import { cores, count, heap, kafkaConfig, size } from "./fields.ts";

/** Broker ids are 1 to 1000: ids of controllers and ZooKeeper nodes begin above. */
const MOST_BROKERS = 1000;

/** Each voter more makes every change of metadata wait for more acknowledgements; 3 or 5 is usual. */
const MOST_VOTERS = 9;

/** What a JVM needs beside its heap: classes, code, threads and network buffers. */
const BESIDE_HEAP_MIB = 384;

const memory = (node: string) =>
  size(256)
    .optional()
    .describe(
      `Memory limit of a ${node}, where the target sets one (docker, kubernetes). The heap lies inside; the rest is for the JVM itself and for the page cache. Default: twice the heap, and at least ${BESIDE_HEAP_MIB}MiB more than it.`,
    )
    .meta({ examples: ["2GiB"] });

const cpu = (node: string, usual: string) =>
  cores()
    .optional()
    .describe(
      `Processor time that is kept free for a ${node}, in cores; it may use more where there is more (kubernetes). Default: ${usual}, and 100m when environment is dev.`,
    )
    .meta({ examples: ["500m"] });

/** The memory limit of a node that sets none, in bytes. */
export const defaultMemory = (heapBytes: number): number => Math.max(2 * heapBytes, heapBytes + BESIDE_HEAP_MIB * MiB);

/** Any text, less what a line of Kafka's configuration cannot keep: Kafka trims it, and control characters end or hide it. */
const rack = z.string().superRefine((text, context) => {
  const clean = text.replace(/\p{Cc}/gu, " ").trim();
  if (text === clean && text !== "" && !/\p{Cs}/u.test(text)) return;
  const message = `wanted the name of a rack without blanks around it and control characters, found ${JSON.stringify(text)}`;
  const next = clean === "" ? "write a name, or take it out" : `write ${JSON.stringify(clean)}`;
  context.addIssue({ code: "custom", message, params: { next } });
});

export const brokers = z
  .strictObject({
    count: count(MOST_BROKERS)
      .optional()
      .describe(
        "Number of brokers; even numbers are fine. Three keep a topic with replication factor 3 writable while one is down. Default: the preset's.",
      )
      .meta({ examples: [3] }),
    heap: heap()
      .optional()
      .describe(
        "Java heap of a broker, or of a combined node. Leave most memory to the page cache, which serves the reads. Default: the preset's.",
      )
      .meta({ examples: ["1GiB"] }),
    memory: memory("broker, or of a combined node"),
    cpu: cpu("broker, or for a combined node", "1"),
    disk: size(1024)
      .optional()
      .describe(
        "Disk of one broker. Where the target makes volumes it is their size; everywhere it is what retention is checked against. Default: not limited.",
      )
      .meta({ examples: ["100GiB"] }),
    racks: z
      .array(rack)
      .default([])
      .describe(
        "Racks or zones, given to brokers in turn by node id, so that replicas of a partition lie in different ones.",
      )
      .meta({ examples: [["a", "b", "c"]] }),
    config: kafkaConfig()
      .describe("Settings for nodes that are brokers; they win over kafka.config.")
      .meta({ examples: [{ "num.io.threads": 16 }] }),
  })
  .prefault({})
  .describe("The nodes that hold the records and serve clients. Their node ids count from 1.");

export const controllers = z
  .strictObject({
    count: count(MOST_VOTERS)
      .optional()
      .describe(
        "Number of voters in the metadata quorum: odd, because an even one survives no more failures than one less. Default: the preset's, or as many as the combined brokers allow.",
      )
      .meta({ examples: [3] }),
    placement: z
      .enum(["combined", "dedicated"])
      .default("combined")
      .describe(
        "combined: the first brokers are controllers too, which saves processes; dedicated: nodes of their own (ids from 1001), so that load on a broker never slows the quorum.",
      ),
    quorum: z
      .enum(["static", "dynamic"])
      .default("static")
      .describe(
        "static: every node's configuration names the voters, which then cannot change; dynamic: the metadata log does (KIP-853), so count may change while the cluster runs. There is no way back to static. Only for dedicated controllers of Kafka 4.1 or newer (local).",
      ),
    heap: heap()
      .optional()
      .describe("Java heap of a dedicated controller. Default: the preset's.")
      .meta({ examples: ["512MiB"] }),
    memory: memory("dedicated controller"),
    cpu: cpu("dedicated controller", "250m"),
  })
  .optional()
  .describe("The KRaft quorum; only in mode kraft, and on the way to it (kafka.migration).");

export const zookeeper = z
  .strictObject({
    count: count(MOST_VOTERS)
      .default(3)
      .describe(
        "Number of ZooKeeper nodes (ids from 2001): odd, because an even one survives no more failures than one less.",
      ),
    heap: heap()
      .optional()
      .describe("Java heap of a ZooKeeper node. Default: that of the preset's controllers.")
      .meta({ examples: ["512MiB"] }),
    memory: memory("ZooKeeper node"),
    cpu: cpu("ZooKeeper node", "250m"),
  })
  .optional()
  .describe("The ZooKeeper ensemble; only in mode zookeeper.");
