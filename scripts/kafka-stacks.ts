#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { Command, CommanderError } from "commander";
import { keepCompiled } from "../toolchain/compiled.ts";
import { exemptLoopback } from "../toolchain/proxy.ts";
import { commandsFor } from "./commands/all.ts";
import { exitCodeOf } from "./ui/errors.ts";
import { interruptible } from "./ui/interruptible.ts";
import { rememberArgument } from "./ui/stack-argument.ts";

keepCompiled();
exemptLoopback();

const manifest = new URL("../package.json", import.meta.url);
const { version } = JSON.parse(readFileSync(manifest, "utf8")) as { readonly version: string };

const program = new Command("kafka-stacks")
  .description("Kafka clusters from a typed stack file: provisioned, verified and kept safe under change")
  .version(version, "--version", "show the version of this program")
  .option("--debug", "show stack traces");
for (const command of await commandsFor(process.argv.slice(2))) program.addCommand(command);

/** Commander ends the process itself, and with 1; usage errors of ours are 2 and tell how to go on, in every subcommand. */
function throwInstead(command: Command): void {
  command.exitOverride().showHelpAfterError("(run with --help for the options)");
  command.commands.forEach(throwInstead);
}
throwInstead(program);

program.hook("preAction", (_, { registeredArguments, processedArgs }) => {
  const stack: unknown = processedArgs[registeredArguments.findIndex((argument) => argument.name() === "stack")];
  if (typeof stack === "string") rememberArgument(stack);
});

// A reader that closes the pipe early (`| head`) has what it wanted; the exit code still says what was found.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") process.exit(1);
});
// That nobody reads the progress is no reason to leave a deployment half-way.
process.stderr.on("error", () => {});

const LINGER_MS = 1_000;
/** For all that nothing more special is said of. */
const ANYWHERE = { doing: "nothing half-made is left", next: "run the same command again", graceMs: 0 };

try {
  await interruptible(() => program.parseAsync(), ANYWHERE);
} catch (error) {
  const usage = error instanceof CommanderError;
  process.exitCode = usage ? (error.exitCode === 0 ? 0 : 2) : exitCodeOf(error, program.opts().debug === true);
}
// kafkajs cannot be told to stop retrying: what an abandoned request left behind must not keep the process alive.
setTimeout(() => process.exit(), LINGER_MS).unref();
