import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { stringify } from "yaml";
import { planCluster } from "../../../../infra/plan/plan.ts";
import { parseStack } from "../../../../infra/spec/load.ts";
import { hostsOf } from "../../../../infra/targets/docker/certificate-hosts.ts";
import type { DockerPlanned } from "../../../../infra/targets/docker/render.ts";

function planOf(docker: object): DockerPlanned {
  const stack = { target: "docker", security: { profile: "scram" }, brokers: { count: 1 }, docker };
  const controllers = { count: 1, placement: "dedicated" };
  return planCluster(parseStack(stringify({ ...stack, controllers }), "s.yaml").spec, "s") as DockerPlanned;
}

const inside = (id: number) => [`kafka-s-${id}`, `kafka-s-${id}.kafka-s`];

describe("names and addresses of a broker's certificate", () => {
  const rows = [
    [{}, ["127.0.0.1", "localhost"]],
    [{ publishAddress: "10.0.0.5" }, ["10.0.0.5"]],
    [{ publishAddress: "10.0.0.5", advertisedHost: "kafka.example.org" }, ["kafka.example.org", "10.0.0.5"]],
    [
      { publishAddress: "0.0.0.0", advertisedHost: "kafka.example.org" },
      ["kafka.example.org", "127.0.0.1", "localhost"],
    ],
  ] as const;
  for (const [docker, outside] of rows)
    test(JSON.stringify(docker), () => {
      const hosts = hostsOf(planOf(docker), { name: "node-1", commonName: "kafka-node", nodes: [1] });
      assert.deepEqual(hosts, [...inside(1), ...outside]);
    });
});

test("who is not published is reached in the cluster's network alone", () => {
  const hosts = hostsOf(planOf({}), { name: "node-1001", commonName: "kafka-node", nodes: [1001] });
  assert.deepEqual(hosts, inside(1001));
});
