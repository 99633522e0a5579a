import { UnitError } from "../../../capacity/units.ts";
import { evenTopics, type TopicLoad } from "../../../capacity/workload.ts";
import { attempt, type FlagFault, type Flags, readFlag, refuseTogether, written } from "./flags.ts";
import { readCount, readShare } from "./quantities.ts";

/** The largest number of topics that the model takes; more would be made only to be refused. */
const MOST = 100_000;

/**
 * `--topics 20`, or `--topic orders=60% --topic clicks` where topics without a part share what the others leave evenly;
 * `--keys-partitions` is the least that each gets, `--topic orders=60%:48` that of one. Undefined where no flag says any.
 *
 * @param base topics of the preset: the flags may set their partitions only.
 */
export function readTopics(
  flags: Flags,
  base: readonly TopicLoad[] | undefined,
  faults: FlagFault[],
): readonly TopicLoad[] | undefined {
  refuseTogether(flags, ["topics", "topic"], faults);
  const least = readFlag(flags, "keys-partitions", readCount, faults);
  const count = readFlag(flags, "topics", topicCount, faults);
  if (count !== undefined) return evenTopics(count, least);
  const texts = [flags.topic ?? []].flat();
  if (texts.length > 0) return listed(texts, least ?? 1, faults);
  if (least === undefined) return undefined;
  return (base ?? evenTopics(1)).map((topic) => ({ ...topic, minPartitions: least }));
}

function topicCount(text: string): number {
  const count = readCount(text);
  if (count >= 1 && count <= MOST) return count;
  throw new UnitError(`wanted 1 to ${MOST} topics, found ${text}`, `write 1 to ${MOST}`);
}

function listed(texts: readonly string[], least: number, faults: FlagFault[]): readonly TopicLoad[] | undefined {
  const read = texts.map((text) => attempt(`--topic ${text}`, () => readTopic(text), faults));
  const topics = read.filter((topic) => topic !== undefined);
  if (topics.length < read.length) return undefined;
  const before = faults.length;
  const twice = topics.find(({ name }, i) => topics.findIndex((other) => other.name === name) < i);
  if (twice)
    faults.push({
      flag: `--topic ${twice.name}`,
      message: "wanted each topic once, found it again",
      next: "take one out",
    });
  const given = topics.reduce((sum, { share }) => sum + (share ?? 0), 0);
  const open = topics.filter(({ share }) => share === undefined).length;
  if (open > 0 ? given >= 1 : Math.abs(given - 1) > 1e-6) {
    const found = `${Number((given * 100).toPrecision(6))}%`;
    const wanted = open > 0 ? "less than 100%, as topics without a part share the rest" : "100% together";
    const next = open > 0 ? "lower them" : "change them, or leave one without a part: it gets the rest";
    faults.push({ flag: written({ topic: texts }, "topic"), message: `wanted ${wanted}, found ${found}`, next });
  }
  if (faults.length > before) return undefined;
  return topics.map(({ name, share, minPartitions }) => ({
    name,
    share: share ?? (1 - given) / open,
    minPartitions: minPartitions ?? least,
  }));
}

/** `orders`, `orders=60%`, `orders=60%:48`, `orders:48`. */
function readTopic(text: string) {
  const [, name, share, partitions] = /^([^=:]*)(?:=([^:]*))?(?::(.*))?$/.exec(text) ?? [];
  // As Kafka has it; what is more to a name is checked with the stack file.
  if (!/^[\w.-]{1,249}$/.test(name ?? ""))
    throw new UnitError(
      `wanted NAME, NAME=PART or NAME=PART:PARTITIONS, found ${JSON.stringify(text)}`,
      "write for example orders=60%; a name has letters, digits, dot, underscore and hyphen",
    );
  return {
    name: name ?? "",
    share: share === undefined ? undefined : readShare(share),
    minPartitions: partitions === undefined ? undefined : readCount(partitions),
  };
}
