import { once } from "node:events";
import { Command } from "commander";
import { UserError } from "../../infra/errors.ts";
import { operationsOf } from "../../infra/program.ts";
import { loadStackFile } from "../../infra/stack-file.ts";
import { readOutputs } from "../context.ts";
import { printJson, say } from "../ui/output.ts";
import { untilEnded } from "../ui/until-ended.ts";
import { STACK_ARGUMENT } from "../ui/usage.ts";

/** `tunnel STACK`: the way in to a cluster that has none, until Ctrl-C, which is the way out and exits 0. */
export function tunnelCommand(): Command {
  return new Command("tunnel")
    .description("hold a way open into a cluster that has none, for clients on this machine, until Ctrl-C")
    .argument("<stack>", STACK_ARGUMENT)
    .option("--json", "print where it begins as JSON")
    .action(tunnel);
}

async function tunnel(argument: string, options: { readonly json?: boolean }): Promise<void> {
  const { name, plan } = loadStackFile(argument);
  const outputs = await readOutputs(name, argument);
  const { bootstrapServers } = outputs;
  const opened = await (await operationsOf(plan)).tunnel?.(plan, outputs, say);
  if (!opened)
    throw new UserError(
      `${name} needs no tunnel: it is reached at ${bootstrapServers.join(",")}`,
      `use these addresses: kafka-stacks outputs ${argument} --client-properties`,
    );
  await untilEnded(async (ended) => {
    if (options.json) printJson({ schemaVersion: 1, stack: name, bootstrapServers });
    else process.stdout.write(`bootstrap servers: ${bootstrapServers.join(",")}\n`);
    say("open until Ctrl-C");
    // Ports alone keep no process alive.
    const alive = setInterval(() => {}, 60_000);
    if (!ended.aborted) await once(ended, "abort");
    clearInterval(alive);
    opened.close();
  });
}
