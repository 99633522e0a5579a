import assert from "node:assert/strict";
import { copyFileSync } from "node:fs";
import path from "node:path";
import { after, afterEach, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { projectRoot } from "../../../infra/paths.ts";
import { childrenOf, cli, type Running, startCli, temporaryHome } from "../../helpers/cli.ts";
import { findEngine, leftOf, nodeContainers } from "../../helpers/docker.ts";
import { unlessLong } from "../../helpers/long.ts";

const NAME = "e2e-docker-interrupted";
const { docker, skip } = await findEngine();

describe("a cluster of containers whose deployment is cut off", { skip }, () => {
  const { home, remove } = temporaryHome();
  const file = path.join(home, `${NAME}.yaml`);
  copyFileSync(path.join(projectRoot, "stacks/docker.yaml"), file);
  const up = () => startCli(home, ["up", file, "--yes", "--skip", "smoke"]);
  const down = () => cli(home, "down", file, "--delete-data", "--yes");

  afterEach(async () => {
    const { code, stderr } = await down();
    assert.equal(code, 0, stderr);
    assert.deepEqual(await leftOf(docker, NAME), { containers: [], networks: [], volumes: [] });
  });
  after(remove);

  test("Ctrl-C while containers start ends it with 130, and the next up goes on to the end", async () => {
    const cut = up();
    await containersThere(cut, 1);
    process.kill(cut.pid, "SIGINT");
    const { code, stderr } = await cut.finished;
    assert.equal(code, 130, stderr);
    // A container that was waited for and did not become healthy is gone; what is left serves.
    for (const { running } of (await nodeContainers(docker, NAME)).values()) assert.ok(running);
    const again = await up().finished;
    assert.equal(again.code, 0, again.stderr);
    assert.equal((await nodeContainers(docker, NAME)).size, 3);
  });

  for (const [when, containers] of [
    ["as soon as anything is there", 0],
    ["while containers start", 2],
  ] as const)
    test(`killed with the engine ${when}, the next up goes on to the end`, {
      skip: containers === 0 && unlessLong("tried a moment later"),
    }, async () => {
      const cut = up();
      await (containers === 0 ? anythingThere(cut) : containersThere(cut, containers));
      for (const pid of [...childrenOf(cut.pid), cut.pid]) process.kill(pid, "SIGKILL");
      await cut.finished;
      const { code, stderr } = await up().finished;
      assert.equal(code, 0, stderr);
      assert.match(stderr, /was killed; removing its lock/);
      assert.equal((await nodeContainers(docker, NAME)).size, 3);
    });

  const containersThere = (cut: Running, count: number) =>
    until(cut, async () => (await nodeContainers(docker, NAME)).size >= count);
  const anythingThere = (cut: Running) =>
    until(cut, async () => {
      const { networks, volumes } = await leftOf(docker, NAME);
      return networks.length + volumes.length > 0;
    });
});

async function until(cut: Running, there: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 120_000;
  while (!(await there())) {
    assert.ok(Date.now() < deadline, `nothing came\n${cut.stderr()}`);
    await sleep(20);
  }
}
