/**
 * What the inputs mean: they are the flags of `kafka-stacks capacity`, read by the code that reads those. Pure, so that Node
 * can test it without a page.
 */
import { type FlagFault, type Flags, faultsOf, written } from "../../scripts/ops/capacity/flags.ts";
import { readRequest } from "../../scripts/ops/capacity/request.ts";
import { flagsOf } from "../../scripts/ops/capacity/workload.ts";
import { CATALOG } from "../catalog.ts";
import type { CapacityError } from "../errors.ts";
import type { MachineClass } from "../machine.ts";
import type { Workload } from "../workload.ts";
import { type Input, inputsFor, type Texts } from "./inputs.ts";

export interface Plan {
  readonly workload: Workload;
  readonly machine: MachineClass;
}

/** What is wrong, and with which input: `name` is "" where it is none in particular. */
export interface Fault {
  readonly name: string;
  readonly message: string;
}

export type Reading = { readonly plan: Plan } | { readonly faults: readonly Fault[] };

export const INPUTS: readonly Input[] = inputsFor(Object.keys(CATALOG));

/** Inputs that matter, given the others. */
export const shownInputs = (texts: Texts): readonly Input[] => INPUTS.filter(({ when }) => when?.(texts) ?? true);

/** Inputs that are no flag of the same name. */
const ONLY_HERE = ["retain", "brokers", "topic"];

/** The flags that mean what the inputs say. An input that may be empty and is so is no flag; others then are wrong. */
export function flagsFrom(texts: Texts): Flags {
  const same = shownInputs(texts).filter(
    ({ name, control }) =>
      !ONLY_HERE.includes(name) &&
      !(name === "class" && texts.class === "custom") &&
      !(control.as === "quantity" && control.optional && blank(texts[name])),
  );
  const topics = (texts.topic ?? "").split(/[,\s]+/).filter((one) => one !== "");
  return {
    ...Object.fromEntries(same.map(({ name }) => [name, texts[name] ?? ""])),
    ...(topics.length > 0 && { topic: topics }),
    ...(!blank(texts.brokers) && { "what-if": `brokers=${texts.brokers}` }),
  };
}

const blank = (text: string | undefined): boolean => (text ?? "").trim() === "";

/** The command that gives the same answer. */
export function commandFrom(texts: Texts): string {
  const flags = flagsFrom(texts);
  return ["kafka-stacks capacity", ...Object.keys(flags).map((flag) => written(flags, flag))].join(" ");
}

/** Never throws for what a person wrote: every fault comes back with its input. */
export function readPlan(texts: Texts): Reading {
  const read = readRequest(flagsFrom(texts));
  if ("faults" in read) return { faults: read.faults.map((fault) => atInput(fault, texts)) };
  return { plan: { workload: read.workload, machine: read.machine } };
}

/** What the model says of a plan, said of the inputs. */
export const faultsFrom = (error: CapacityError, texts: Texts): readonly Fault[] =>
  faultsOf(error, flagsFrom(texts), flagsOf).map((fault) => atInput(fault, texts));

/** Flags, and properties that are none, by the inputs that stand for them. */
const OTHER_NAMES: Readonly<Record<string, string>> = { "what-if": "brokers", machine: "class" };

function atInput({ flag, message, next }: FlagFault, texts: Texts): Fault {
  const [, name = ""] = /^-*([\w-]+)/.exec(flag) ?? [];
  const input = shownInputs(texts).find((one) => one.name === (OTHER_NAMES[name] ?? name));
  const text = `${message}${next ? `; ${next}` : ""}`;
  return input ? { name: input.name, message: text } : { name: "", message: `${flag}: ${text}` };
}
