import { FIRST_ID } from "../../plan/nodes.ts";

/** What ZooKeeper says of who leads the cluster, and of a migration. */
export interface ZooKeeperView {
  /** Node id of the broker or KRaft controller that leads; null while nobody does. */
  readonly controller: number | null;
  /** Of the last election; no broker takes orders of an earlier one. */
  readonly epoch: number;
  /** Of the KRaft quorum, as it last told; -1 if it never led. */
  readonly kraftEpoch: number;
  /** Whether a KRaft controller ever took notes of a migration. */
  readonly hasNotes: boolean;
  /** The first copy is complete: from then on both are written. */
  readonly copied: boolean;
}

/** Runs commands of ZooKeeper's own shell, logged in as one of the cluster's nodes. @returns what it printed. */
export type ZooKeeperShell = (commands: readonly string[]) => Promise<string>;

/** Of the main class `ZooKeeperMain`, as Kafka has it with TLS. */
export const SHELL_CLASS = "org.apache.zookeeper.ZooKeeperMainWithTlsSupportForKafka";
/** A shell that has not answered by then will not. */
export const SHELL_TIMEOUT_MS = 60_000;

const READ = ["get /controller", "get /controller_epoch", "get /migration"];

/** @throws when ZooKeeper is silent. */
export async function readZooKeeper(shell: ZooKeeperShell): Promise<ZooKeeperView> {
  return parseView(await shell(READ));
}

/** What the shell reads. */
export const shellInput = (commands: readonly string[]): string => `${[...commands, "quit"].join("\n")}\n`;

/**
 * Takes the KRaft controllers' lead away, so that a broker may have it again, and forgets the migration, so that it can be
 * begun anew. Brokers refuse what a controller of an earlier epoch says, and partitions that KRaft has written carry its
 * epoch, so ZooKeeper's has to be above (KAFKA-20488). A broker's lead is not touched. Once it was done it does nothing.
 *
 * @throws when ZooKeeper is silent, or keeps what should go.
 */
export async function forgetMigration(shell: ZooKeeperShell): Promise<void> {
  const { controller, epoch, kraftEpoch, hasNotes } = await readZooKeeper(shell);
  const commands = [
    ...(isKraft(controller) && epoch <= kraftEpoch ? [`set /controller_epoch ${kraftEpoch + 1}`] : []),
    ...(isKraft(controller) ? ["delete /controller"] : []),
    ...(hasNotes ? ["delete /migration"] : []),
  ];
  if (commands.length === 0) return;
  const view = parseView(await shell([...commands, ...READ]));
  if (view.hasNotes || isKraft(view.controller))
    throw new Error("ZooKeeper still names a KRaft controller as the one that leads; run up again");
}

/** Whether who leads is a KRaft controller. */
export const isKraft = (leader: ZooKeeperView["controller"]): boolean =>
  leader !== null && leader >= FIRST_ID.controller;

/** Kafka's own JSON: kafka.zk.{ControllerZNode, MigrationZNode}; the epoch is a bare number. */
export function parseView(printed: string): ZooKeeperView {
  const lines = printed.split("\n").map((line) => line.trim());
  const epoch = lines.find((line) => /^\d+$/.test(line));
  // There is one from the first election on, and each of these runs asks for it.
  if (epoch === undefined) throw new Error("ZooKeeper does not tell who leads the cluster");
  const json = (key: string): Record<string, unknown> | undefined => {
    const line = lines.find((one) => one.startsWith("{") && one.includes(`"${key}"`));
    return line === undefined ? undefined : (JSON.parse(line) as Record<string, unknown>);
  };
  const [controller, notes] = [json("brokerid"), json("kraft_metadata_offset")];
  return {
    controller: controller ? Number(controller.brokerid) : null,
    epoch: Number(epoch),
    kraftEpoch: Math.max(Number(controller?.kraftControllerEpoch ?? -1), Number(notes?.kraft_controller_epoch ?? -1)),
    hasNotes: notes !== undefined,
    copied: Number(notes?.kraft_metadata_offset ?? -1) > 0,
  };
}
