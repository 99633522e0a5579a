import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import type Docker from "dockerode";
import { loadStackFile, resolveStack } from "../../infra/stack-file.ts";
import { LABEL } from "../../infra/targets/docker/names.ts";
import { freePorts } from "../../toolchain/ports.ts";
import { findEngine, nodeContainers } from "../helpers/docker.ts";
import { type BenchCluster, withCluster } from "./cluster.ts";
import { containerOptions, removeLabelled } from "./containers.ts";
import { createOptions } from "./kafka-topics.ts";
import { alternate, ratioGoal } from "./measure.ts";
import { CONTAINERS, medianPhases, phases } from "./phases.ts";
import { run } from "./run.ts";
import type { Benchmark, Session } from "./session.ts";

const SCRIPT = path.join(import.meta.dirname, "docker-by-hand.sh");
const STACK = "docker";
const BENCH_LABEL = "kafka-stacks.bench";
const AT_MOST = 1.2;

export const dockerUp: Benchmark = {
  name: "docker-up",
  description:
    "stacks/docker.yaml from nothing to verified, against a shell script that does the same with the docker command",
  async skip() {
    const { skip } = await findEngine();
    if (skip) return skip;
    const command = await run("docker", ["version"], {}).catch((error: Error) => error);
    return command instanceof Error && `the docker command does not work (${command.message.split("\n")[0]})`;
  },
  async measure(session) {
    const { docker } = await findEngine();
    session.say("bringing up a cluster once: what is got only once on a machine is then there");
    const node = await exampleNode(session, docker);
    const took: Record<string, number>[] = [];
    const up = { what: "kafka-stacks up", once: () => kafkaStacksUp(session, docker, (split) => took.push(split)) };
    const hand = { what: "docker by hand", once: () => byHand(session, docker, node) };
    const [ours, theirs] = await alternate(session, [up, hand]);
    return {
      series: [ours, theirs],
      goals: [ratioGoal(ours, theirs, { atMost: AT_MOST })],
      notes: [
        "image and tools there; state, ports and volumes new in each run; stopping is not counted",
        `kafka-stacks up, medians: ${medianPhases(took)}`,
      ],
    };
  },
};

/** Names on an engine are everybody's. */
let names = 0;
const newName = () => `bench-${process.pid}-${++names}`;

function withContainers<T>(session: Session, docker: Docker, use: (cluster: BenchCluster) => Promise<T>): Promise<T> {
  const name = newName();
  const text = readFileSync(resolveStack(STACK).file, "utf8");
  const removeLeft = () => removeLabelled(docker, `${LABEL.stack}=${name}`);
  return withCluster(session, { name, text, removeLeft }, use);
}

/** A node as `up` makes it: its image, and whatever limits and confines it. */
function exampleNode(session: Session, docker: Docker): Promise<Docker.ContainerInspectInfo> {
  return withContainers(session, docker, async ({ name, file, cli }) => {
    await cli("up", file, "--yes", "--skip", "topics", "health", "smoke");
    const [node] = (await nodeContainers(docker, name)).values();
    return docker.getContainer(node!.id).inspect();
  });
}

function kafkaStacksUp(
  session: Session,
  docker: Docker,
  onPhases: (phases: Record<string, number>) => void,
): Promise<number> {
  return withContainers(session, docker, async ({ file, cli }) => {
    const { json, said, ms } = await cli("up", file, "--yes", "--json");
    const { health, smoke } = json as { health: { healthy: boolean }; smoke: Smoke };
    assert.ok(health.healthy && smoke.passed, "up verified the cluster");
    const inside = smoke.checks.find(({ name }) => name === "inside");
    assert.equal(inside?.status, "pass", "from inside its network, too");
    onPhases({ ...phases(CONTAINERS, said), "(in smoke, beside other checks: inside)": inside.durationMs });
    return ms;
  });
}

interface Smoke {
  readonly passed: boolean;
  readonly checks: readonly { readonly name: string; readonly status: string; readonly durationMs: number }[];
}

async function byHand({ signal }: Session, docker: Docker, node: Docker.ContainerInspectInfo): Promise<number> {
  const { nodes, topics } = loadStackFile(STACK).plan;
  const { heapMiB, options } = nodes[0]!.jvm;
  const name = newName();
  const label = `${BENCH_LABEL}=${name}`;
  const env = {
    ...process.env,
    NAME: `kafka-${name}`,
    LABEL: label,
    IMAGE: node.Config.Image,
    LIMITS: containerOptions(node).join(" "),
    JVM_OPTIONS: [`-Xms${heapMiB}m`, `-Xmx${heapMiB}m`, ...options].join(" "),
    PORTS: (await freePorts(nodes.length)).join(" "),
    TOPICS: topics.map((topic) => createOptions(topic).join(" ")).join("\n"),
    // Records without a key cannot go where the last value of each key is kept.
    RECORDS_TOPIC: topics.find(({ config }) => config["cleanup.policy"] !== "compact")!.name,
  };
  try {
    return (await run(SCRIPT, [], { env, signal, until: "verified\n" })).ms;
  } finally {
    await removeLabelled(docker, label);
  }
}
