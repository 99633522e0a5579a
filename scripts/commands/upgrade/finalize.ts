import { isDeepStrictEqual } from "node:util";
import { UserError } from "../../../infra/errors.ts";
import { type Levels, levelName, type Raise, raises } from "../../../infra/plan/versions.ts";
import { withStackLock } from "../../../toolchain/stack-lock.ts";
import { changedMeanwhile } from "../../agree.ts";
import { type OpenStack, openStack } from "../../context.ts";
import { as, identityOf } from "../../kafka/identity.ts";
import type { CheckResult } from "../../ops/health/report.ts";
import { mayFinalize, passes } from "../../ops/upgrade/preflight.ts";
import { applying, interruptible } from "../../ui/interruptible.ts";
import { confirm, ExitError, printJson, printTable, say } from "../../ui/output.ts";
import { HEALTHY_WITHIN_MS, lookAtHealth, lookAtVersions } from "./look.ts";
import { printChecks } from "./print.ts";

interface Flags {
  readonly json?: boolean;
  readonly yes?: boolean;
}

/** `upgrade STACK --finalize`: raises the features to the release that runs. Without effect when they are there. */
export async function finalize(argument: string, flags: Flags): Promise<void> {
  const stack = await openStack(argument);
  const { name, kafkaVersion: version, outputs } = stack;
  if (outputs.mode !== "kraft")
    throw new UserError(
      `${name} keeps its metadata in ZooKeeper, where Kafka has no features to raise`,
      "migrate first: kafka-stacks migrate",
    );
  const look = async () => {
    const [state, health] = await Promise.all([lookAtVersions(stack), lookAtHealth(stack, HEALTHY_WITHIN_MS)]);
    const checks = mayFinalize({ stack: argument, version, deployed: outputs.kafkaVersion, state, health });
    const before = state.finalized ?? {};
    return { checks, before, todo: passes(checks) ? raises(version, before) : [] };
  };
  const { checks, before, todo } = await look();
  if (!flags.json) printChecks(checks);
  if (!passes(checks)) {
    if (flags.json) printJson(reportOf(stack, checks, [], before));
    throw new ExitError(3);
  }
  if (todo.length > 0) {
    if (!(await confirm(`Raise ${inWords(todo)}? No older Kafka can run ${name} after that.`, flags)))
      throw new ExitError(1);
    await withStackLock(name, { command: "upgrade --finalize", say }, async () => {
      // No way leads back, so it is judged once more when nothing else changes the stack.
      if (!isDeepStrictEqual((await look()).todo, todo)) throw changedMeanwhile(`the state of ${name} has`);
      say(`raising ${inWords(todo)}`);
      const { raiseTo } = await import("../../kafka/raise-features.ts");
      await interruptible(
        (signal) => as(identityOf(stack.access, "admin"), () => raiseTo(outputs, todo, signal)),
        applying(`upgrade ${argument} --finalize`),
      );
    });
  }
  const after = todo.length > 0 ? (await lookAtVersions(stack)).finalized : before;
  if (flags.json) return printJson(reportOf(stack, checks, todo, after));
  if (todo.length === 0) process.stdout.write(`\n${name}: its features are those of Kafka ${version} already\n`);
  else {
    process.stdout.write("\n");
    printTable(
      todo.map(({ feature, from, to }) => [feature, levelName(feature, from), levelName(feature, to)]),
      ["FEATURE", "WAS", "IS"],
    );
    process.stdout.write(
      `\n${name}: its features are those of Kafka ${version}; older versions cannot run it any more\n`,
    );
  }
}

const inWords = (todo: readonly Raise[]): string =>
  todo.map(({ feature, to }) => `${feature} to ${levelName(feature, to)}`).join(", ");

const reportOf = (
  { name, kafkaVersion }: OpenStack,
  checks: readonly CheckResult[],
  raised: readonly Raise[],
  finalized: Levels | null,
) => ({ schemaVersion: 1, stack: name, version: kafkaVersion, checks, raised, finalized, ok: passes(checks) });
