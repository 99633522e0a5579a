import type { MachineClass } from "../../../capacity/machine.ts";
import { PRESETS, type Preset } from "../../../capacity/presets.ts";
import { RESOURCES, type ResourceName, type Sizing } from "../../../capacity/result.ts";
import type { Workload } from "../../../capacity/workload.ts";
import { nearest } from "../../../infra/spec/nearest.ts";
import { type FlagFault, type Flags, readFlag, textOf, written } from "./flags.ts";
import { findClass, readMachine } from "./machine.ts";
import { oneOf } from "./quantities.ts";
import { readWorkload } from "./workload.ts";

/** The class that a workload without one is sized for. */
export const USUAL_CLASS = PRESETS.standard.machine;

/** What the flags ask for. */
export interface Request {
  readonly workload: Workload;
  readonly machine: MachineClass;
  readonly preset: Preset | undefined;
  /** Of `--compare`. */
  readonly compare: readonly MachineClass[] | undefined;
  /** Of `--explain`. */
  readonly explain: ResourceName | undefined;
}

/** Flags → request, or everything that is wrong with them. `stack`: the sizing of a stack file to begin with. */
export function readRequest(flags: Flags, stack?: Sizing): Request | { readonly faults: readonly FlagFault[] } {
  const faults: FlagFault[] = [];
  const preset = readPreset(flags, faults);
  // Nobody may be told to give a rate that the misspelt preset would have given.
  const workload = preset === "unknown" ? undefined : readWorkload(flags, stack?.workload ?? preset?.workload, faults);
  const known = preset === "unknown" ? undefined : preset;
  const machine = readMachine(flags, stack?.machine.name ?? known?.machine ?? USUAL_CLASS, faults);
  const explain = readFlag(flags, "explain", oneOf(RESOURCES), faults);
  const compare = readCompare(flags, faults);
  if (faults.length > 0 || !workload || !machine) return { faults };
  return { workload, machine, preset: known, compare, explain };
}

function readPreset(flags: Flags, faults: FlagFault[]): Preset | "unknown" | undefined {
  const name = textOf(flags, "preset");
  if (name === undefined) return undefined;
  const found = Object.entries<Preset>(PRESETS).find(([key]) => key === name);
  if (found) return found[1];
  const names = Object.keys(PRESETS);
  const near = nearest(name, names);
  const next = near === undefined ? "write one of these" : `did you mean ${near}?`;
  const message = `wanted one of ${names.join(", ")}, found ${JSON.stringify(name)}`;
  faults.push({ flag: written(flags, "preset"), message, next });
  return "unknown";
}

function readCompare(flags: Flags, faults: FlagFault[]): readonly MachineClass[] | undefined {
  const text = textOf(flags, "compare");
  if (text === undefined) return undefined;
  const names = [...new Set(text.split(",").map((name) => name.trim()))].filter(Boolean);
  if (names.length === 0)
    faults.push({
      flag: written(flags, "compare"),
      message: "wanted names of classes, found none",
      next: "see --list",
    });
  return names.flatMap((name) => findClass(name, `--compare ${name}`, faults) ?? []);
}
