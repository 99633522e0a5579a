import type { Command } from "commander";

/** In the order of the help. Each loads what it needs when it is asked for: all of them together take over a second. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  up: async () => (await import("./up.ts")).upCommand(),
  preview: async () => (await import("./preview.ts")).previewCommand(),
  roll: async () => (await import("./roll.ts")).rollCommand(),
  upgrade: async () => (await import("./upgrade.ts")).upgradeCommand(),
  migrate: async () => (await import("./migrate.ts")).migrateCommand(),
  "replace-node": async () => (await import("./replace-node.ts")).replaceNodeCommand(),
  down: async () => (await import("./down.ts")).downCommand(),
  outputs: async () => (await import("./outputs.ts")).outputsCommand(),
  plan: async () => (await import("./plan.ts")).planCommand(),
  render: async () => (await import("./render.ts")).renderCommand(),
  capacity: async () => (await import("./capacity.ts")).capacityCommand(),
  topics: async () => (await import("./topics.ts")).topicsCommand(),
  access: async () => (await import("./access.ts")).accessCommand(),
  rebalance: async () => (await import("./rebalance.ts")).rebalanceCommand(),
  health: async () => (await import("./health.ts")).healthCommand(),
  smoke: async () => (await import("./smoke.ts")).smokeCommand(),
  chaos: async () => (await import("./chaos.ts")).chaosCommand(),
  tunnel: async () => (await import("./tunnel.ts")).tunnelCommand(),
};

/**
 * Those that the arguments can mean: the one that is named, none for the version, and all of them for the help and for a
 * name that is not there, which is answered with the nearest.
 */
export function commandsFor(args: readonly string[]): Promise<Command[]> {
  const name = args.find((arg) => !arg.startsWith("-"));
  const load = name !== undefined && Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (load) return Promise.all([load()]);
  if (name === undefined && args.includes("--version")) return Promise.resolve([]);
  return Promise.all(Object.values(COMMANDS).map((each) => each()));
}
