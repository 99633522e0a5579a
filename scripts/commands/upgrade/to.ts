import { readFileSync, realpathSync, statSync } from "node:fs";
import { printDuration } from "../../../capacity/units.ts";
import { formatIssue, StackFileError, UserError } from "../../../infra/errors.ts";
import {
  compareVersions,
  type KafkaVersionName,
  type Levels,
  raises,
  versionsFrom,
} from "../../../infra/plan/versions.ts";
import { preflight as targetPreflight } from "../../../infra/program.ts";
import { withKafkaVersion } from "../../../infra/spec/set-version.ts";
import { KAFKA_VERSIONS } from "../../../infra/spec/versions.ts";
import { type LoadedStack, loadStackFile } from "../../../infra/stack-file.ts";
import { withStackLock } from "../../../toolchain/stack-lock.ts";
import { changedMeanwhile } from "../../agree.ts";
import { type OpenStack, openStack } from "../../context.ts";
import type { CheckResult, HealthReport } from "../../ops/health/report.ts";
import { passes, preflight } from "../../ops/upgrade/preflight.ts";
import type { UpgradeState } from "../../ops/upgrade/state.ts";
import { deploy } from "../../pulumi/deploy.ts";
import { openPulumiStack } from "../../pulumi/workspace.ts";
import { interruptible } from "../../ui/interruptible.ts";
import { confirm, ExitError, printJson, say } from "../../ui/output.ts";
import { type Machine, prepareMachine } from "../../ui/toolchain.ts";
import { sayWarnings } from "../../ui/warnings.ts";
import { writeAtomically } from "../../ui/write-atomically.ts";
import { takeVerified } from "../../verified.ts";
import { type Step, VERIFYING, type Verification, verifyCluster } from "../../verify.ts";
import { HEALTHY_WITHIN_MS, lookAtHealth, lookAtVersions } from "./look.ts";
import { printChecks } from "./print.ts";
import { failingOf, soak } from "./soak.ts";

export interface UpgradeFlags {
  readonly soak: number;
  readonly skip: readonly Step[];
  readonly allowUnavailable?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/**
 * `upgrade STACK --to VERSION`, up or back: preflight, the stack file, the roll, a soak. Each step finds by itself what an
 * earlier run did of it, so the same command goes on wherever that was cut off. Features stay where they are.
 */
export async function upgradeTo(argument: string, to: KafkaVersionName, flags: UpgradeFlags): Promise<void> {
  const stack = await openStack(argument);
  const text = readFileSync(stack.file, "utf8");
  const newText = stack.kafkaVersion === to ? text : withKafkaVersion(text, to);
  if (newText === undefined)
    throw new UserError(
      `wanted to write kafka.version: ${to} into ${stack.file}, found no one place that says it`,
      "write it there by hand, then run the same command",
    );
  const planned = planNew(argument, newText);
  const machine = await prepareMachine({ target: stack.plan.target, kafkaVersion: to }, flags.yes === true);
  const { checks } = await judge(stack, argument, to, "faults" in planned ? planned.faults : [], machine);
  const report = { schemaVersion: 1, stack: stack.name, from: stack.outputs.kafkaVersion, to, checks };
  if (!flags.json) printChecks(checks);
  if (!passes(checks) || "faults" in planned) {
    if (flags.json) printJson({ ...report, ok: false });
    throw new ExitError(3);
  }
  sayWarnings(planned.loaded.warnings);
  for (const remark of await targetPreflight(planned.loaded)) say(remark);
  if (!(await confirm(`Roll every node of ${stack.name} to Kafka ${to}, one after the other?`, flags)))
    throw new ExitError(1);
  const { loaded } = planned;
  const rolled = await withStackLock(stack.name, { command: `upgrade --to ${to}`, say }, async () => {
    // The cluster did not wait for the answer.
    if (readFileSync(stack.file, "utf8") !== text) throw changedMeanwhile(`the stack file of ${stack.name} has`);
    const now = await judge(stack, argument, to, [], machine);
    const failing = now.checks.find(({ status }) => status === "fail");
    if (failing) throw changedMeanwhile(`${stack.name} has (${failing.name}: ${failing.detail})`);
    if (newText !== text) {
      await replaceText(stack.file, newText);
      say(`${stack.file}: kafka.version is ${to}`);
    }
    const finalized = now.state.finalized ?? {};
    return { finalized, ...(await roll(loaded, machine, finalized, flags)) };
  });
  const { finalized, outputs, changes, found, soaked } = rolled;
  const ok = found.ok && soaked.healthy;
  if (flags.json)
    printJson({ ...report, changes, ...found, health: soaked, soakMs: flags.soak, finalized, outputs, ok });
  else process.stdout.write(`\n${verdict(stack, argument, to, { found, soaked, finalized }, flags)}\n`);
  if (!ok) throw new ExitError(3);
}

async function judge(
  stack: OpenStack,
  argument: string,
  to: KafkaVersionName,
  fileFaults: readonly string[],
  { javaMajor }: Machine,
): Promise<{ readonly state: UpgradeState; readonly checks: readonly CheckResult[] }> {
  const [state, health] = await Promise.all([lookAtVersions(stack), lookAtHealth(stack, HEALTHY_WITHIN_MS)]);
  const { mode, kafkaVersion: from } = stack.outputs;
  const java = javaMajor === undefined ? null : { found: javaMajor, needed: KAFKA_VERSIONS[to].minJava };
  const inFile = stack.kafkaVersion;
  return { state, checks: preflight({ stack: argument, mode, from, to, inFile, fileFaults, java, state, health }) };
}

/** The stack as it would be, or what would be wrong with its file. */
function planNew(
  argument: string,
  text: string,
): { readonly loaded: LoadedStack } | { readonly faults: readonly string[] } {
  try {
    return { loaded: loadStackFile(argument, { toDeploy: true, text }) };
  } catch (error) {
    if (!(error instanceof StackFileError)) throw error;
    return { faults: error.issues.map(formatIssue) };
  }
}

/** Where a link leads, and with the rights that the file had. */
async function replaceText(file: string, text: string): Promise<void> {
  const place = realpathSync(file);
  const { mode } = statSync(place);
  await writeAtomically(place, text, mode);
}

async function roll(loaded: LoadedStack, machine: Machine, finalized: Levels, flags: UpgradeFlags) {
  const how = { finalized, allowUnavailable: flags.allowUnavailable === true };
  const mark = takeVerified(loaded.name);
  const { outputs, access, changes } = await deploy(await openPulumiStack(loaded, machine.pulumiBinDir, how));
  const verified = changes === 0 ? mark : undefined;
  return interruptible(async (signal) => {
    const deployed = { cluster: outputs, access };
    const found = await verifyCluster(loaded.plan, deployed, { skip: flags.skip, verified, signal, say });
    const look = () => lookAtHealth({ ...loaded, outputs, access });
    const soaked = found.ok ? await soak({ soakMs: flags.soak, signal, look, say }) : await look();
    return { outputs, changes, found, soaked };
  }, VERIFYING);
}

interface Rolled {
  readonly finalized: Levels;
  readonly found: Verification;
  readonly soaked: HealthReport;
}

function verdict(
  { name, outputs }: OpenStack,
  argument: string,
  to: KafkaVersionName,
  { found, soaked, finalized }: Rolled,
  flags: UpgradeFlags,
): string {
  const from = outputs.kafkaVersion;
  const isBack = compareVersions(to, from) < 0;
  if (!found.ok || !soaked.healthy) {
    const why = failingOf(soaked) || "it failed the smoke test";
    const back = compareVersions(to, from) > 0 ? `, or go back: kafka-stacks upgrade ${argument} --to ${from}` : "";
    return `${name} runs Kafka ${to}, but ${why}\nnext: kafka-stacks health ${argument}${back}`;
  }
  const well = `${name} runs Kafka ${to} and was healthy for ${printDuration(flags.soak)}`;
  if (isBack) return `${well}; its features are as they were`;
  const todo = raises(to, finalized).length;
  if (todo === 0) return `${well}; its features are those of ${to} already`;
  const older = versionsFrom(to, outputs.mode, finalized).find((version) => compareVersions(version, to) < 0);
  const back = older ? `; until they are, it can go back: kafka-stacks upgrade ${argument} --to ${older}` : "";
  return `${well}\n${todo} of its features are not raised${back}\nwhen you are content, raise them: kafka-stacks upgrade ${argument} --finalize`;
}
