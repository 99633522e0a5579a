import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { planCluster } from "../../../../infra/plan/plan.ts";
import { parseStack } from "../../../../infra/spec/load.ts";
import type { EngineState } from "../../../../infra/targets/docker/engine.ts";
import { obstacles } from "../../../../infra/targets/docker/preflight.ts";

const GiB = 1024 ** 3;
const plan = planCluster(parseStack("target: docker\npreset: dev\n", "s.yaml").spec, "s");
const ours = { "kafka-stacks.stack": "s" };
const engine: EngineState = {
  host: "unix:///var/run/docker.sock",
  id: "ENGINE",
  version: "28.2.2",
  apiVersion: "1.50",
  os: "linux",
  memoryBytes: 16 * GiB,
  containers: [{ name: "kafka-s-1", labels: ours, running: true, published: [] }],
  networks: [{ name: "bridge", labels: {} }],
  volumes: [{ name: "kafka-s-1-data", labels: ours }],
};
const stranger = { labels: {}, running: false, published: [] };

const rows: readonly (readonly [title: string, change: Partial<EngineState>, ...messages: string[]])[] = [
  ["room for it, and its own earlier things", {}],
  ["Windows containers", { os: "windows" }, "wanted an engine of Linux containers, found windows"],
  [
    "an old engine",
    { version: "19.03.1", apiVersion: "1.40" },
    "wanted Docker 20.10 (API 1.41) or newer, found 19.03.1 (API 1.40)",
  ],
  [
    "less memory than the limits add up to",
    { memoryBytes: 2 * GiB },
    "wanted 3.0 GiB of memory for 3 containers, found 2.0 GiB on the engine's machine",
  ],
  [
    "things of the same names that are someone else's",
    {
      containers: [{ name: "kafka-s-2", ...stranger }],
      networks: [{ name: "kafka-s", labels: {} }],
      volumes: [{ name: "kafka-s-3-config", labels: { "kafka-stacks.stack": "other" } }],
    },
    "a container named kafka-s-2 is on the engine and is not of stack s",
    "a network named kafka-s is on the engine and is not of stack s",
    "a volume named kafka-s-3-config is on the engine and is not of stack s",
  ],
];

describe("what keeps a plan from running on an engine, to the letter", () => {
  for (const [title, change, ...messages] of rows)
    test(title, () => {
      const found = obstacles(plan, { ...engine, ...change });
      assert.deepEqual(
        found.map(({ message }) => message),
        messages,
      );
      for (const { next } of found) assert.match(next, /^[a-z]/);
    });
});
