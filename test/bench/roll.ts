import { readFileSync, readlinkSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { resolveStack } from "../../infra/stack-file.ts";
import { launch, runningProcess, stop } from "../../infra/targets/local/provider/process.ts";
import { describeQuorum, withNode } from "../../scripts/kafka/gaps.ts";
import { brokerServes } from "../../scripts/kafka/serves.ts";
import { type BenchCluster, withCluster } from "./cluster.ts";
import { alternate, ratioGoal } from "./measure.ts";
import type { Benchmark } from "./session.ts";

const AT_MOST = 1.3;
const GRACE_MS = 60_000;
const ANSWER_MS = 2_000;

interface Outputs {
  readonly nodes: readonly { readonly id: number; readonly address: string }[];
}

export const roll: Benchmark = {
  name: "roll",
  description:
    "roll of stacks/dev.yaml through the gate, against each node stopped and started with nothing else asked",
  measure: (session) =>
    withCluster(session, { text: readFileSync(resolveStack("dev").file, "utf8") }, async (cluster) => {
      session.say("bringing up the cluster that is rolled");
      await cluster.cli("up", cluster.file, "--yes", "--skip", "smoke");
      const { json } = await cluster.cli("outputs", cluster.file, "--json");
      const gated = { what: "kafka-stacks roll", once: async () => (await rolled(cluster)).ms };
      const bare = { what: "stop and start", once: () => restartEach(cluster, json as Outputs) };
      const [ours, theirs] = await alternate(session, [gated, bare]);
      return {
        series: [ours, theirs],
        goals: [ratioGoal(ours, theirs, { atMost: AT_MOST })],
        notes: [
          "ours: the whole process, Pulumi, the gate, leaders given back and health included",
          "both leave the active controller for the last, and wait until a broker is registered again, which Kafka grants once its earlier session has ended (broker.session.timeout.ms, 9 s)",
        ],
      };
    }),
};

const rolled = ({ cli, file }: BenchCluster) => cli("roll", file, "--yes", "--json");

/**
 * The same processes with the same arguments, one after the other, the active controller last as in ours: a controller that
 * has just become active knows of no session, so whoever restarts after it would be spared the wait for its own.
 */
async function restartEach({ file, name }: BenchCluster, { nodes }: Outputs): Promise<number> {
  const began = performance.now();
  const { leaderId } = await withNode(nodes[0]!.address, ANSWER_MS, describeQuorum);
  for (const { id, address } of nodes.toSorted((a, b) => Number(a.id === leaderId) - Number(b.id === leaderId))) {
    const directory = path.join(path.dirname(file), "local", name, `node-${id}`);
    const pidFile = path.join(directory, "node.pid");
    const running = runningProcess(pidFile);
    if (!running) throw new Error(`node ${id} does not run`);
    const [, ...args] = readFileSync(`/proc/${running.pid}/cmdline`, "utf8").split("\0").slice(0, -1);
    const command = readlinkSync(`/proc/${running.pid}/exe`);
    await stop(pidFile, GRACE_MS);
    launch({ command, args, directory, pidFile, consoleLog: path.join(directory, "logs", "console.log") });
    while (!(await brokerServes(address, id, ANSWER_MS))) await sleep(100);
  }
  return performance.now() - began;
}
