import { Command, Option } from "commander";
import { type KafkaVersionName, kafkaVersionNames } from "../../infra/spec/versions.ts";
import { ALLOW_UNAVAILABLE, STACK_ARGUMENT } from "../ui/usage.ts";
import { STEPS } from "../verify.ts";
import { duration } from "./arguments.ts";
import type { UpgradeFlags } from "./upgrade/to.ts";

interface Flags extends UpgradeFlags {
  readonly to?: KafkaVersionName;
  readonly finalize?: boolean;
}

const SOAK_MS = 30_000;

/** `upgrade STACK [--to VERSION | --finalize]`. Exits 3 when a check stands in the way, or fails after the roll. */
export function upgradeCommand(): Command {
  return new Command("upgrade")
    .description("go to another Kafka version and back, until its features are raised; tells where the cluster stands")
    .argument("<stack>", STACK_ARGUMENT)
    .addOption(
      new Option("--to <version>", "check, write it into the stack file, roll, then watch")
        .choices(kafkaVersionNames)
        .conflicts("finalize"),
    )
    .option("--finalize", "raise the features to the version that runs: no older one can run the cluster after that")
    .option("--soak <time>", "with --to: how long to watch the cluster after the roll", duration, SOAK_MS)
    .addOption(new Option("--skip <steps...>", "with --to: as up").choices(STEPS).default([], "none"))
    .option("--allow-unavailable", ALLOW_UNAVAILABLE)
    .option("--yes", "do not ask")
    .option("--json", "print what was found and done as JSON")
    .action(upgrade);
}

async function upgrade(argument: string, flags: Flags): Promise<void> {
  if (flags.to !== undefined) return (await import("./upgrade/to.ts")).upgradeTo(argument, flags.to, flags);
  if (flags.finalize) return (await import("./upgrade/finalize.ts")).finalize(argument, flags);
  return (await import("./upgrade/status.ts")).showVersions(argument, flags);
}
