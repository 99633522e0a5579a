import { Command } from "commander";
import { UserError } from "../../infra/errors.ts";
import { operationsOf } from "../../infra/program.ts";
import { loadStackFile } from "../../infra/stack-file.ts";
import { printJson, say } from "../ui/output.ts";
import { STACK_ARGUMENT } from "../ui/usage.ts";
import { sayWarnings } from "../ui/warnings.ts";
import { earlierId, type KubernetesObject, toYaml, writeFolder, writeSecrets } from "./render/files.ts";

interface Options {
  readonly out?: string;
  readonly secrets?: string;
  readonly json?: boolean;
}

/** `render STACK --out DIR`: the cluster as files for kubectl, Argo CD or Flux; nothing is deployed. */
export function renderCommand(): Command {
  return new Command("render")
    .description("write a Kubernetes cluster as YAML, for kubectl or GitOps")
    .argument("<stack>", STACK_ARGUMENT)
    .option("--out <dir>", "folder for one file per object; default: all of it on stdout")
    .option("--secrets <file>", "write the secrets too, into a file of their own (mode 0600), unless it is there")
    .option("--json", "print the names of what was written as JSON; only with --out")
    .action(render);
}

async function render(argument: string, options: Options): Promise<void> {
  const { name, plan, warnings } = loadStackFile(argument, { toDeploy: true });
  sayWarnings(warnings);
  const { write } = await operationsOf(plan);
  if (!write)
    throw new UserError(
      `render: wanted a stack with target kubernetes, found ${plan.target}`,
      `run: kafka-stacks up ${argument}, or set target: kubernetes`,
      2,
    );
  if (options.json && !options.out) throw new UserError("render: wanted --out beside --json", "name a folder", 2);
  const written = await write(plan, options.out ? earlierId(options.out) : undefined);
  const open = written.filter(({ secret }) => !secret).map(({ object }) => object);
  const secret = written.filter((one) => one.secret).map(({ object }) => object);
  if (secret.length > 0) say(tellSecrets(options.secrets, secret));
  if (!options.out) return void process.stdout.write(toYaml(open));
  const { files, removed } = writeFolder(options.out, open);
  for (const file of removed) say(`removed ${file}: the cluster has no such object any more`);
  if (options.json) printJson({ schemaVersion: 1, stack: name, files, removed });
  else process.stdout.write(`${files.length} files in ${options.out}; next: kubectl apply -f ${options.out}\n`);
}

function tellSecrets(file: string | undefined, secrets: readonly KubernetesObject[]): string {
  const names = secrets.map(({ metadata }) => metadata.name).join(", ");
  if (file === undefined) return `the secrets ${names} are left out: --secrets FILE writes them apart`;
  return writeSecrets(file, secrets)
    ? `wrote the secrets ${names} to ${file}: apply them too, and keep them out of the repository`
    : `${file} is there already and stays as it is: its secrets may be in use`;
}
