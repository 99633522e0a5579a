/**
 * The way back from a migration, before the controllers have forgotten ZooKeeper. Kafka's directions ("Reverting to ZooKeeper
 * mode During the Migration", Kafka 3.9) end the KRaft controllers first and roll the brokers then, so the first of them
 * stops while nobody leads the cluster, and its partitions with it. Here the first broker has stopped before:
 *
 * 1. The broker was stopped in order, and the KRaft controllers, who wrote all they did to ZooKeeper too, gave its partitions
 *    to others.
 * 2. The controllers end. What ZooKeeper has of them goes: see {@link forgetMigration}.
 * 3. Their data is put aside: it is of no use any more, and controllers of a later migration begin with none.
 * 4. What the broker had fetched of it is put aside too: it would not fit theirs.
 * 5. The broker starts, and leads the cluster. The others follow, in ZooKeeper mode already, and restart one by one.
 *
 * Whatever a run was cut off at, the disk tells what is left to do: 4 comes last.
 */
import { forgetMigration, type ZooKeeperShell } from "./zookeeper-view.ts";

/** Where every Kafka node keeps the log of the KRaft quorum, in its first log directory. */
export const METADATA_LOG = "__cluster_metadata-0";
/** A controller without quorum does not leave by itself, and loses nothing. */
export const STOP_GRACE_MS = 2_000;

/** What a target does for it. `Controller`: what it calls one by. Nothing is deleted: what is put aside has another name. */
export interface Leaving<Controller> {
  /** Whether the broker, which does not run, has anything of the quorum's log. */
  hasFetched(): boolean | Promise<boolean>;
  /** Those that have data. */
  controllers(): readonly Controller[] | Promise<readonly Controller[]>;
  /** Ends it, within {@link STOP_GRACE_MS}. */
  stop(controller: Controller): Promise<unknown>;
  /** As the broker. */
  readonly shell: ZooKeeperShell;
  putDataAside(controller: Controller): void | Promise<void>;
  putFetchedAside(): void | Promise<void>;
}

/** Steps 2 to 4, for a broker about to start that lives by ZooKeeper alone. Where there is nothing to leave it does nothing. */
export async function leaveMigration<Controller>(
  { hasFetched, controllers, stop, shell, putDataAside, putFetchedAside }: Leaving<Controller>,
  log: (message: string) => void,
): Promise<void> {
  if (!(await hasFetched())) return;
  const left = await controllers();
  if (left.length > 0) {
    log("taking the lead from the KRaft controllers");
    await Promise.all(left.map(stop));
    await forgetMigration(shell);
    for (const controller of left) await putDataAside(controller);
  }
  await putFetchedAside();
}

/** What something is called that was put aside now. */
export const asideName = (name: string): string =>
  `${name}.reverted-${new Date().toISOString().replaceAll(/[:.]/g, "-")}`;
