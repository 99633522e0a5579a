import { delimiter, dirname, join } from "node:path";
import { allOnPath, isExecutable } from "./find.ts";
import { PROJECT_ROOT } from "./places.ts";
import { standInPaths } from "./plugins/places.ts";
import { loopbackExempted } from "./proxy.ts";
import { pulumiEnvironment } from "./state.ts";

const LANGUAGE_HOST = "pulumi-language-nodejs";

export interface PulumiCommandEnvironment {
  readonly env: NodeJS.ProcessEnv;
  readonly notices: readonly string[];
}

/**
 * The whole environment for running the CLI `pulumi` by itself: where its state is, the CLI's own folder first on PATH,
 * and, only where the official language host is neither on PATH nor beside the CLI, the project's stand-in last on PATH; the
 * same for resource plugins. Pulumi then warns that it uses a host from PATH, which is right: it is not the official one.
 *
 * Containers have hooks that a destroy must run, and with them the program, which is told what it runs for.
 */
export function pulumiCommandEnvironment(
  pulumi: string,
  env: NodeJS.ProcessEnv,
  args: readonly string[] = [],
): PulumiCommandEnvironment {
  // Plain Pulumi has one place for the settings of stacks, which Pulumi.yaml names.
  const { env: state, notices } = pulumiEnvironment(env, { settings: join(PROJECT_ROOT, ".kafka-stacks") });
  const official = isExecutable(join(dirname(pulumi), LANGUAGE_HOST)) || allOnPath(LANGUAGE_HOST, env).length > 0;
  const standIn = official ? [] : [join(PROJECT_ROOT, "toolchain", "language-host")];
  const path = [dirname(pulumi), env.PATH ?? "", ...standIn, ...standInPaths(env)].join(delimiter);
  const destroying = args.includes("destroy") ? { PULUMI_RUN_PROGRAM: "true", KAFKA_STACKS_DESTROYING: "true" } : {};
  return { env: { ...env, ...loopbackExempted(env), ...state, ...destroying, PATH: path }, notices };
}
