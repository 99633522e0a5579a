import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { loadStackFile, resolveStack } from "../../infra/stack-file.ts";
import { freePorts } from "../../toolchain/ports.ts";
import { withCluster } from "./cluster.ts";
import { createOptions } from "./kafka-topics.ts";
import { alternate, ratioGoal } from "./measure.ts";
import { run } from "./run.ts";
import type { Benchmark, Session } from "./session.ts";

const SCRIPT = path.join(import.meta.dirname, "by-hand.sh");
const AT_MOST = 1;

export const upToVerified: Benchmark = {
  name: "up-to-verified",
  description: "stacks/dev.yaml from nothing to verified, against a shell script that does the same with Kafka's tools",
  async measure(session) {
    const up = { what: "kafka-stacks up", once: () => kafkaStacksUp(session) };
    const hand = { what: "by hand", once: () => byHand(session) };
    const [ours, theirs] = await alternate(session, [up, hand]);
    return {
      series: [ours, theirs],
      goals: [ratioGoal(ours, theirs, { atMost: AT_MOST })],
      notes: ["tools and class archive cached; state, ports and data new in each run; stopping is not counted"],
    };
  },
};

function kafkaStacksUp(session: Session): Promise<number> {
  const text = readFileSync(resolveStack("dev").file, "utf8");
  return withCluster(session, { text }, async ({ file, cli }) => {
    const { json, ms } = await cli("up", file, "--yes", "--json");
    const { health, smoke } = json as { health: { healthy: boolean }; smoke: { passed: boolean } };
    assert.ok(health.healthy && smoke.passed, "up verified the cluster");
    return ms;
  });
}

async function byHand({ place, signal, toolchain }: Session): Promise<number> {
  const { nodes, topics } = loadStackFile("dev").plan;
  const ports = await freePorts(2 * nodes.length);
  const env = {
    ...process.env,
    JAVA: toolchain.java,
    LIBS: toolchain.kafkaLibs,
    HEAP_MIB: String(nodes[0]!.jvm.heapMiB),
    BROKER_PORTS: ports.slice(0, nodes.length).join(" "),
    CONTROLLER_PORTS: ports.slice(nodes.length).join(" "),
    TOPICS: topics.map((topic) => createOptions(topic).join(" ")).join("\n"),
    // Records without a key cannot go where the last value of each key is kept.
    RECORDS_TOPIC: topics.find(({ config }) => config["cleanup.policy"] !== "compact")!.name,
  };
  return (await run(SCRIPT, [place()], { env, signal, until: "verified\n" })).ms;
}
