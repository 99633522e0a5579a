import { mkdirSync } from "node:fs";
import path from "node:path";
import type { LocalWorkspaceOptions, Stack } from "@pulumi/pulumi/automation/index.js";
import { projectRoot, stateHome } from "../../infra/paths.ts";
import type { ClusterPlan } from "../../infra/plan/types.ts";
import { deployStack, loadTarget, type ProgramOptions } from "../../infra/program.ts";
import type { LoadedStack } from "../../infra/stack-file.ts";
import { wrongPassphrase } from "../../toolchain/backend/passphrase.ts";
import { removeTornProject } from "../../toolchain/backend/project.ts";
import { standInPaths } from "../../toolchain/plugins/places.ts";
import { ROOM_BYTES, ROOM_TO_DELETE_BYTES, requireRoom } from "../../toolchain/room.ts";
import { pulumiEnvironment, requireNoOwnState } from "../../toolchain/state.ts";
import { say } from "../ui/output.ts";
import { isWrongPassphrase } from "./failure.ts";
import { Interrupt } from "./interrupt.ts";
import { keepPrivate } from "./private-folders.ts";

/** Name of the Pulumi project: with it, `kafka-stacks up dev` and `pulumi up -s dev` are the same stack. */
const PROJECT = "kafka-stacks";

/** Where stack settings lie; Pulumi.yaml of the project names the same folder as `stackConfigDir`. */
export function workDirectory(): string {
  const directory = stateHome();
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  keepPrivate(directory);
  for (const notice of removeTornProject(directory)) say(notice);
  return directory;
}

/**
 * The environment of every `pulumi` process of ours; says once what it had to make or to put right.
 *
 * @throws UserError when the state of the stack, or the passphrase for it, is lost.
 */
export function environment(stack: string): Record<string, string> {
  const { env, notices } = pulumiEnvironment(process.env, { stack });
  for (const notice of notices) say(notice);
  return env;
}

/** Folders of this machine that a deployment writes to: the state, and the data of a local cluster, which may be mounted. */
function placesOf(name: string, { target, nodes }: ClusterPlan): string[] {
  const home = stateHome();
  return [
    home,
    ...(target === "local" ? nodes.map(({ id }) => path.join(home, "local", name, `node-${id}`, "data")) : []),
  ];
}

/** Plugins of our own, as Pulumi.yaml of the project names them, and those that stand in for official ones. */
function providers(): { readonly name: string; readonly path: string }[] {
  const own = ["local", "docker", "kubernetes"].map((target) => ({
    name: `kafka-${target}`,
    path: path.join(projectRoot, "infra/targets", target, "provider"),
  }));
  return [...own, ...standInPaths(process.env).map((place) => ({ name: path.basename(place), path: place }))];
}

/** A Pulumi stack and the Ctrl-C that concerns it. */
export interface OpenedStack {
  readonly stack: Stack;
  readonly plan: ClusterPlan;
  readonly interrupt: Interrupt;
  /** The cluster lives outside our own providers' sight: they look at it whenever they are asked, others only on a refresh. */
  readonly outside: boolean;
  /** What the program returned, once it was deployed. */
  outputs(): { readonly cluster?: unknown; readonly access?: unknown };
}

/**
 * The Pulumi stack with this project's program inline: no language host and no second Node process is needed.
 *
 * @param pulumiBinDir folder of the CLI.
 */
export async function openPulumiStack(
  { name, file, plan }: Pick<LoadedStack, "name" | "file" | "plan">,
  pulumiBinDir: string,
  how: Pick<
    ProgramOptions,
    "destroying" | "deployed" | "allowUnavailable" | "finalized" | "parallel" | "replaces"
  > = {},
): Promise<OpenedStack> {
  requireRoom(placesOf(name, plan), how.destroying ? ROOM_TO_DELETE_BYTES : ROOM_BYTES);
  // Its SDK loads while the CLI runs for the first time below; what goes wrong, the program meets again.
  loadTarget(plan).catch(() => {});
  // By PATH, because the SDK's other way wants the CLI in a folder named bin.
  process.env.PATH = `${pulumiBinDir}${path.delimiter}${process.env.PATH ?? ""}`;
  const [{ LocalWorkspace, PulumiCommand }, { toRunError }] = await Promise.all([
    import("@pulumi/pulumi/automation/index.js"),
    import("../../infra/run-error.ts"),
  ]);
  // Pulumi reads `plugins` from the project file; its SDK's type of that file does not name it.
  const projectSettings = {
    name: PROJECT,
    runtime: "nodejs",
    main: projectRoot,
    plugins: { providers: providers() },
  };
  const options: LocalWorkspaceOptions = {
    workDir: workDirectory(),
    envVars: environment(name),
    pulumiCommand: await PulumiCommand.get({ skipVersionCheck: true }),
    projectSettings,
  };
  const interrupt = new Interrupt();
  const outputs: { cluster?: unknown; access?: unknown } = {};
  const program = async () => {
    const deployed = await deployStack(file, { ...how, signal: interrupt.program }).catch((error: unknown) => {
      throw toRunError(error);
    });
    deployed.cluster?.apply((value) => {
      outputs.cluster = value;
    });
    deployed.access?.apply((value) => {
      outputs.access = value;
    });
    return { ...deployed };
  };
  const args = { stackName: name, projectName: PROJECT, program };
  const stack = await LocalWorkspace.selectStack(args, options).catch((error: Error) => {
    if (isWrongPassphrase(error.message)) throw wrongPassphrase(process.env, name);
    // By name: its class would load Pulumi's SDK into every command.
    if (error.name !== "StackNotFoundError") throw error;
    requireNoOwnState(name);
    return LocalWorkspace.createStack(args, options);
  });
  // `up` and `destroy` would run the CLI up to three more times, a second in all, for what the program and the events tell.
  Object.assign(stack, { outputs: async () => ({}), info: async () => undefined });
  return { stack, plan, interrupt, outside: plan.target !== "local", outputs: () => outputs };
}
