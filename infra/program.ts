import type { Output } from "@pulumi/pulumi";
import { holdStackLock } from "../toolchain/stack-lock.ts";
import { readPasswords } from "./given-passwords.ts";
import type { ClusterPlan } from "./plan/types.ts";
import type { Levels } from "./plan/versions.ts";
import { type LoadedStack, loadStackFile } from "./stack-file.ts";
import type { Emptied } from "./targets/emptying.ts";
import { type Deployment, type Operations, operations, type Target, targets } from "./targets/target.ts";

export interface ProgramOptions {
  /** Aborts on Ctrl-C. */
  readonly signal?: AbortSignal;
  /** The program runs only because `destroy` needs its hooks: whatever is in the state then goes, registered or not. */
  readonly destroying?: boolean;
  /** As it was deployed, for `destroying` when the stack file is gone. */
  readonly deployed?: ClusterPlan;
  /** As the plan's; a person's word for this one run. */
  readonly allowUnavailable?: boolean;
  /** As the plan's. */
  readonly finalized?: Levels;
  /** See GateTerms; for this one run. */
  readonly parallel?: "rack" | undefined;
  /** Node whose data this run deletes, and who hears what was deleted. */
  readonly replaces?: { readonly nodeId: number; readonly emptied: Emptied } | undefined;
}

export interface Deployed extends Deployment {
  /** As the stack file had it. */
  readonly plan: Output<ClusterPlan>;
}

/** The whole deployment: stack file → plan → the target's resources. The same for `pulumi up` and `kafka-stacks up`. */
export async function deployStack(argument: string, options: ProgramOptions = {}): Promise<Partial<Deployed>> {
  const { plan: loaded, passwords } =
    options.destroying && options.deployed
      ? { plan: options.deployed, passwords: [] }
      : loadStackFile(argument, { toDeploy: !options.destroying });
  // Not at the top: commands that only plan do without the SDK.
  const { Config, log, runtime, secret } = await import("@pulumi/pulumi");
  // A command of ours holds it already; a plain `pulumi up` holds it until its program ends.
  if (!runtime.isDryRun()) holdStackLock(loaded.name, { command: "pulumi", say: (line) => void log.info(line) });
  const roll = new Config("kafka-stacks").get("roll");
  const plan: ClusterPlan = {
    ...loaded,
    allowUnavailable: loaded.allowUnavailable || options.allowUnavailable === true,
    ...(roll === undefined ? {} : { roll }),
    ...(options.finalized === undefined ? {} : { finalized: options.finalized }),
    ...(options.parallel === undefined ? {} : { parallel: options.parallel }),
    ...(options.replaces === undefined ? {} : { replaces: options.replaces.nodeId }),
  };
  const target = await loadTarget(plan);
  if (!options.destroying) {
    const { cluster, access } = await target.deploy(plan, secret(readPasswords(passwords)), {
      signal: options.signal,
      emptied: options.replaces?.emptied,
    });
    // What a later plan is compared with; secret only because it is long and nobody's reading.
    return { cluster, access, plan: secret(loaded) };
  }
  await target.registerHooks?.(plan, options.signal);
  return {};
}

/** Deletes what `down` keeps, for good. @returns what was deleted, for a person to read. */
export async function deleteData(plan: ClusterPlan): Promise<readonly string[]> {
  return (await operationsOf(plan)).deleteData(plan);
}

/**
 * @returns what could not be judged or may surprise, a line each.
 * @throws UserError when a given password cannot be had, or the target is not there or has no room, before Pulumi is even
 * started.
 */
export async function preflight({
  plan,
  passwords,
}: Pick<LoadedStack, "plan" | "passwords">): Promise<readonly string[]> {
  readPasswords(passwords);
  return (await (await operationsOf(plan)).preflight?.(plan)) ?? [];
}

/** What can be done with a stack's cluster beside deploying it. */
export async function operationsOf({ target }: Pick<ClusterPlan, "target">): Promise<Operations> {
  return operations[target]();
}

/** Loads a target's provider SDK. */
export const loadTarget = ({ target }: Pick<ClusterPlan, "target">): Promise<Target> => targets[target]();
