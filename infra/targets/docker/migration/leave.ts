import type Docker from "dockerode";
import type { GateNode } from "../../../../scripts/ops/gate/state.ts";
import { isController, phaseOf } from "../../../plan/migration.ts";
import type { ClusterPlan } from "../../../plan/types.ts";
import { type Leaving, leaveMigration, STOP_GRACE_MS } from "../../migration/leave.ts";
import { containerName, LABEL } from "../names.ts";
import { stopContainer } from "../stop.ts";
import { MetadataLogs } from "./aside.ts";
import { zooKeeperShell } from "./shell.ts";

/** What the roll does beside restarting nodes when a cluster goes back to ZooKeeper. */
export interface WayBack {
  /** Before a container starts, its predecessor gone and its new files written: see ../../migration/leave.ts. */
  beforeStart(node: GateNode): Promise<void>;
  /** When a node has stopped that the plan no longer has: a controller of a later migration begins anew. */
  afterStop(node: GateNode): Promise<void>;
}

export function wayBack(docker: Docker, plan: ClusterPlan, log: (message: string) => void): WayBack {
  const { name } = plan;
  const logs = new MetadataLogs(docker, name);
  const livesByZooKeeper = phaseOf(plan) === "zookeeper";
  const leaving = (broker: number, controllers: readonly number[]): Leaving<number> => ({
    hasFetched: async () => (await logs.holders([broker])).length > 0,
    controllers: () => logs.holders(controllers),
    stop: (controller) => stopContainer(docker, containerName(name, controller), STOP_GRACE_MS),
    shell: zooKeeperShell(docker, name, broker),
    putDataAside: (controller) => logs.putControllersAside(controller),
    putFetchedAside: () => logs.putBrokersAside(broker),
  });
  return {
    async beforeStart({ id, roles }) {
      if (!livesByZooKeeper || !roles.includes("broker")) return;
      const controllers = await controllersOnEngine(docker, name);
      // There never was a migration: a new cluster starts without this look.
      if (controllers.length > 0) await leaveMigration(leaving(id, controllers), log);
    },
    async afterStop({ id }) {
      if (livesByZooKeeper && isController(id)) await logs.putControllersAside(id);
    },
  };
}

/** Controllers that have a data volume. */
async function controllersOnEngine(docker: Docker, stack: string): Promise<number[]> {
  const label = [`${LABEL.stack}=${stack}`, `${LABEL.volume}=data`, `${LABEL.roles}=controller`];
  const { Volumes } = await docker.listVolumes({ filters: { label } });
  return (Volumes ?? []).map(({ Labels }) => Number(Labels[LABEL.node]));
}
