import { readFileSync } from "node:fs";
import { UserError } from "../../../infra/errors.ts";
import type { AccessOutputs, ClusterOutputs } from "../../../infra/outputs.ts";
import { type MetadataPhase, phaseOf } from "../../../infra/plan/migration.ts";
import { operationsOf, preflight } from "../../../infra/program.ts";
import { parseStack } from "../../../infra/spec/load.ts";
import { type LoadedStack, loadStackFile } from "../../../infra/stack-file.ts";
import { readDeployed } from "../../context.ts";
import { as, identityOf } from "../../kafka/identity.ts";
import type { MigrationState } from "../../ops/migrate/next.ts";
import { few } from "../../ops/words.ts";
import { deploy } from "../../pulumi/deploy.ts";
import { openPulumiStack } from "../../pulumi/workspace.ts";
import { ExitError, say } from "../../ui/output.ts";
import { prepareMachine } from "../../ui/toolchain.ts";
import { sayWarnings } from "../../ui/warnings.ts";
import { writeAtomically } from "../../ui/write-atomically.ts";
import { verifyCluster } from "../../verify.ts";
import { writePhase } from "./phase-file.ts";

const HEALTHY_WITHIN_MS = 60_000;

export interface MigratingStack {
  readonly stack: LoadedStack;
  readonly outputs: ClusterOutputs;
  /** How to log in; secret. */
  readonly access: AccessOutputs;
  readonly state: MigrationState;
}

/** Where a deployed cluster stands. @throws UserError when it is not up, or its target knows no way to KRaft. */
export async function readMigration(argument: string): Promise<MigratingStack> {
  const stack = loadStackFile(argument);
  const { migration } = await operationsOf(stack.plan);
  if (!migration)
    throw new UserError(
      `a cluster of target ${stack.plan.target} cannot be migrated: this way was never proven there`,
      "make a KRaft cluster beside it and mirror the topics",
      2,
    );
  const [{ cluster: outputs, access, plan }, live] = await Promise.all([
    readDeployed(stack.name, argument),
    migration(stack.plan),
  ]);
  const deployed = phaseOf(plan ?? { mode: outputs.mode });
  return { stack, outputs, access, state: { file: phaseOf(stack.plan), deployed, live } };
}

/** @throws UserError unless the cluster is well and its replicas stay where they are. */
export async function requireReady({ stack: { name, plan }, outputs, access }: MigratingStack): Promise<void> {
  const [{ waitHealthy }, { readGateState }] = await Promise.all([
    import("../../kafka/health.ts"),
    import("../../kafka/gate-state.ts"),
  ]);
  const { healthy, checks } = await as(identityOf(access, "health"), () =>
    waitHealthy(plan, outputs, { deadlineMs: HEALTHY_WITHIN_MS }),
  );
  const failing = checks.filter(({ status }) => status === "fail").map((check) => `${check.name}: ${check.detail}`);
  if (!healthy)
    throw new UserError(
      `${name} is not healthy (${failing.join("; ")})`,
      `see kafka-stacks health ${name}; mend it first`,
    );
  const { partitions } = await as(identityOf(access, "admin"), () =>
    readGateState(outputs.bootstrapServers, plan.mode === "kraft"),
  );
  const moving = partitions.filter((one) => one.moving).map(({ topic, partition }) => `${topic}-${partition}`);
  if (moving.length > 0)
    throw new UserError(
      `replicas of ${few(moving)} are being moved`,
      "wait until they have arrived, then run this again",
    );
}

/** Writes the phase into the stack file, whole or not at all. @throws StackFileError when the file would then be invalid. */
export async function setPhase({ file, name }: LoadedStack, phase: MetadataPhase): Promise<void> {
  const text = writePhase(readFileSync(file, "utf8"), phase);
  parseStack(text, file);
  await writeAtomically(file, text);
  say(`${name}: ${phase} is written to ${file}`);
}

/** One `up` and a look at its health. @throws ExitError 3 when a check fails: nothing further is then begun. */
export async function bringUp(
  argument: string,
  options: { readonly yes?: boolean; readonly allowUnavailable?: boolean },
  signal: AbortSignal,
): Promise<void> {
  const stack = loadStackFile(argument, { toDeploy: true });
  sayWarnings(stack.warnings);
  for (const remark of await preflight(stack)) say(remark);
  const machine = await prepareMachine(stack.plan, options.yes === true);
  const { outputs, access } = await deploy(await openPulumiStack(stack, machine.pulumiBinDir, options));
  const skip = ["access", "topics", "smoke"] as const;
  const how = { skip, verified: undefined, signal, say };
  const { ok } = await verifyCluster(stack.plan, { cluster: outputs, access }, how);
  if (ok) return;
  say(`${stack.name} is not healthy; mend it, then run migrate again: it goes on`);
  throw new ExitError(3);
}
