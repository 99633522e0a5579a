import { KEY, type Labels, stackLabels } from "../names.ts";
import type { Pool, PoolKind } from "../pools.ts";

/** What may lose one pod at a time, and is kept apart: brokers of all racks, combined or not; controllers; ZooKeeper. */
export type Group = "brokers" | "controllers" | "zookeeper";

const GROUPS: Readonly<Record<PoolKind, Group>> = {
  combined: "brokers",
  broker: "brokers",
  controller: "controllers",
  zookeeper: "zookeeper",
};

export const groupOf = ({ kind }: Pick<Pool, "kind">): Group => GROUPS[kind];

/** By which a StatefulSet knows its pods; never to be changed, for it cannot be. */
export const poolSelector = (stack: string, { name }: Pool): Labels => ({ [KEY.stack]: stack, [KEY.pool]: name });
export const groupSelector = (stack: string, group: Group): Labels => ({ [KEY.stack]: stack, [KEY.group]: group });
export const nodeSelector = (stack: string): Labels => ({ [KEY.stack]: stack, [KEY.node]: "true" });

export const poolLabels = (stack: string, pool: Pool): Labels => ({
  ...stackLabels(stack),
  "app.kubernetes.io/component": pool.kind,
  [KEY.pool]: pool.name,
});

export const podLabels = (stack: string, kafkaVersion: string, pool: Pool): Labels => ({
  ...poolLabels(stack, pool),
  ...nodeSelector(stack),
  ...groupSelector(stack, groupOf(pool)),
  "app.kubernetes.io/version": kafkaVersion,
});
