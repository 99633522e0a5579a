import { CATALOG, type CustomMachine, customMachine } from "../../../capacity/catalog.ts";
import { CapacityError } from "../../../capacity/errors.ts";
import type { MachineClass } from "../../../capacity/machine.ts";
import { nearest } from "../../../infra/spec/nearest.ts";
import { MACHINE_FIELDS } from "./fields.ts";
import { type FlagFault, type Flags, readFields, textOf, written } from "./flags.ts";

const flagsOf = (key: string): readonly string[] =>
  MACHINE_FIELDS.filter((field) => field.key === key).map(({ flag }) => flag);

/**
 * Flags → machine class: one of the catalogue by `--class`, whose figures other flags replace, or one made of flags alone.
 *
 * @param usual name of the class where no flag says any.
 * @param faults takes everything that is wrong; the class is then undefined.
 */
export function readMachine(flags: Flags, usual: string, faults: FlagFault[]): MachineClass | undefined {
  const before = faults.length;
  const figures = readFields(MACHINE_FIELDS, flags, faults);
  const name = textOf(flags, "class");
  const changed = MACHINE_FIELDS.filter(({ flag }) => flags[flag] !== undefined);
  const base =
    name === undefined && changed.length > 0 ? undefined : findClass(name ?? usual, written(flags, "class"), faults);
  if (faults.length > before) return undefined;
  if (base && changed.length === 0) return base;
  const custom = attemptCustom({ ...(base && figuresOf(base)), ...figures } as CustomMachine, flags, faults);
  if (!custom || !base) return custom;
  const source = `${base.source}; by hand: ${changed.map(({ flag }) => written(flags, flag)).join(" ")}`;
  return { ...custom, name: `${base.name}, changed`, provider: base.provider, source };
}

/** A class of the catalogue; an unknown one goes to `faults`. @param flag what it is said of. */
export function findClass(name: string, flag: string, faults: FlagFault[]): MachineClass | undefined {
  const found = CATALOG[name];
  if (found) return found;
  const near = nearest(name, Object.keys(CATALOG));
  const next =
    near === undefined
      ? "see --list, or give --cores, --memory, --network, --disk-rate and --disk-size"
      : `did you mean ${near}?`;
  faults.push({ flag, message: `wanted a machine class of the catalogue, found ${JSON.stringify(name)}`, next });
  return undefined;
}

const figuresOf = ({ cores, memoryBytes, networkBytesPerSec, disk }: MachineClass): CustomMachine => ({
  cores,
  memoryBytes,
  networkBytesPerSec,
  diskBytesPerSec: disk.bytesPerSec,
  diskSizeBytes: disk.sizeBytes,
  diskKind: disk.kind,
});

function attemptCustom(given: CustomMachine, flags: Flags, faults: FlagFault[]): MachineClass | undefined {
  try {
    return customMachine(given);
  } catch (error) {
    if (!(error instanceof CapacityError)) throw error;
    for (const { key, message } of error.faults) {
      const flag = flagsOf(key)[0] ?? key;
      const next = flags[flag] === undefined ? "give it, or a class of the catalogue by --class" : undefined;
      faults.push({ flag: written(flags, flag), message, next });
    }
    return undefined;
  }
}
