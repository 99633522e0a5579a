import assert from "node:assert/strict";
import { copyFileSync, globSync } from "node:fs";
import path from "node:path";
import { after, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { projectRoot } from "../../../infra/paths.ts";
import { hasLogs } from "../../../infra/targets/local/provider/found.ts";
import { childrenOf, cli, type Running, startCli, temporaryHome } from "../../helpers/cli.ts";
import { nodeProcesses } from "./nodes.ts";

const NAME = "e2e-interrupted";

describe("a local cluster whose deployment is cut off", () => {
  const { home, remove } = temporaryHome();
  const file = path.join(home, `${NAME}.yaml`);
  copyFileSync(path.join(projectRoot, "stacks/dev.yaml"), file);
  const up = () => startCli(home, ["up", file, "--yes", "--skip", "smoke"]);
  const running = () => [...nodeProcesses(home, NAME).values()].filter((found) => found !== undefined);

  after(async () => {
    await cli(home, "down", file, "--delete-data", "--yes");
    remove();
  });

  test("Ctrl-C while nodes start ends it with 130 and leaves no half-made node", async () => {
    const cut = up();
    await oneNodeStarted(cut);
    process.kill(cut.pid, "SIGINT");
    const { code, stderr } = await cut.finished;
    assert.equal(code, 130, stderr);
    assert.match(stderr, /interrupted/);
    // A node that served before the interrupt is whole and stays. One that did not has no process, and no directory either
    // unless it had begun a log: what stands in that, others may have counted on.
    for (const [id, found] of nodeProcesses(home, NAME))
      if (!found) assert.ok(hasLogs(path.join(home, "local", NAME, `node-${id}`, "data")), `node ${id}`);
  });

  test("killed with the engine, it leaves a lock that the next up removes, and that up goes on to the end", async () => {
    await cli(home, "down", file, "--delete-data", "--yes");
    const cut = up();
    await oneNodeStarted(cut);
    for (const pid of [...childrenOf(cut.pid), cut.pid]) process.kill(pid, "SIGKILL");
    await cut.finished;
    const { code, stderr } = await up().finished;
    assert.equal(code, 0, stderr);
    assert.match(stderr, /was killed; removing its lock/);
    assert.equal(running().length, 3);
    const sideFiles = globSync("pulumi/**/*.attrs", { cwd: home });
    assert.deepEqual(sideFiles, [], "Pulumi writes these in two steps: one of a killed run would spoil the stack");
  });

  async function oneNodeStarted(cut: Running): Promise<void> {
    const deadline = Date.now() + 120_000;
    while (running().length === 0) {
      assert.ok(Date.now() < deadline, `no node started\n${cut.stderr()}`);
      await sleep(50);
    }
  }
});
