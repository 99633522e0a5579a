#!/usr/bin/env node
import { Command, CommanderError } from "commander";
import { downCommand } from "./commands/down.ts";
import { healthCommand } from "./commands/health.ts";
import { outputsCommand } from "./commands/outputs.ts";
import { planCommand } from "./commands/plan.ts";
import { previewCommand } from "./commands/preview.ts";
import { smokeCommand } from "./commands/smoke.ts";
import { topicsCommand } from "./commands/topics.ts";
import { upCommand } from "./commands/up.ts";
import { exitCodeOf } from "./ui/errors.ts";

const program = new Command("kafka-stacks")
  .description("Kafka clusters from a typed stack file: provisioned, verified and kept safe under change")
  .option("--debug", "show stack traces")
  .showHelpAfterError("(run with --help for the options)")
  .addCommand(upCommand())
  .addCommand(previewCommand())
  .addCommand(downCommand())
  .addCommand(outputsCommand())
  .addCommand(planCommand())
  .addCommand(topicsCommand())
  .addCommand(healthCommand())
  .addCommand(smokeCommand());

/** Commander ends the process itself, and with 1; usage errors of ours are 2, in every subcommand. */
function throwInstead(command: Command): void {
  command.exitOverride();
  command.commands.forEach(throwInstead);
}
throwInstead(program);

// A reader that closes the pipe early (`| head`) has what it wanted.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));

try {
  await program.parseAsync();
} catch (error) {
  const usage = error instanceof CommanderError;
  process.exitCode = usage ? (error.exitCode === 0 ? 0 : 2) : exitCodeOf(error, program.opts().debug === true);
}
