import { CapacityError } from "../../../capacity/errors.ts";
import { parseRate, UnitError } from "../../../capacity/units.ts";
import { defineWorkload, type Workload } from "../../../capacity/workload.ts";
import { WORKLOAD_FIELDS } from "./fields.ts";
import { type FlagFault, type Flags, faultsOf, readFields, readFlag, refuseTogether } from "./flags.ts";
import { readCount } from "./quantities.ts";
import { readTopics } from "./topics.ts";

/** Flags that stand for the same property, or for properties that follow from one another. */
const EITHER = [
  ["fan-out", "consume"],
  ["retention", "retention-size", "compact"],
] as const;

const SEVERAL: Readonly<Record<string, readonly string[]>> = {
  fanOut: ["fan-out", "consume"],
  topics: ["topic", "topics", "keys-partitions"],
  brokers: ["what-if"],
  machine: ["class"],
};

/** Flags that a property of the workload, or the machine class, may come from. */
export const flagsOf = (key: string): readonly string[] =>
  SEVERAL[key] ?? WORKLOAD_FIELDS.filter((field) => field.key === key).map(({ flag }) => flag);

/**
 * Flags → workload. What they do not say is the preset's, or else the model's default.
 *
 * With another `--produce` a preset's peak keeps its proportion to the average: it is a shape, not a rate.
 *
 * @param faults takes everything that is wrong; the workload is then undefined.
 */
export function readWorkload(flags: Flags, preset: Workload | undefined, faults: FlagFault[]): Workload | undefined {
  const before = faults.length;
  for (const names of EITHER) refuseTogether(flags, names, faults);
  const given = readFields(WORKLOAD_FIELDS, flags, faults);
  const consume = readFlag(flags, "consume", parseRate, faults);
  const topics = readTopics(flags, preset?.topics, faults);
  const brokers = readFlag(flags, "what-if", readWhatIf, faults);
  const produce = given.produceBytesPerSec ?? preset?.produceBytesPerSec;
  if (produce === undefined && flags.produce === undefined)
    faults.push({
      flag: "--produce",
      message: "wanted what applications write, or a preset to take it from, found neither",
      next: "write for example --produce 100MB/s or --preset standard; --list shows the presets",
    });
  const workload = attemptWorkload(flags, faults, {
    ...preset,
    ...(preset && given.produceBytesPerSec ? { peakProduceBytesPerSec: peakOf(preset, given.produceBytesPerSec) } : {}),
    ...given,
    produceBytesPerSec: produce ?? STAND_IN,
    ...(consume !== undefined && produce ? { fanOut: consume / produce } : {}),
    ...(topics ? { topics } : {}),
    ...(brokers === undefined ? {} : { brokers }),
  });
  return faults.length > before ? undefined : workload;
}

/** Below every peak, so that the other flags can still be judged where the rate is missing or wrong. */
const STAND_IN = 1;

const peakOf = (preset: Workload, produce: number): number =>
  (preset.peakProduceBytesPerSec / preset.produceBytesPerSec) * produce;

/** `brokers=5` → 5. @throws UnitError */
function readWhatIf(text: string): number {
  const [, count] = /^brokers=(.*)$/.exec(text) ?? [];
  if (count !== undefined) return readCount(count);
  throw new UnitError(`wanted brokers=COUNT, found ${JSON.stringify(text)}`, "write for example brokers=5");
}

function attemptWorkload(
  flags: Flags,
  faults: FlagFault[],
  given: Parameters<typeof defineWorkload>[0],
): Workload | undefined {
  try {
    return defineWorkload(given);
  } catch (error) {
    if (!(error instanceof CapacityError)) throw error;
    faults.push(...faultsOf(error, flags, flagsOf));
    return undefined;
  }
}
