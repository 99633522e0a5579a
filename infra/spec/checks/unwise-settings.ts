import type { Problem } from "../problem.ts";
import type { StackSpec } from "../resolve.ts";
import type { Check } from "./check.ts";
import { DEFAULTS, UNWISE, type UnwiseContext } from "./unwise-table.ts";

/** Every setting that is written, against the table. */
function* judge(spec: StackSpec): Iterable<Problem> {
  const broker = { ...spec.kafka.config, ...spec.brokers.config };
  const defaults = { ...DEFAULTS, "default.replication.factor": spec.topicDefaults.replicationFactor };
  const given: Readonly<Record<string, unknown>> = { ...defaults, ...broker };
  const context: UnwiseContext = { spec, other: (key) => Number(given[key] ?? Number.NaN) };
  const places = [
    ...(["kafka", "brokers"] as const).map((section) => ({
      path: [section, "config"],
      config: spec[section].config,
    })),
    ...spec.topics.map(({ config }, index) => ({ path: ["topics", index, "config"], config })),
  ];
  for (const { path, config } of places)
    for (const rule of UNWISE) {
      if (spec.environment === "dev" && !rule.inDev) continue;
      for (const key of rule.keys) {
        const value = config[key];
        if (value === undefined || !rule.harmful(value, context)) continue;
        yield {
          path: [...path, key],
          message: `wanted ${rule.wanted}, found ${value}: ${rule.why}`,
          next: rule.next,
        };
      }
    }
}

const settings: Check = { reads: [], run: judge };

/** A rack without a broker is a zone that holds nothing. */
const racksWithoutBrokers: Check = {
  reads: ["preset", "brokers.count", "brokers.racks"],
  *run({ brokers: { racks, count } }) {
    if (racks.length <= count) return;
    yield {
      path: ["brokers", "racks"],
      message: `wanted no more racks than brokers, found ${racks.length} racks for ${count}: ${racks.slice(count).join(", ")} would be empty`,
      next: `raise brokers.count to ${racks.length}, or take racks out`,
    };
  },
};

/** Copies are spread over racks as far as there are racks: with one, a lost rack is everything. */
const racksHoldCopies: Check = {
  reads: ["preset", "brokers", "environment"],
  *run({ brokers: { racks }, topics, environment }) {
    if (environment === "dev" || new Set(racks).size !== 1) return;
    if (!topics.some(({ replicationFactor }) => replicationFactor > 1)) return;
    yield {
      path: ["brokers", "racks"],
      message: "wanted two racks or more, found one: it says nothing about where copies lie",
      next: "name the racks that there are, or take it out",
    };
  },
};

export const unwiseSettings: readonly Check[] = [settings, racksWithoutBrokers, racksHoldCopies];
