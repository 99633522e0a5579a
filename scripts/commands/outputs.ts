import { Command, Option } from "commander";
import type { ClusterOutputs } from "../../infra/outputs.ts";
import { resolveStack } from "../../infra/stack-file.ts";
import { readOutputs } from "../context.ts";
import { printJson, printTable } from "../ui/output.ts";
import { STACK_ARGUMENT } from "../ui/usage.ts";

interface Options {
  readonly json?: boolean;
  readonly clientProperties?: boolean;
}

/** `outputs STACK`: how to reach a deployed cluster. */
export function outputsCommand(): Command {
  return new Command("outputs")
    .description("show how to reach a deployed cluster")
    .argument("<stack>", STACK_ARGUMENT)
    .option("--json", "print the outputs as JSON")
    .addOption(
      new Option("--client-properties", "print a client configuration for kcat (-F) and Kafka's tools").conflicts(
        "json",
      ),
    )
    .action(async (argument: string, options: Options) => {
      const outputs = await readOutputs(resolveStack(argument).name, argument);
      if (options.json) printJson(outputs);
      else if (options.clientProperties) process.stdout.write(clientProperties(outputs));
      else printOutputs(outputs);
    });
}

/** Keys that librdkafka and Kafka's Java clients share. */
export function clientProperties({ stack, bootstrapServers, tunnel }: ClusterOutputs): string {
  const note = tunnel ? `# while this runs: kafka-stacks tunnel ${stack}\n` : "";
  return `${note}bootstrap.servers=${bootstrapServers.join(",")}\nsecurity.protocol=PLAINTEXT\n`;
}

export function printOutputs({
  stack,
  kafkaVersion,
  mode,
  target,
  clusterId,
  bootstrapServers,
  tunnel,
  inside,
  nodes,
}: ClusterOutputs): void {
  process.stdout.write(`${stack}: Kafka ${kafkaVersion} in ${mode} mode on ${target}, cluster id ${clusterId}\n`);
  process.stdout.write(`bootstrap servers: ${bootstrapServers.join(",")}\n`);
  if (tunnel) process.stdout.write(`  on a machine on which this runs: kafka-stacks tunnel ${stack}\n`);
  const guests = target === "kubernetes" ? "pods" : `containers on network ${inside?.network}`;
  if (inside) process.stdout.write(`  for ${guests}: ${inside.bootstrapServers.join(",")}\n`);
  process.stdout.write("\n");
  printTable(
    nodes.map(({ id, roles, rack, address }) => [String(id), roles.join("+"), rack ?? "-", address]),
    ["NODE", "ROLES", "RACK", "ADDRESS"],
  );
}
