import type Docker from "dockerode";
import type { NodeRuntimeState } from "../../../scripts/kafka/state.ts";
import { logsOf } from "../../../toolchain/plugins/docker/container-words.ts";
import { portOf } from "../container/node.ts";
import { readKept } from "../decisions/kept.ts";
import type { Operations } from "../target.ts";
import { clusterDirectory, deleteData } from "./data.ts";
import { engineOf, readEngine } from "./engine.ts";
import { nodeFaults } from "./faults.ts";
import { imageOf } from "./image-of.ts";
import { containerName, networkName } from "./names.ts";
import { removeOrphans } from "./orphans.ts";
import { requireRoom } from "./preflight.ts";
import { isUp } from "./runs.ts";
import { stillThere, stopStillThere } from "./still-there.ts";
import { runThrowaway } from "./throwaway.ts";
import { zookeeperRole } from "./zookeeper-role.ts";

/** What the engine tells of a cluster's containers, and what can be done beside them. */
export const dockerOperations: Operations = {
  async preflight(plan) {
    const { host, docker } = engineOf(plan.docker?.host);
    requireRoom(plan, await readEngine(host, docker));
    return [];
  },

  deleteData,
  running: stillThere,
  stopRunning: stopStillThere,
  removeOrphans,

  async nodeStates(plan) {
    const { host, docker } = engineOf(plan.docker?.host);
    // One question whose failure has a next step.
    await readEngine(host, docker);
    return Promise.all(plan.nodes.map(({ id }) => stateOf(docker, id, containerName(plan.name, id))));
  },

  zookeeperRole(plan, nodeId) {
    const { docker } = engineOf(plan.docker?.host);
    const node = plan.nodes.find(({ id }) => id === nodeId)!;
    return zookeeperRole(docker.getContainer(containerName(plan.name, nodeId)), portOf(node, "ZK_CLIENT"));
  },

  async migration({ name, docker: plan }) {
    const [kept, { liveMigration }] = [readKept(clusterDirectory(name)), await import("./migration/live.ts")];
    if (!kept) return "there is no cluster";
    return liveMigration(engineOf(plan?.host).docker, kept, plan?.advertisedHost ?? "");
  },

  faults: nodeFaults,

  async runInside(plan, { script, stdin }, signal) {
    const { docker } = engineOf(plan.docker?.host);
    const image = await imageOf(docker, plan.name);
    return runThrowaway(docker, { image, script, stdin, network: networkName(plan.name), signal });
  },
};

/** What the entry point said last before it refused to start the node. */
function refusalIn(log: string): string {
  const line = log.split("\n").findLast((one) => one.startsWith("start: "));
  return line === undefined ? "" : ` (${line})`;
}

async function stateOf(docker: Docker, id: number, name: string): Promise<NodeRuntimeState> {
  try {
    const { State, RestartCount } = await docker.getContainer(name).inspect();
    const health = State.Health;
    const said = health?.Log?.at(-1)?.Output.trim() ?? "";
    const restarts = RestartCount > 0 ? `, restarted ${RestartCount} times` : "";
    if (!isUp(State)) {
      const refusal = refusalIn(await logsOf(docker.getContainer(name)));
      return { id, name, well: false, detail: `${State.Status} with exit code ${State.ExitCode}${restarts}${refusal}` };
    }
    const status = health?.Status ?? "without a health check";
    return { id, name, well: status === "healthy", detail: `${status}${said ? ` (${said})` : ""}${restarts}` };
  } catch (error) {
    if ((error as { readonly statusCode?: number }).statusCode !== 404) throw error;
    return { id, name, well: false, detail: "there is no such container" };
  }
}
