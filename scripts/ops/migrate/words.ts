import type { BrokerMode, MetadataPhase } from "../../../infra/plan/migration.ts";
import type { Role } from "../../../infra/plan/types.ts";
import type { MigrationState } from "./next.ts";

/** What a phase is, for a person. */
export const PHASE_WORDS: Readonly<Record<MetadataPhase, string>> = {
  zookeeper: "ZooKeeper alone",
  prepare: "KRaft controllers stand ready",
  dualWrite: "KRaft controllers lead, and keep ZooKeeper up to date",
  kraftBrokers: "brokers are off ZooKeeper, which the controllers still keep up to date",
  kraft: "KRaft alone",
};

const MODE_WORDS: Readonly<Record<BrokerMode, string>> = {
  zookeeper: "ZooKeeper",
  migrating: "ZooKeeper, in migration mode",
  kraft: "KRaft",
};

/** By what each node lives: brokers tell it themselves, of the others the deployed phase knows. */
export function nodeRows(
  nodes: readonly { readonly id: number; readonly roles: readonly Role[] }[],
  { deployed, live }: MigrationState,
): { readonly id: number; readonly roles: readonly Role[]; readonly metadata: string | null }[] {
  return nodes.map(({ id, roles }) => {
    if (roles.includes("zookeeper")) return { id, roles, metadata: "ZooKeeper" };
    if (!roles.includes("broker"))
      return { id, roles, metadata: deployed === "kraft" ? "KRaft" : "KRaft, in migration mode" };
    const mode = typeof live === "string" ? undefined : live.brokers.get(id);
    return { id, roles, metadata: mode ? MODE_WORDS[mode] : null };
  });
}
