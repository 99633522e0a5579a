import type { StackSpec } from "../resolve.ts";
import type { Check } from "./check.ts";

type PortKey = keyof StackSpec["local"]["ports"];
type Section = "local" | "docker";

/** Linux gives ports from here on to outgoing connections (net.ipv4.ip_local_port_range). */
const FIRST_EPHEMERAL = 32768;

/** How many ports each range takes: one for each node of its pool; 0 where the mode has no such nodes. */
function rangeSizes({ brokers, controllers, zookeeper }: StackSpec): Readonly<Record<PortKey, number>> {
  const zk = zookeeper?.count ?? 0;
  return {
    internal: brokers.count,
    external: brokers.count,
    controller: controllers?.count ?? 0,
    zkClient: zk,
    zkQuorum: zk,
    zkElection: zk,
  };
}

interface Range {
  readonly section: Section;
  readonly key: PortKey;
  readonly first: number;
  readonly last: number;
}

function rangesOf(spec: StackSpec): Range[] {
  const sizes = rangeSizes(spec);
  const sections = ["local", "docker"] as const;
  return sections.flatMap((section) => {
    const written = Object.entries(spec[section].ports) as [PortKey, number | undefined][];
    return written.flatMap(([key, first]) =>
      first === undefined ? [] : [{ section, key, first, last: first + sizes[key] - 1 }],
    );
  });
}

const READS = ["kafka.mode", "brokers.count", "controllers.count", "zookeeper.count", "local.ports", "docker.ports"];

const rangesEndInTime: Check = {
  reads: READS,
  *run(spec) {
    for (const { section, key, first, last } of rangesOf(spec)) {
      if (last < FIRST_EPHEMERAL) continue;
      yield {
        path: [section, "ports", key],
        message: `wanted every port below ${FIRST_EPHEMERAL}, found ${first} to ${last}`,
        next: `write ${FIRST_EPHEMERAL - (last - first + 1)} or less`,
      };
    }
  },
};

const rangesHaveNodes: Check = {
  reads: READS,
  *run(spec) {
    for (const { section, key, first, last } of rangesOf(spec)) {
      if (last >= first) continue;
      const message = `wanted ports of listeners that mode ${spec.kafka.mode} has, found ${key}`;
      yield { path: [section, "ports", key], message, next: "take it out, or change kafka.mode", atKey: true };
    }
  },
};

const rangesApart: Check = {
  reads: READS,
  *run(spec) {
    const ranges = rangesOf(spec);
    for (const [index, range] of ranges.entries())
      for (const other of ranges.slice(0, index)) {
        if (range.section !== other.section || range.first > other.last || other.first > range.last) continue;
        yield {
          path: [range.section, "ports", range.key],
          message: `wanted ranges apart, found ${range.first} to ${range.last}, which overlaps ${other.key} (${other.first} to ${other.last})`,
          next: `write ${other.last + 1}, or another port with room for ${range.last - range.first + 1}`,
        };
      }
  },
};

export const portChecks: readonly Check[] = [rangesEndInTime, rangesHaveNodes, rangesApart];
