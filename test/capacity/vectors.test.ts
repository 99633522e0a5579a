/** Published worked examples, each through the formulas that the planner uses. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import * as formula from "../../capacity/formulas.ts";
import { parseBytes, parseDuration, parseRate } from "../../capacity/units.ts";

type Figure = number | string;

interface Vector {
  readonly id: string;
  readonly in: Readonly<Record<string, Figure>>;
  readonly out: Readonly<Record<string, Figure>>;
  /** Relative; of figures that are not whole. */
  readonly tolerance?: number;
  /** The source writes MB and means MiB. */
  readonly printsMiBasMB?: boolean;
  readonly source: string;
}

const file = path.join(import.meta.dirname, "vectors.json");
const { vectors } = JSON.parse(readFileSync(file, "utf8")) as { readonly vectors: readonly Vector[] };

/** Inputs of a vector by name, in plain numbers. */
type Read = (name: string) => number;

const replication = (read: Read) => {
  const produce = read("produce");
  return {
    produceIn: produce,
    replicationIn: formula.replicationRate(produce, read("replicationFactor")),
    consumeOut: formula.consumeRate(produce, read("consumerFanOut")),
  };
};

const perNode = (read: Read) => {
  const write = formula.diskWriteRate(read("produce"), read("replicationFactor"));
  return {
    diskWritePerBroker: formula.perBroker(write, read("brokers")),
    consumeOutPerBroker: formula.perBroker(read("consume"), read("brokers")),
  };
};

const topicStorage = (read: Read) => {
  const rate = formula.recordRate(read("messagesPerSecond"), read("messageSize"));
  return { storage: formula.storageForTime(rate, read("retention"), read("replicationFactor")) };
};

const diskPerBroker = (read: Read) => {
  const total = formula.storageForTime(read("produce"), read("retention"), read("replicationFactor"));
  return {
    perDay: formula.storagePerDay(read("produce")),
    total,
    perBroker: formula.diskPerBroker(total, read("brokers"), read("freeSpaceFactor")),
  };
};

const googleCores = (read: Read) => {
  const rate = formula.writeEquivalentRate(read("produce"), read("consume"), read("replicationFactor"));
  const vcpu = formula.coresNeeded(rate, read("utilisation"));
  return { vcpu, memory: formula.memoryForCores(vcpu) };
};

const clusterLimit = (read: Read) => {
  const [brokers, replicationFactor, derate] = [read("brokers"), read("replicationFactor"), read("derate")];
  const storageLimit = formula.storageCeiling(read("storage") * derate, brokers, replicationFactor);
  const groups = read("consumerGroups");
  const networkLimit = formula.networkCeiling(read("network") * derate, brokers, groups, replicationFactor);
  return { networkLimit, storageLimit, clusterLimit: Math.min(networkLimit, storageLimit) };
};

const HANDLERS: Readonly<Record<string, (read: Read) => Readonly<Record<string, number>>>> = {
  "partitions-rao": (read) => ({
    partitions: formula.partitionsForRate(read("target"), read("perPartitionProduce"), read("perPartitionConsume")),
  }),
  "replication-traffic": replication,
  "per-node-rf3-n3": perNode,
  "per-node-rf3-n5": perNode,
  "topic-storage-5min": topicStorage,
  "storage-day": (read) => ({
    storage: formula.storageForTime(read("produce"), read("retention"), read("replicationFactor")),
  }),
  "brokers-by-rate": (read) => ({
    brokers: formula.brokersByRate(
      read("produce"),
      read("replicationFactor"),
      read("brokerThroughput"),
      read("partitions"),
      read("partitionsPerBroker"),
    ),
  }),
  "disk-per-broker": diskPerBroker,
  "vcpu-google": googleCores,
  "page-cache": (read) => ({
    pageCachePerBroker: formula.pageCache(read("diskWritePerBroker"), read("bufferSeconds")),
  }),
  "units-linkedin": (read) => ({ rate: formula.recordRate(read("recordsPerSecond"), read("recordSize")) }),
  "cluster-limit-aws": clusterLimit,
};

/** By the planner's own units; sources write `min` for minutes. */
function plain(figure: Figure, binary = false): number {
  if (typeof figure === "number") return figure;
  const text = (binary ? figure.replace(/([MGT])B/, "$1iB") : figure).replace(/ min$/, "m");
  if (text.endsWith("/s")) return parseRate(text);
  return text.endsWith("B") ? parseBytes(text) : parseDuration(text);
}

/** Whole figures are exact but for the last bit of a binary fraction. */
function allowed(figure: Figure, tolerance = 0.01): number {
  if (typeof figure === "number") return 0;
  return figure.includes(".") ? tolerance : 1e-12;
}

describe("published examples", () => {
  test("each has a handler, and each handler an example", () => {
    assert.deepEqual(vectors.map(({ id }) => id).toSorted(), Object.keys(HANDLERS).toSorted());
  });

  for (const { id, in: given, out, tolerance, printsMiBasMB, source } of vectors)
    test(`${id} (${source})`, () => {
      const used = new Set<string>();
      const found = HANDLERS[id]!((name) => {
        used.add(name);
        return plain(given[name]!, printsMiBasMB);
      });
      assert.deepEqual([...used].toSorted(), Object.keys(given).toSorted(), "every input counts");
      assert.deepEqual(Object.keys(found).toSorted(), Object.keys(out).toSorted(), "every output is computed");
      for (const [name, figure] of Object.entries(out)) {
        const wanted = plain(figure, printsMiBasMB);
        const off = Math.abs(found[name]! - wanted) / wanted;
        assert.ok(off <= allowed(figure, tolerance), `${name}: wanted ${wanted}, found ${found[name]}`);
      }
    });
});
