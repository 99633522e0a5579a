import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { parseDocument } from "yaml";
import { resolveStack } from "../../infra/stack-file.ts";
import { type BenchCluster, withCluster } from "./cluster.ts";
import { createOptions, TOPIC_COMMAND } from "./kafka-topics.ts";
import { goal, ratioGoal, seconds, series } from "./measure.ts";
import { run } from "./run.ts";
import type { Benchmark, Session } from "./session.ts";

const TOPICS = 1_000;
const SHAPE = { partitions: 3, replicationFactor: 3 };
const MIN_INSYNC_REPLICAS = 2;

/** By hand, so many topics before the cluster holds the others and so many after: the fuller it is, the longer one takes. */
const SAMPLE = 10;

const TIMES_FASTER = 20;
const AT_MOST_MS = 15_000;

interface Round {
  readonly applyMs: number;
  readonly planMs: number;
  /** All topics, extrapolated. */
  readonly byHandMs: number;
}

export const topics: Benchmark = {
  name: "topics",
  description: `${TOPICS} topics of 3 partitions with 3 replicas, created and then found in sync, against kafka-topics --create`,
  async measure(session) {
    const rounds: Round[] = [];
    while (rounds.length < session.runs) {
      const { applyMs, planMs, byHandMs } = await measureRound(session);
      rounds.push({ applyMs, planMs, byHandMs });
      const found = `apply ${seconds(applyMs)}, no-op plan ${seconds(planMs)}, by hand ${seconds(byHandMs)} (extrapolated)`;
      session.say(`run ${rounds.length} of ${session.runs}: ${found}`);
    }
    const every = (what: string, pick: (round: Round) => number) => series(what, rounds.map(pick));
    const apply = every("topics apply", ({ applyMs }) => applyMs);
    const plan = every("topics plan", ({ planMs }) => planMs);
    const both = every("apply and plan", ({ applyMs, planMs }) => applyMs + planMs);
    const byHand = every(`kafka-topics × ${TOPICS}`, ({ byHandMs }) => byHandMs);
    return {
      series: [apply, plan, both, byHand],
      goals: [
        ratioGoal(byHand, apply, { atLeast: TIMES_FASTER }),
        goal(both.what, "ms", both.medianMs, { atMost: AT_MOST_MS }),
      ],
      notes: [
        `kafka-topics is extrapolated from ${2 * SAMPLE} topics a run, one process each: half of them before apply, half after plan`,
      ],
    };
  },
};

function measureRound(session: Session): Promise<Round> {
  return withCluster(session, { text: stackText() }, async (cluster) => {
    await cluster.cli("up", cluster.file, "--yes", "--skip", "topics", "health", "smoke");
    const outputs = (await cluster.cli("outputs", cluster.file, "--json")).json as { bootstrapServers: string[] };
    const sample = (name: string) => byHand(session, outputs.bootstrapServers.join(","), name);
    const before = await sample("before");
    const applyMs = await inSync(cluster, "apply", "--yes");
    const planMs = await inSync(cluster, "plan");
    const after = await sample("after");
    return { applyMs, planMs, byHandMs: ((before + after) / (2 * SAMPLE)) * TOPICS };
  });
}

async function inSync({ cli, file }: BenchCluster, verb: string, ...flags: string[]): Promise<number> {
  const { json, ms } = await cli("topics", verb, file, "--json", ...flags);
  assert.ok((json as { inSync: boolean }).inSync, `topics ${verb}: in sync`);
  return ms;
}

async function byHand({ toolchain, signal }: Session, bootstrap: string, name: string): Promise<number> {
  const command = [
    "-cp",
    path.join(toolchain.kafkaLibs, "*"),
    TOPIC_COMMAND,
    "--bootstrap-server",
    bootstrap,
    "--create",
  ];
  const config = { "min.insync.replicas": `${MIN_INSYNC_REPLICAS}` };
  let sum = 0;
  for (let index = 0; index < SAMPLE; index++) {
    const options = createOptions({ name: `by-hand-${name}-${index}`, ...SHAPE, config });
    sum += (await run(toolchain.java, [...command, ...options], { signal })).ms;
  }
  return sum;
}

/** The stack `dev` with other topics. */
function stackText(): string {
  const names = Array.from({ length: TOPICS }, (_, index) => `bench-${String(index).padStart(4, "0")}`);
  const document = parseDocument(readFileSync(resolveStack("dev").file, "utf8"));
  document.set(
    "topics",
    names.map((name) => ({ name, ...SHAPE, minInsyncReplicas: MIN_INSYNC_REPLICAS })),
  );
  return document.toString();
}
