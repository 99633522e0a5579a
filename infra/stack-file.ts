import { existsSync, statSync } from "node:fs";
import path from "node:path";
import type { Sizing } from "../capacity/result.ts";
import { type Issue, StackFileError, UserError } from "./errors.ts";
import { givenProblems } from "./given-files.ts";
import type { PasswordSource } from "./given-passwords.ts";
import { projectRoot } from "./paths.ts";
import { givenName } from "./plan/identities.ts";
import { planCluster } from "./plan/plan.ts";
import type { ClusterPlan } from "./plan/types.ts";
import { loadStack, offerIn } from "./spec/load.ts";
import type { Problem } from "./spec/problem.ts";
import type { StackSpec } from "./spec/resolve.ts";
import type { KafkaVersionName } from "./spec/versions.ts";

export interface StackFile {
  /** Name of the Pulumi stack and of the cluster: the file's name without `.yaml`. */
  readonly name: string;
  readonly file: string;
}

export interface LoadedStack extends StackFile {
  readonly plan: ClusterPlan;
  readonly kafkaVersion: KafkaVersionName;
  /** What a lost record means there. */
  readonly environment: StackSpec["environment"];
  readonly warnings: readonly Issue[];
  /** How the sizes that the file leaves out were found. */
  readonly sizing: Sizing;
  readonly sizedBy: string | undefined;
  /** Where the passwords are that the stack does not have made. */
  readonly passwords: readonly PasswordSource[];
}

/** `dev` means `stacks/dev.yaml` of the project; anything that ends in `.yaml` is a path. */
export function resolveStack(argument: string): StackFile {
  const isPath = /\.ya?ml$/.test(argument);
  if (!isPath) refuseOtherPaths(argument);
  const file = isPath ? path.resolve(argument) : path.join(projectRoot, "stacks", `${argument}.yaml`);
  const name = path.basename(file).replace(/\.ya?ml$/, "");
  if (!/^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/.test(name))
    throw new UserError(
      `stack name "${name}": wanted up to 40 lower-case letters, digits and inner hyphens`,
      isPath
        ? `rename the file, for example to ${plainName(name)}.yaml`
        : "name a file of stacks/ without its .yaml, for example dev, or give a path that ends in .yaml",
      2,
    );
  return { name, file };
}

const plainName = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 40)
    .replace(/^-+|-+$/g, "") || "shop";

/** A folder, or a path without the ending by which it would be one. @throws UserError */
function refuseOtherPaths(argument: string): void {
  const isNamed = /^[A-Za-z0-9_-]+$/.test(argument);
  if (!isNamed && statSync(argument, { throwIfNoEntry: false })?.isDirectory())
    throw new UserError(`wanted a stack file, found the folder ${argument}`, offerIn(argument), 2);
  if (!/[./\\]/.test(argument)) return;
  const bare = argument.replace(/\.[A-Za-z0-9]+$/, "");
  const twin = [".yaml", ".yml"].map((ending) => bare + ending).find((file) => existsSync(file));
  const next = twin
    ? `did you mean ${twin}?`
    : existsSync(argument)
      ? `rename it to ${bare}.yaml${argument.endsWith(".json") ? " (YAML reads JSON too)" : ""}`
      : "give a path that ends in .yaml, or the name of a file of stacks/, for example dev";
  throw new UserError(`wanted a path that ends in .yaml, found ${argument}`, next, 2);
}

export interface LoadOptions {
  /** Whether the files that it names must be there too: who looks at a cluster, or stops it, needs none of them. */
  readonly toDeploy?: boolean;
  /** What the file shall be taken to say. */
  readonly text?: string;
}

/**
 * Reads and plans a stack; nothing is touched.
 *
 * @throws StackFileError with everything that is wrong with the file.
 */
export function loadStackFile(argument: string, { toDeploy = false, text }: LoadOptions = {}): LoadedStack {
  const { name, file } = resolveStack(argument);
  const { spec, warnings, at } = loadStack(file, text);
  const plan = planCluster(withPaths(spec, file), name);
  const problems = toDeploy ? givenProblems(plan) : [];
  if (problems.length > 0) throw new StackFileError(problems.map(at));
  return {
    name,
    file,
    warnings,
    kafkaVersion: spec.kafka.version,
    environment: spec.environment,
    sizing: spec.sizing,
    sizedBy: spec.sizedBy,
    plan,
    passwords: passwordSources(spec, file, at),
  };
}

function passwordSources({ users }: StackSpec, stackFile: string, at: (problem: Problem) => Issue): PasswordSource[] {
  return users.flatMap(({ name, passwordFrom }, index): PasswordSource[] => {
    if (!passwordFrom) return [];
    const { file, env } = passwordFrom;
    const [key, from] =
      env === undefined
        ? (["file", { file: path.resolve(path.dirname(stackFile), file!) }] as const)
        : (["env", { env }] as const);
    const issue: PasswordSource["issue"] = (message, next) =>
      at({ path: ["users", index, "passwordFrom", key], message, next });
    return [{ secret: givenName(name), from, issue }];
  });
}

/** Files that a stack names are named from where it lies. */
function withPaths(spec: StackSpec, file: string): StackSpec {
  const { certificates, kerberos } = spec.security;
  const { authority } = certificates;
  const from = (named: string) => path.resolve(path.dirname(file), named);
  return {
    ...spec,
    security: {
      ...spec.security,
      ...(authority && {
        certificates: {
          ...certificates,
          authority: { certificate: from(authority.certificate), key: from(authority.key) },
        },
      }),
      ...(kerberos && {
        kerberos: { ...kerberos, krb5Conf: from(kerberos.krb5Conf), keytab: from(kerberos.keytab) },
      }),
    },
  };
}
