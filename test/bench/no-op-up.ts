import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { resolveStack } from "../../infra/stack-file.ts";
import { pulumiEnvironment } from "../../toolchain/state.ts";
import { ownState } from "../helpers/cli.ts";
import { type BenchCluster, withCluster } from "./cluster.ts";
import { alternate, ratioGoal, type Side } from "./measure.ts";
import { run } from "./run.ts";
import type { Benchmark, Session } from "./session.ts";

const PROGRAM = path.join(import.meta.dirname, "empty-program.ts");
const AT_MOST = 1.5;

export const noOpUp: Benchmark = {
  name: "no-op-up",
  description:
    "a second up of stacks/dev.yaml with nothing to change, against an inline Pulumi program without resources",
  measure: (session) =>
    withCluster(session, { text: readFileSync(resolveStack("dev").file, "utf8") }, async (cluster) => {
      session.say("bringing up the cluster that the runs find unchanged");
      await cluster.cli("up", cluster.file, "--yes");
      const empty = emptyProgram(session);
      await empty.once(); // Makes its stack.
      const [ours, theirs] = await alternate(session, [secondUp(cluster), empty]);
      return {
        series: [ours, theirs],
        goals: [ratioGoal(ours, theirs, { atMost: AT_MOST })],
        notes: [
          "whole processes; the same Node, Pulumi CLI, Automation API and kind of state; the cluster runs meanwhile",
        ],
      };
    }),
};

function secondUp({ cli, file }: BenchCluster): Side {
  return {
    what: "kafka-stacks up",
    async once() {
      const { json, ms } = await cli("up", file, "--yes", "--json");
      const { changes, health } = json as { changes: number; health: { healthy: boolean } };
      assert.equal(changes, 0, "up had nothing to change");
      assert.ok(health.healthy, "the cluster is healthy");
      return ms;
    },
  };
}

function emptyProgram({ place, signal, toolchain }: Session): Side {
  const home = place();
  mkdirSync(home);
  const own = ownState(home);
  const env = { ...own, ...pulumiEnvironment(own).env };
  const args = [PROGRAM, home, path.dirname(toolchain.pulumiBinDir)];
  return { what: "empty program", once: async () => (await run(process.execPath, args, { env, signal })).ms };
}
