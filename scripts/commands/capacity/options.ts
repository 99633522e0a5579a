import { type Command, Option } from "commander";
import { MACHINE_FIELDS, WORKLOAD_FIELDS } from "../../ops/capacity/fields.ts";
import type { Flags } from "../../ops/capacity/flags.ts";
import { USUAL_CLASS } from "../../ops/capacity/request.ts";

/** Flags that stand alone; everything else is text, and read by `ops/capacity`. */
export interface Switches {
  readonly list?: boolean;
  readonly json?: boolean;
  readonly force?: boolean;
  readonly write?: string;
  readonly html?: string;
  readonly open?: boolean;
  readonly stack?: string;
  readonly target: string;
}

const collect = (text: string, before: readonly string[] = []): readonly string[] => [...before, text];

/** The flags as `--help` lists them: where to begin, the workload, the machine, what to show. */
export function withOptions(command: Command): Command {
  command
    .option("--preset <name>", "begin with the workload and machine class of a preset; other flags win")
    .addOption(
      new Option(
        "--stack <stack>",
        "begin with those of a stack file and its number of brokers; exits 3 when they do not fit",
      ).conflicts("preset"),
    )
    .option("--list", "list the presets and the machine classes");
  for (const { flag, argument, help } of WORKLOAD_FIELDS) command.option(`--${flag} <${argument}>`, help);
  command
    .option("--consume <rate>", "what all consumers read on average, instead of --fan-out")
    .option("--topics <count>", "so many topics that share the load evenly (default: 1)")
    .option("--topic <name=part[:partitions]>", "a topic and its part of the load; may be given again", collect)
    .option("--keys-partitions <count>", "partitions that ordering by key needs at least, in each topic")
    .option("--class <name>", `machine class of the catalogue (default: the preset's, or ${USUAL_CLASS})`);
  for (const { flag, argument, help } of MACHINE_FIELDS)
    command.option(`--${flag} <${argument}>`, `${help}; instead of the class's`);
  return command
    .option("--what-if <brokers=count>", "a cluster of just so many brokers; exits 3 when it does not fit")
    .addOption(
      new Option("--explain <resource>", "how the figures of a resource come about, step by step").conflicts("compare"),
    )
    .addOption(
      new Option("--compare <classes>", "classes side by side, with commas between").conflicts(machineAttributes()),
    )
    .addOption(
      new Option("--write <stack>", "write a stack file of that size: a name, or a path that ends in .yaml").conflicts([
        "compare",
        "list",
      ]),
    )
    .option("--force", "with --write: replace a file that is there")
    .addOption(
      new Option("--target <target>", "with --write: where the nodes run")
        .choices(["local", "docker", "kubernetes"])
        .default("local"),
    )
    .addOption(
      new Option("--html <file>", "write a page that runs this model in the browser, beginning with this").conflicts([
        "compare",
        "list",
      ]),
    )
    .option("--open", "with --html: show the page")
    .option("--json", "print the result as JSON");
}

/** `--compare` says the classes itself. */
const machineAttributes = (): string[] =>
  ["class", ...MACHINE_FIELDS.map(({ flag }) => flag)].map((flag) => new Option(`--${flag} <x>`).attributeName());

/** What was typed, by the flags' own names and in the order of `--help`. */
export function flagsOf(command: Command): Flags {
  const typed = command.options.filter((option) => command.getOptionValueSource(option.attributeName()) === "cli");
  const texts = typed.map((option) => [option.name(), command.getOptionValue(option.attributeName())]);
  return Object.fromEntries(texts.filter(([, value]) => typeof value !== "boolean"));
}
