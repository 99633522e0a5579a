import { rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { Command, Option } from "commander";
import { UserError } from "../../infra/errors.ts";
import type { AccessOutputs, ClusterOutputs } from "../../infra/outputs.ts";
import { resolveStack } from "../../infra/stack-file.ts";
import { type Deployed, readDeployed } from "../context.ts";
import { clientOf, withTicket } from "../ops/outputs/client.ts";
import { FORMAT_NAMES, FORMATS, type FormatName } from "../ops/outputs/formats.ts";
import { printJson, printTable, say } from "../ui/output.ts";
import { inTheirWords } from "../ui/stack-argument.ts";
import { STACK_ARGUMENT } from "../ui/usage.ts";
import { chooseUser } from "./outputs/choose-user.ts";
import { ticketOf } from "./outputs/ticket.ts";

interface ConfigurationOptions {
  readonly user?: string;
  readonly kerberos?: boolean;
  readonly format?: FormatName;
  readonly out?: string;
}

interface Options extends ConfigurationOptions {
  readonly json?: boolean;
  readonly clientProperties?: boolean;
}

/** `outputs STACK`: how to reach a deployed cluster. */
export function outputsCommand(): Command {
  const implied = { clientProperties: true };
  return new Command("outputs")
    .description("show how to reach a deployed cluster")
    .argument("<stack>", STACK_ARGUMENT)
    .option("--json", "print the outputs as JSON, without secrets")
    .addOption(
      new Option("--client-properties", "print a client configuration; it holds the user's password or key").conflicts(
        "json",
      ),
    )
    .addOption(new Option("--user <name>", "who logs in with it").implies(implied))
    .addOption(new Option("--kerberos", "log in with a ticket of that name instead of its password").implies(implied))
    .addOption(
      new Option("--format <format>", "for Kafka's tools and Java clients, kcat -F, kafkajs or kafka-python")
        .choices(FORMAT_NAMES)
        .implies(implied),
    )
    .addOption(new Option("--out <file>", "write it there, readable by you only, and print nothing").implies(implied))
    .action(async (argument: string, options: Options) => {
      const deployed = await readDeployed(resolveStack(argument).name, argument);
      if (options.json) printJson(deployed.cluster);
      else if (options.clientProperties) await handOut(deployed, options);
      else printOutputs(deployed.cluster, deployed.access);
    });
}

async function handOut({ cluster, access }: Deployed, options: ConfigurationOptions): Promise<void> {
  const { user, format = "properties", out } = options;
  const file = out === undefined ? undefined : path.resolve(out);
  const { stack, bootstrapServers, tunnel } = cluster;
  const chosen = chooseUser(access, stack, user);
  const client = {
    ...clientOf(bootstrapServers, access.authority, chosen),
    notes: tunnel ? [inTheirWords(`while this runs: kafka-stacks tunnel ${stack}`)] : [],
  };
  const ticket = options.kerberos ? ticketOf(access, stack, format, chosen) : undefined;
  const { text, beside = {}, notes = [] } = FORMATS[format](ticket ? withTicket(client, ticket) : client, file);
  for (const note of notes) say(note);
  if (file !== undefined)
    for (const [ending, each] of Object.entries({ ...beside, "": text }))
      await writePrivately(`${file}${ending}`, each);
  else if (Object.keys(beside).length === 0) process.stdout.write(text);
  else
    throw new UserError(
      `${format} reads certificates from files of their own only, which must lie beside the configuration`,
      "give --out FILE as well",
      2,
    );
}

/** Never readable by others, not even for a moment or where a file was that they could read. */
async function writePrivately(file: string, text: string): Promise<void> {
  const aside = `${file}.${process.pid}.tmp`;
  await writeFile(aside, text, { mode: 0o600, flag: "wx" });
  await rename(aside, file);
}

/** How to reach a cluster and who may log in, without any secret. */
export function printOutputs(
  { stack, kafkaVersion, mode, target, clusterId, bootstrapServers, tunnel, inside, nodes }: ClusterOutputs,
  access?: AccessOutputs,
): void {
  process.stdout.write(`${stack}: Kafka ${kafkaVersion} in ${mode} mode on ${target}, cluster id ${clusterId}\n`);
  process.stdout.write(`bootstrap servers: ${bootstrapServers.join(",")}\n`);
  if (tunnel) process.stdout.write(inTheirWords(`  on a machine on which this runs: kafka-stacks tunnel ${stack}\n`));
  const guests = target === "kubernetes" ? "pods" : `containers on network ${inside?.network}`;
  if (inside) process.stdout.write(`  for ${guests}: ${inside.bootstrapServers.join(",")}\n`);
  if (access) process.stdout.write(`security: ${describeAccess(access)}\n`);
  process.stdout.write("\n");
  printTable(
    nodes.map(({ id, roles, rack, address }) => [String(id), roles.join("+"), rack ?? "-", address]),
    ["NODE", "ROLES", "RACK", "ADDRESS"],
  );
}

function describeAccess({ profile, identities, kerberos }: AccessOutputs): string {
  if (profile === "plaintext") return "plaintext, anyone who reaches it may do anything";
  if (profile === "tls") return "tls, encrypted; anyone who reaches it may do anything";
  const users = identities.filter(({ purpose }) => purpose === "user").map(({ name }) => name);
  const realm = kerberos ? ` or a Kerberos ticket of ${kerberos.realm}` : "";
  const proof = profile === "scram" ? `TLS and a password (SCRAM-SHA-512)${realm}` : "TLS and a client certificate";
  return `${profile}, ${proof}; users: ${users.length > 0 ? users.join(", ") : "none yet"}`;
}
