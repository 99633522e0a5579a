import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, describe, test } from "node:test";
import { stringify } from "yaml";
import { cli, temporaryHome } from "../../helpers/cli.ts";
import { findEngine, leftOf, nodeContainers } from "../../helpers/docker.ts";
import { tell, underLoad } from "../../helpers/load.ts";
import { unlessLong } from "../../helpers/long.ts";

const NAME = "e2e-docker-lost";
const { docker, skip } = await findEngine();
const long = unlessLong("takes minutes; what decides and what the entry point refuses are unit tests");

describe("a cluster of containers whose volumes or state are gone", { skip: skip || long }, () => {
  const { home, remove } = temporaryHome();
  const file = path.join(home, `${NAME}.yaml`);
  const brokers = { count: 3, heap: "256MiB", memory: "640MiB" };
  const topics = [{ name: "orders", partitions: 3 }];
  writeFileSync(
    file,
    stringify({ target: "docker", environment: "dev", preset: "dev", brokers, topics, docker: { quickStart: true } }),
  );
  const volume = (id: number) => docker.getVolume(`kafka-${NAME}-${id}-data`);
  const run = async (expected: number, ...words: readonly string[]) => {
    const { code, stdout, stderr } = await cli(home, ...words);
    assert.equal(code, expected, stdout + stderr);
    return { stdout, stderr };
  };
  const up = (expected: number) => run(expected, "up", file, "--yes", "--skip", "smoke");

  after(async () => {
    await cli(home, "down", file, "--delete-data", "--yes");
    remove();
  });

  test("one of three volumes: its node is not formatted, the others serve, replace-node cures", async (t) => {
    await up(0);
    const { bootstrapServers } = JSON.parse((await run(0, "outputs", file, "--json")).stdout);
    await run(0, "down", file, "--yes");
    await volume(1).remove();
    const { stderr } = await up(1);
    assert.match(stderr, /start: this node has had data in \S+, and there is none now; nothing was formatted/);
    assert.match(stderr, new RegExp(`kafka-stacks replace-node ${file} 1`));
    const report = await underLoad(bootstrapServers, "orders", async () => {
      await run(0, "replace-node", file, "1", "--yes");
    });
    tell(t, "a volume lost and its node replaced", report);
    assert.deepEqual(report.lost, []);
  });

  test("the state while it runs: up touches nothing and names a step that works", async () => {
    const before = await nodeContainers(docker, NAME);
    for (const place of ["pulumi", `Pulumi.${NAME}.yaml`]) rmSync(path.join(home, place), { recursive: true });
    const { stderr } = await up(1);
    assert.match(stderr, new RegExp(`if that state is lost: kafka-stacks down ${file}`));
    assert.deepEqual(await nodeContainers(docker, NAME), before);
    await run(0, "down", file, "--yes");
    const { containers, networks, volumes } = await leftOf(docker, NAME);
    assert.deepEqual([containers, networks, volumes.length], [[], [], 3]);
  });

  test("two of three volumes: refused before anything is made", async () => {
    for (const id of [1, 2]) await volume(id).remove();
    const { stderr } = await up(1);
    assert.match(stderr, new RegExp(`node 1: wanted its data in volume kafka-${NAME}-1-data, found none`));
    const { containers, volumes } = await leftOf(docker, NAME);
    assert.deepEqual([containers, volumes], [[], [`kafka-${NAME}-3-data`]]);
  });
});
