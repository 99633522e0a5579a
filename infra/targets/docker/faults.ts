import path from "node:path";
import type Docker from "dockerode";
import { UserError } from "../../errors.ts";
import type { ClusterPlan } from "../../plan/types.ts";
import { Keepers } from "../keeper.ts";
import type { LastingNodeFault, NodeFaults } from "../target.ts";
import { engineOf } from "./engine.ts";
import { containerName, networkName } from "./names.ts";
import { type Deed, undo } from "./undo.ts";

const UNDO_LATER = path.join(import.meta.dirname, "undo-later.ts");

/** What an engine can do to containers of a cluster. */
export function nodeFaults({ name, docker: plan }: ClusterPlan): NodeFaults {
  const { host, docker } = engineOf(plan?.host);
  const container = (nodeId: number) => docker.getContainer(containerName(name, nodeId));
  const deed = (what: Deed["what"], nodeId: number): Deed => ({
    what,
    container: containerName(name, nodeId),
    network: networkName(name),
  });
  const lasting = (what: Deed["what"], begin: (nodeId: number) => Promise<unknown>): LastingNodeFault => {
    const keepers = new Keepers();
    return {
      async begin(nodeId, limitMs) {
        await requireRunning(container(nodeId), nodeId);
        keepers.start(nodeId, process.execPath, [
          UNDO_LATER,
          host,
          String(limitMs),
          JSON.stringify(deed(what, nodeId)),
        ]);
        await begin(nodeId);
      },
      async end(nodeId) {
        await undo(docker, deed(what, nodeId));
        keepers.dismiss(nodeId);
      },
    };
  };
  return {
    // An engine does not restart what it was told to kill, whatever the restart policy.
    async kill(nodeId) {
      await requireRunning(container(nodeId), nodeId);
      await container(nodeId).kill({ signal: "SIGKILL" });
      await container(nodeId).wait({ condition: "not-running" });
    },
    lasting: {
      pause: lasting("pause", (nodeId) => container(nodeId).pause()),
      cut: lasting("cut", (nodeId) =>
        docker.getNetwork(networkName(name)).disconnect({ Container: containerName(name, nodeId), Force: true }),
      ),
    },
  };
}

async function requireRunning(container: Docker.Container, nodeId: number): Promise<void> {
  const { State } = await container.inspect();
  if (State.Running && !State.Paused) return;
  throw new UserError(`node ${nodeId} does not run`, "start it: kafka-stacks up, then run this again");
}
