import path from "node:path";
import { UserError } from "../../errors.ts";
import { Keepers } from "../keeper.ts";
import type { LastingNodeFault, NodeFaults } from "../target.ts";
import { ahead, behind, beyondCertificate, clockFault, type Shift } from "./faults/clock.ts";
import { cutFault } from "./faults/cut.ts";
import { diskFault } from "./faults/full-disk.ts";
import { slowFault } from "./faults/slow-disk.ts";
import { nodePaths } from "./provider/node-files.ts";
import { gone, type ProcessIdentity, runningProcess } from "./provider/process.ts";

const GONE_WITHIN_MS = 10_000;

/** What can be done to the processes of a cluster on this machine. @param directory of the cluster. */
export function nodeFaults(directory: string): NodeFaults {
  const nodeDirectory = (nodeId: number) => path.join(directory, `node-${nodeId}`);
  const running = (nodeId: number) => runningProcess(nodePaths(nodeDirectory(nodeId)).pidFile);
  const required = (nodeId: number): ProcessIdentity => {
    const found = running(nodeId);
    if (found) return found;
    throw new UserError(`node ${nodeId} does not run`, "start it: kafka-stacks up, then run this again");
  };
  const clock = (shift: Shift) => clockFault(nodeDirectory, running, shift);
  return {
    async kill(nodeId) {
      const target = required(nodeId);
      process.kill(target.pid, "SIGKILL");
      if (!(await gone(target, GONE_WITHIN_MS))) throw new Error(`node ${nodeId} survived SIGKILL`);
    },
    lasting: {
      pause: pauseFault(running, required),
      cut: cutFault(nodeDirectory, running, required),
      fill: diskFault(nodeDirectory),
      slow: slowFault(nodeDirectory),
      "clock-ahead": clock(ahead),
      "clock-behind": clock(behind),
      expire: clock(beyondCertificate),
    },
  };
}

function pauseFault(
  running: (nodeId: number) => ProcessIdentity | undefined,
  required: (nodeId: number) => ProcessIdentity,
): LastingNodeFault {
  const wakers = new Keepers();
  return {
    async begin(nodeId, limitMs) {
      const { pid } = required(nodeId);
      // A pid that was given to somebody else meanwhile does no harm: to a process that is not stopped SIGCONT does nothing.
      wakers.start(nodeId, "/bin/sh", ["-c", `sleep ${Math.ceil(limitMs / 1000)}; kill -CONT ${pid}`]);
      process.kill(pid, "SIGSTOP");
    },

    async end(nodeId) {
      const found = running(nodeId);
      if (found) process.kill(found.pid, "SIGCONT");
      wakers.dismiss(nodeId);
    },
  };
}
