import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { childrenOf, startCli } from "../../helpers/cli.ts";
import { eventually } from "../../helpers/eventually.ts";
import { findCluster, leftOf } from "../../helpers/kube.ts";
import { unlessLong } from "../../helpers/long.ts";
import { makeLab } from "./lab.ts";

const { access, skip } = await findCluster();

describe("a cluster of pods whose deployment is cut off", { skip }, () => {
  const lab = makeLab("kubernetes", "e2e-kube-cut", access);
  const { home, file, name, namespace } = lab;
  const up = () => startCli(home, ["up", file, "--yes", "--skip", "smoke"]);

  before(() => lab.prepare());
  afterEach(async () => {
    await lab.run(0, "down", file, "--delete-data", "--yes");
    assert.deepEqual(await leftOf(access!, namespace, name), {});
  });
  after(() => lab.remove());

  test("Ctrl-C while pods start ends it with 130, and the next up goes on to the end", async () => {
    const cut = up();
    await eventually("there are pods", async () => (await lab.pods()).size > 0, 60_000);
    process.kill(cut.pid, "SIGINT");
    const ended = await cut.finished;
    assert.equal(ended.code, 130, ended.stderr);
    const { code, stderr } = await up().finished;
    assert.equal(code, 0, stderr);
    assert.ok([...(await lab.pods()).values()].every(({ ready }) => ready));
  });

  const long = { skip: unlessLong("tried with containers") };
  test("killed with the engine while objects are made, the next up takes up what it left", long, async () => {
    const cut = up();
    await eventually(
      "there is something",
      async () => Object.keys(await leftOf(access!, namespace, name)).length > 0,
      60_000,
    );
    for (const pid of [...childrenOf(cut.pid), cut.pid]) process.kill(pid, "SIGKILL");
    await cut.finished;
    const { code, stderr } = await up().finished;
    assert.equal(code, 0, stderr);
    assert.match(stderr, /was killed; removing its lock/);
    assert.equal((await lab.pods()).size, 3);
  });
});
