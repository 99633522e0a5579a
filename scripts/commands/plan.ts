import { Command } from "commander";
import type { Sizing } from "../../capacity/result.ts";
import type { ClusterPlan } from "../../infra/plan/types.ts";
import { findStack } from "../context.ts";
import { diffDeployed, diffText } from "../diff.ts";
import { printJson, printTable } from "../ui/output.ts";
import { STACK_ARGUMENT } from "../ui/usage.ts";
import { sayWarnings } from "../ui/warnings.ts";

/** `plan STACK`: what the stack file means, node by node, without touching anything. */
export function planCommand(): Command {
  return new Command("plan")
    .description("show the ClusterPlan of a stack file, and what of it is not deployed yet; touches nothing")
    .argument("<stack>", STACK_ARGUMENT)
    .option("--json", "print the ClusterPlan as JSON")
    .action(async (argument: string, options: { readonly json?: boolean }) => {
      const { plan, loaded } = await findStack(argument);
      sayWarnings(loaded?.warnings ?? []);
      if (options.json) printJson(plan);
      else {
        printPlan(plan);
        if (loaded?.sizedBy) process.stdout.write(`\n${sizeLine(loaded.sizing, loaded.sizedBy)}\n`);
        const diff = await diffDeployed(plan);
        if (diff) process.stdout.write(`\n${diffText(diff)}\n`);
      }
    });
}

/** Why the cluster is as large as it is, where the file does not say. */
function sizeLine({ brokers, machine, binding, headroom, fits }: Sizing, sizedBy: string): string {
  const room = fits ? `room for ${Math.round(headroom * 100)} % more load` : "too small";
  return `${sizedBy}: ${brokers} brokers of class ${machine.name}, ${binding} binds, ${room}`;
}

function printPlan({ name, target, mode, kafkaVersion, nodes, topics, restartOrder }: ClusterPlan): void {
  process.stdout.write(`${name}: Kafka ${kafkaVersion} in ${mode} mode on ${target}, ${nodes.length} nodes\n\n`);
  printTable(
    nodes.map(({ id, roles, rack, jvm, listeners }) => [
      String(id),
      roles.join("+"),
      rack ?? "-",
      `${jvm.heapMiB}MiB`,
      listeners.map((listener) => listener.name).join(" "),
    ]),
    ["NODE", "ROLES", "RACK", "HEAP", "LISTENERS"],
  );
  process.stdout.write(`\nrestart order: ${restartOrder.join(" → ")}\n`);
  if (topics.length === 0) return;
  process.stdout.write("\n");
  printTable(
    topics.map((topic) => [
      topic.name,
      String(topic.partitions),
      String(topic.replicationFactor),
      Object.entries(topic.config)
        .map(([key, value]) => `${key}=${value}`)
        .join(" "),
    ]),
    ["TOPIC", "PARTITIONS", "RF", "CONFIG"],
  );
}
