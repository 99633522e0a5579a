import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { parseDocument } from "yaml";
import { resolveStack } from "../../infra/stack-file.ts";
import { dropNamespace, findCluster } from "../helpers/kube.ts";
import { kafkaImage } from "../helpers/kube-node.ts";
import { type BenchCluster, withCluster } from "./cluster.ts";
import { alternate, goal, type Series } from "./measure.ts";
import { medianPhases, PODS, phases } from "./phases.ts";
import type { Benchmark, Session } from "./session.ts";

/** Stacks, and how long each may take from nothing to verified. */
const COMBINED = { stack: "kubernetes", atMostMs: 30_000 };
const DEDICATED = { stack: "kubernetes-dedicated", atMostMs: 60_000 };

export const kubernetesUp: Benchmark = {
  name: "kubernetes-up",
  description: "stacks/kubernetes.yaml and kubernetes-dedicated.yaml from nothing to verified, images there",
  skip: async () => (await findCluster()).skip,
  async measure(session) {
    session.say("bringing up a cluster once: what is got only once on a machine is then there");
    await once(session, COMBINED.stack, () => {});
    const took: Record<string, Record<string, number>[]> = { [COMBINED.stack]: [], [DEDICATED.stack]: [] };
    const side = ({ stack }: typeof COMBINED) => ({
      what: `kafka-stacks up ${stack}`,
      once: () => once(session, stack, (split) => took[stack]!.push(split)),
    });
    const [combined, dedicated] = await alternate(session, [side(COMBINED), side(DEDICATED)]);
    const within = ({ what, medianMs }: Series, { atMostMs }: typeof COMBINED) =>
      goal(what, "ms", medianMs, { atMost: atMostMs });
    return {
      series: [combined, dedicated],
      goals: [within(combined, COMBINED), within(dedicated, DEDICATED)],
      notes: [
        "tools there; state, namespace and volumes new in each run; stopping is not counted",
        ...Object.entries(took).map(([stack, runs]) => `${stack}, medians: ${medianPhases(runs)}`),
      ],
    };
  },
};

let names = 0;

async function once(
  session: Session,
  stack: string,
  onPhases: (split: Record<string, number>) => void,
): Promise<number> {
  const { access } = await findCluster();
  const name = `bench-${process.pid}-${++names}`;
  const document = parseDocument(readFileSync(resolveStack(stack).file, "utf8"));
  document.setIn(["kubernetes", "image"], await kafkaImage(access!, String(document.getIn(["kafka", "version"]))));
  const removeLeft = () => dropNamespace(access!, `kafka-${name}`);
  return withCluster(session, { name, text: document.toString(), removeLeft }, async ({ file, cli }: BenchCluster) => {
    const { json, said, ms } = await cli("up", file, "--yes", "--json");
    const { health, smoke } = json as { health: { healthy: boolean }; smoke: { passed: boolean } };
    assert.ok(health.healthy && smoke.passed, "up verified the cluster");
    onPhases(phases(PODS, said));
    return ms;
  });
}
