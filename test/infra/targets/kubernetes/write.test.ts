import assert from "node:assert/strict";
import path from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { planCluster } from "../../../../infra/plan/plan.ts";
import { parseStack } from "../../../../infra/spec/parse.ts";
import { keep } from "../../../../infra/targets/decisions/kept.ts";
import { clusterArgs } from "../../../../infra/targets/kubernetes/cluster-args.ts";
import type { KubernetesPlanned } from "../../../../infra/targets/kubernetes/pools.ts";
import { write } from "../../../../infra/targets/kubernetes/write.ts";
import { temporaryHome } from "../../../helpers/cli.ts";

const planOf = (kubernetes: string) =>
  planCluster(
    parseStack(`target: kubernetes\nenvironment: dev\nkubernetes: ${kubernetes}\ntopics: []`, "s.yaml").spec,
    "s",
  ) as KubernetesPlanned;

/** What brokers tell clients outside. */
const toldBy = async (kubernetes: string) => {
  const map = (await write(planOf(kubernetes), "AAAAAAAAAAAAAAAAAAAAAA")).find(
    ({ object }) => object.metadata.name === "s-external",
  );
  return (map?.object as { readonly data?: Record<string, string> } | undefined)?.data;
};

describe("what brokers without a way in tell clients, in YAML", () => {
  const state = temporaryHome();
  const earlier = process.env.KAFKA_STACKS_HOME;
  beforeEach(() => {
    process.env.KAFKA_STACKS_HOME = path.join(state.home, "state");
  });
  afterEach(() => {
    if (earlier === undefined) delete process.env.KAFKA_STACKS_HOME;
    else process.env.KAFKA_STACKS_HOME = earlier;
    state.remove();
  });

  test("ports of their own machine, the same each time", async () => {
    const told = { 1: "127.0.0.1:31092", 2: "127.0.0.1:31093", 3: "127.0.0.1:31094" };
    assert.deepEqual(await toldBy("{ external: none }"), told);
    assert.deepEqual(await toldBy("{ external: none }"), told);
  });

  test("those that the stack fixes", async () => {
    const told = { 1: "127.0.0.1:32000", 2: "127.0.0.1:32001", 3: "127.0.0.1:32002" };
    assert.deepEqual(await toldBy("{ external: none, ports: { external: 32000 } }"), told);
  });

  test("those that were decided before, and for new brokers others", async () => {
    const args = clusterArgs(planOf("{ external: none }"), "id");
    keep({
      ...args,
      clusterId: "AAAAAAAAAAAAAAAAAAAAAA",
      ports: { "EXTERNAL_TLS@1": 31_093, "EXTERNAL_TLS@2": 30_500 },
      secrets: {},
    });
    const told = { 1: "127.0.0.1:31093", 2: "127.0.0.1:30500", 3: "127.0.0.1:31092" };
    assert.deepEqual(await toldBy("{ external: none }"), told);
  });

  test("no Service leads in", async () => {
    const services = (await write(planOf("{ external: none }"), undefined)).filter(
      ({ object }) => object.kind === "Service",
    );
    assert.deepEqual(
      services.map(({ object }) => object.metadata.name),
      ["s-nodes", "s-bootstrap"],
    );
  });
});
