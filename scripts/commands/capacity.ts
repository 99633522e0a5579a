import { Command } from "commander";
import { CapacityError } from "../../capacity/errors.ts";
import type { MachineClass } from "../../capacity/machine.ts";
import type { Sizing } from "../../capacity/result.ts";
import { sizeCluster } from "../../capacity/size.ts";
import { GiB } from "../../capacity/units.ts";
import type { Workload } from "../../capacity/workload.ts";
import { UserError } from "../../infra/errors.ts";
import { loadStackFile, type StackFile } from "../../infra/stack-file.ts";
import { compare, compareText } from "../ops/capacity/compare.ts";
import { explain, explainText } from "../ops/capacity/explain.ts";
import { type FlagFault, type Flags, faultsOf, formatFault, written } from "../ops/capacity/flags.ts";
import { lists, listsText } from "../ops/capacity/lists.ts";
import { sizingText } from "../ops/capacity/report.ts";
import { type Request, readRequest } from "../ops/capacity/request.ts";
import { stackYaml } from "../ops/capacity/stack-yaml.ts";
import { flagsOf as flagsOfKey } from "../ops/capacity/workload.ts";
import { openInBrowser } from "../page/open-in-browser.ts";
import { writePage } from "../page/write-page.ts";
import { ExitError, printJson, say } from "../ui/output.ts";
import { sayWarnings } from "../ui/warnings.ts";
import { flagsOf, type Switches, withOptions } from "./capacity/options.ts";
import { placeFor, schemaFor, writeStack } from "./capacity/write.ts";

/** `kafka-stacks capacity`: a workload in, a cluster out; exits 3 when `--what-if` does not fit. */
export function capacityCommand(): Command {
  const command = new Command("capacity").description(
    "size a cluster for a workload: brokers, partitions, disks, what binds and why; writes the stack file",
  );
  return withOptions(command).action((switches: Switches, self: Command) => run(switches, flagsOf(self)));
}

async function run(switches: Switches, flags: Flags): Promise<void> {
  if (switches.open && switches.html === undefined)
    throw new UserError("--open: wanted --html with it, found none", "add for example --html capacity.html", 2);
  if (switches.list) {
    show(switches, lists(), () => listsText(columns()));
    return;
  }
  const request = readRequest(flags, switches.stack === undefined ? undefined : sizingOf(switches.stack));
  if ("faults" in request) throw refusal(request.faults);
  if (request.compare) showClasses(request.workload, request.compare, switches);
  else await showSizing(request, switches, flags);
}

/** How a stack file's size was found. @throws UserError when there is nothing to check it against. */
function sizingOf(stack: string): Sizing {
  const { sizing, sizedBy, warnings } = loadStackFile(stack);
  sayWarnings(warnings);
  if (sizedBy) return sizing;
  throw new UserError(
    `--stack ${stack}: wanted a workload to check its brokers against, found none`,
    "add a section workload to the file; stacks/reference.yaml explains its keys",
    2,
  );
}

/** Exits 3 when none of the classes carries the workload. */
function showClasses(workload: Workload, machines: readonly MachineClass[], switches: Switches): void {
  const classes = compare(workload, machines);
  show(switches, { schemaVersion: 1, classes }, () => compareText(classes, columns()));
  if (!classes.some((result) => "sizing" in result && result.sizing.fits)) throw new ExitError(3);
}

/** Exits 3 when the number of brokers that `--what-if` sets is too small; nothing is then written. */
async function showSizing(request: Request, switches: Switches, flags: Flags): Promise<void> {
  const place = switches.write === undefined ? undefined : placeFor(switches.write, switches.force ?? false);
  const sizing = size(request, flags);
  if (request.explain) {
    const explanation = explain(sizing, request.explain);
    show(switches, explanation, () => explainText(sizing, explanation, columns()));
  } else show(switches, sizing, () => sizingText(sizing, { width: columns(), unicode: showsUnicode() }));
  if (place && sizing.fits) write(place, sizing, request, switches, flags);
  else if (place) say(`not written: ${place.file}, because the cluster would not carry the workload`);
  if (switches.html !== undefined) await writeHtml(switches.html, request, switches.open ?? false);
  if (!sizing.fits) throw new ExitError(3);
}

async function writeHtml(file: string, request: Request, open: boolean): Promise<void> {
  await writePage(file, request);
  say(`wrote ${file}; ${open ? "opening it" : "open it in a browser"}`);
  if (open) await openInBrowser(file);
}

/** @throws UserError for a workload that no cluster of the class carries. */
function size({ workload, machine }: Request, flags: Flags): Sizing {
  try {
    return sizeCluster(workload, machine);
  } catch (error) {
    if (!(error instanceof CapacityError)) throw error;
    throw refusal(faultsOf(error, flags, flagsOfKey));
  }
}

function write(place: StackFile, sizing: Sizing, { preset }: Request, switches: Switches, flags: Flags): void {
  const given = Object.keys(flags).filter((flag) => flag !== "write" && flag !== "html");
  const text = stackYaml(sizing, {
    target: switches.target,
    command: ["kafka-stacks capacity", ...given.map((flag) => written(flags, flag))].join(" "),
    schema: schemaFor(place),
    controllerHeapBytes: preset?.controllerHeapBytes ?? GiB,
  });
  writeStack(place, text, switches.force ?? false);
  say(`wrote ${place.file}; next: kafka-stacks up ${schemaFor(place) === undefined ? place.file : place.name}`);
}

function refusal(faults: readonly FlagFault[]): UserError {
  const [first, ...more] = faults;
  if (first && more.length === 0)
    return new UserError(`${first.flag}: ${first.message}`, first.next ?? "change it and run the command again", 2);
  const lines = faults.map((fault) => `\n  ${formatFault(fault)}`).join("");
  return new UserError(`${faults.length} problems with the flags${lines}`, "mend them and run the command again", 2);
}

function show(switches: Switches, document: unknown, text: () => string): void {
  if (switches.json) printJson(document);
  else process.stdout.write(text());
}

const columns = (): number => process.stdout.columns ?? 80;

/** The first of these that is set decides, as POSIX has it. */
function showsUnicode({ LC_ALL, LC_CTYPE, LANG } = process.env): boolean {
  return /utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || "");
}
