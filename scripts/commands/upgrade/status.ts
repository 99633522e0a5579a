import { levelName } from "../../../infra/plan/versions.ts";
import { openStack } from "../../context.ts";
import { nextInWords, type UpgradeReport, upgradeReport } from "../../ops/upgrade/report.ts";
import { printJson, printTable } from "../../ui/output.ts";
import { lookAtVersions } from "./look.ts";

/** `upgrade STACK`: versions in the file, deployed and running, levels of the features, and what may come next. */
export async function showVersions(argument: string, { json }: { readonly json?: boolean }): Promise<void> {
  const stack = await openStack(argument);
  const state = await lookAtVersions(stack);
  const { mode, kafkaVersion: deployed } = stack.outputs;
  const report = upgradeReport({ stack: stack.name, mode, file: stack.kafkaVersion, deployed, state });
  if (json) printJson(report);
  else print(report, argument);
}

function print(report: UpgradeReport, argument: string): void {
  const { stack, versions, finalized, raises } = report;
  process.stdout.write(`${stack}: Kafka ${versions.file} in its file, ${versions.deployed} deployed\n\n`);
  printTable(
    versions.brokers.map(({ id, version, fault }) => [String(id), version ?? "unknown", fault ?? ""]),
    ["BROKER", "KAFKA", ""],
  );
  const levels = Object.entries(finalized ?? {}).map(([name, level]) => [name, levelName(name, level)]);
  const above = new Map(raises.map(({ feature, to }) => [feature, levelName(feature, to)]));
  const names = [...new Set([...levels.map(([name]) => name!), ...above.keys()])].toSorted();
  process.stdout.write("\n");
  if (names.length > 0)
    printTable(
      names.map((name) => [name, levelName(name, finalized?.[name] ?? 0), above.get(name) ?? "-"]),
      ["FEATURE", "FINALIZED", "MAY BE RAISED TO"],
    );
  const next = nextInWords({ ...report, stack: argument });
  process.stdout.write(
    `\nnext:\n${(next.length > 0 ? next : ["nothing: it is at its newest"]).map((line) => `  ${line}\n`).join("")}`,
  );
}
