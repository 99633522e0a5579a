/** The inputs of the page, in the order in which they stand. */
import * as q from "./quantities.ts";

/** What the inputs say, by their names: the form, the link and the plan have this in common. */
export type Texts = Readonly<Record<string, string>>;

export type Control =
  | { readonly as: "quantity"; readonly quantity: q.Quantity; readonly optional?: true }
  | { readonly as: "choice"; readonly options: readonly (readonly [value: string, label: string])[] }
  | { readonly as: "list" };

export interface Input {
  /** The flag of `kafka-stacks capacity` that means the same, where there is one. Links hold it: it must not change. */
  readonly name: string;
  readonly group: Group;
  readonly label: string;
  readonly hint?: string;
  readonly control: Control;
  /** Stands behind "More": most people can leave it. */
  readonly seldom?: true;
  /** Whether it matters, given the other inputs. */
  readonly when?: (texts: Texts) => boolean;
}

export const GROUPS = ["Load", "Retention and growth", "Topics", "Safety", "Machine"] as const;
export type Group = (typeof GROUPS)[number];

type Rest = Partial<Omit<Input, "name" | "group" | "label" | "control">>;
const quantity =
  (group: Group) =>
  (name: string, label: string, kind: q.Quantity, rest: Rest = {}): Input => ({
    ...{ name, group, label, control: { as: "quantity", quantity: kind } },
    ...rest,
  });
/** Left empty, the model decides. */
const byHand = (name: string, label: string, kind: q.Quantity): Input => ({
  ...{ name, group: "Safety", label, seldom: true },
  hint: "Left empty, it follows from the rest.",
  control: { as: "quantity", quantity: kind, optional: true },
});
const choice = (group: Group, name: string, label: string, options: [string, string][], rest: Rest = {}): Input => ({
  ...{ name, group, label, control: { as: "choice", options } },
  ...rest,
});

const [load, keep, topics, safety, machine] = GROUPS.map(quantity) as [Adder, Adder, Adder, Adder, Adder];
type Adder = ReturnType<typeof quantity>;
const retainedBy = (kind: string) => (texts: Texts) => texts.retain === kind;
const evenly = (texts: Texts) => !texts.topic?.trim();
const custom: Rest = { when: (texts) => texts.class === "custom" };

/** @param machines names of the machine classes to choose from. */
export const inputsFor = (machines: readonly string[]): readonly Input[] => [
  load("produce", "Produce rate, average", q.RATE, {
    hint: "What applications write, before compression.",
  }),
  load("peak", "Produce rate, peak", q.RATE),
  load("fan-out", "Fan-out", q.FACTOR, { hint: "Consumer groups that read everything." }),
  load("compression", "Compression ratio", q.RATIO, { hint: "Size before over size after; 1 is none." }),
  load("record-size", "Record size", q.RECORD, { seldom: true }),
  load("cache-miss", "Reads that miss the page cache", q.SHARE, { seldom: true }),
  choice("Retention and growth", "retain", "Keep records", [
    ["time", "for a time"],
    ["size", "up to a size"],
    ["compaction", "the last of each key"],
  ]),
  keep("retention", "Retention", q.TIME, { when: retainedBy("time") }),
  keep("retention-size", "Retained size", q.KEPT, {
    when: retainedBy("size"),
    hint: "All topics, after compression, before replication.",
  }),
  keep("compact", "Size of all last records", q.KEPT, {
    when: retainedBy("compaction"),
    hint: "After compression, before replication.",
  }),
  keep("growth", "Growth per year", q.GROWTH),
  keep("horizon", "Horizon", q.YEAR, { hint: "The cluster suffices for so long." }),
  topics("topics", "Topics", q.COUNT, { when: evenly }),
  topics("keys-partitions", "Partitions per topic, at least", q.COUNT, {
    hint: "What the ordering of keys asks for.",
    when: evenly,
  }),
  topics("parallelism", "Parallel consumers", q.COUNT, {
    hint: "Members of the largest consumer group.",
  }),
  topics("partition-produce", "Produce rate of a partition", q.PARTITION_RATE, {
    hint: "Measured with your own clients.",
    seldom: true,
  }),
  topics("partition-consume", "Consume rate of a partition", q.PARTITION_RATE, {
    seldom: true,
  }),
  {
    ...{ name: "topic", group: "Topics", label: "List of topics", control: { as: "list" }, seldom: true },
    hint: "Instead of even topics: name, share of the load and least partitions, such as: orders=60%:12, clicks=40%:6",
  },
  choice(
    "Safety",
    "may-fail",
    "May fail at once",
    [
      ["nothing", "nothing"],
      ["broker", "one broker"],
      ["two-brokers", "two brokers"],
      ["rack", "a rack"],
    ],
    { hint: "Writes go on, and no acknowledged record is lost." },
  ),
  safety("racks", "Racks or zones", q.count([1, 2, 3, 4, 5, 6, 8, 10])),
  choice(
    "Safety",
    "latency",
    "Latency",
    [
      ["low", "low"],
      ["normal", "normal"],
      ["relaxed", "relaxed"],
    ],
    { hint: "Decides how full a resource may get." },
  ),
  safety("rebuild", "Make lost replicas again within", q.HOUR, { seldom: true }),
  byHand("brokers", "Brokers", q.COUNT),
  byHand("replication-factor", "Replication factor", q.count([1, 2, 3, 4, 5])),
  byHand("min-insync-replicas", "Min in-sync replicas", q.count([1, 2, 3, 4])),
  byHand("heap", "Java heap", q.HEAP),
  choice("Machine", "class", "Machine class", [
    ...machines.map((name): [string, string] => [name, name]),
    ["custom", "custom…"],
  ]),
  machine("cores", "Cores", q.CORES, custom),
  machine("memory", "Memory", q.MEMORY, custom),
  machine("network", "Network, each direction", q.NETWORK, custom),
  choice(
    "Machine",
    "disk-kind",
    "Disk",
    [
      ["nvme", "NVMe"],
      ["ssd", "SSD"],
      ["hdd", "hard disk"],
      ["network", "network"],
    ],
    custom,
  ),
  machine("disk-rate", "Disk rate, read and write", q.DISK_RATE, custom),
  machine("disk-size", "Disk size", q.DISK, custom),
  choice(
    "Machine",
    "target",
    "Target",
    ["local", "docker", "kubernetes"].map((target) => [target, target]),
    { hint: "Where the stack file runs it; changes no size." },
  ),
];
