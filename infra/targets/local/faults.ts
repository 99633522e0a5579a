import { type ChildProcess, spawn } from "node:child_process";
import path from "node:path";
import { UserError } from "../../errors.ts";
import type { NodeFaults } from "../target.ts";
import { nodePaths } from "./provider/node-files.ts";
import { gone, type ProcessIdentity, runningProcess } from "./provider/process.ts";

const GONE_WITHIN_MS = 10_000;

/** Signals to the processes of a cluster on this machine. @param directory of the cluster. */
export function nodeFaults(directory: string): NodeFaults {
  const wakers = new Map<number, ChildProcess>();
  const running = (nodeId: number) => runningProcess(nodePaths(path.join(directory, `node-${nodeId}`)).pidFile);
  const required = (nodeId: number): ProcessIdentity => {
    const found = running(nodeId);
    if (found) return found;
    throw new UserError(`node ${nodeId} does not run`, "start it: kafka-stacks up, then run this again");
  };
  return {
    async kill(nodeId) {
      const target = required(nodeId);
      process.kill(target.pid, "SIGKILL");
      if (!(await gone(target, GONE_WITHIN_MS))) throw new Error(`node ${nodeId} survived SIGKILL`);
    },

    async pause(nodeId, limitMs) {
      const { pid } = required(nodeId);
      // First whoever wakes it: a node must not sleep for ever because this process was killed between the two.
      end(wakers.get(nodeId));
      wakers.set(nodeId, waker(pid, limitMs));
      process.kill(pid, "SIGSTOP");
    },

    async resume(nodeId) {
      const found = running(nodeId);
      if (found) process.kill(found.pid, "SIGCONT");
      end(wakers.get(nodeId));
      wakers.delete(nodeId);
    },
  };
}

/**
 * A process of its own that wakes another after a while, whatever became of this one. A pid that was given to somebody else
 * meanwhile does no harm: to a process that is not stopped SIGCONT does nothing.
 */
function waker(pid: number, afterMs: number): ChildProcess {
  const script = `sleep ${Math.ceil(afterMs / 1000)}; kill -CONT ${pid}`;
  const child = spawn("/bin/sh", ["-c", script], { detached: true, stdio: "ignore" });
  child.on("error", () => {}); // Then `resume` alone wakes it.
  child.unref();
  return child;
}

/** With its sleep: it leads a group of its own. */
function end(child: ChildProcess | undefined): void {
  if (child?.pid !== undefined && child.exitCode === null && child.signalCode === null) process.kill(-child.pid);
}
