import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, describe, test } from "node:test";
import { promisify } from "node:util";
import { parseDocument } from "yaml";
import { projectRoot } from "../../../infra/paths.ts";
import { ensurePulumi } from "../../../toolchain/pulumi.ts";
import { pulumiCommandEnvironment } from "../../../toolchain/pulumi-command.ts";
import { cli, temporaryHome } from "../../helpers/cli.ts";
import { findEngine, leftOf, nodeContainers } from "../../helpers/docker.ts";
import { unlessLong } from "../../helpers/long.ts";
import { plainPulumi, stackSettings } from "../../helpers/pulumi.ts";

const NAME = "e2e-docker-plain";
const { docker, skip } = await findEngine();

describe("a cluster of containers by plain pulumi", { skip }, () => {
  const { home, remove } = temporaryHome();
  const file = path.join(home, `${NAME}.yaml`);
  const document = parseDocument(readFileSync(path.join(projectRoot, "stacks/docker-dedicated.yaml"), "utf8"));
  const pulumi = plainPulumi(home);
  const up = () => pulumi("up", "-s", NAME, "--yes", "--skip-preview");
  const save = () => writeFileSync(file, document.toString());
  // Small and quick: what is tested is the way, not the cluster.
  document.setIn(["brokers", "count"], 2);
  document.setIn(["controllers", "count"], 1);
  document.setIn(["topics"], []);
  save();

  after(async () => {
    await cli(home, "down", file, "--delete-data", "--yes");
    rmSync(stackSettings(NAME), { force: true });
    remove();
  });

  test("up provisions it and tells where it is from both sides", async () => {
    await pulumi("stack", "init", NAME);
    await pulumi("config", "set", "-s", NAME, "kafka-stacks:file", file);
    const shown = await up();
    assert.match(shown, /created/);
    assert.match(shown, /bootstrapServers/);
    assert.match(shown, new RegExp(`kafka-${NAME}-1:9092`));
    assert.equal((await nodeContainers(docker, NAME)).size, 3);
  });

  test("it is the cluster that kafka-stacks knows", async () => {
    const { code, stdout, stderr } = await cli(home, "smoke", file);
    assert.equal(code, 0, stdout + stderr);
    assert.match(stdout, /pass +inside/);
  });

  test("a second up changes nothing", async () => {
    assert.match(await up(), /\d+ unchanged/);
    const before = await nodeContainers(docker, NAME);
    await up();
    assert.deepEqual(await nodeContainers(docker, NAME), before);
  });

  test("up heals a container that was killed, without being told to look", async () => {
    const victim = (await nodeContainers(docker, NAME)).get(2)!;
    await docker.getContainer(victim.id).kill();
    await up();
    const now = (await nodeContainers(docker, NAME)).get(2)!;
    assert.deepEqual([now.id, now.running], [victim.id, true]);
  });

  test("refresh finds what was changed by hand", async () => {
    const { id } = (await nodeContainers(docker, NAME)).get(1)!;
    await docker.getContainer(id).update({ RestartPolicy: { Name: "no" } });
    assert.match(await pulumi("refresh", "-s", NAME, "--yes", "--skip-preview"), /restart/);
    await up();
    const { HostConfig } = await docker.getContainer(id).inspect();
    assert.equal(HostConfig.RestartPolicy?.Name, "unless-stopped");
  });

  test("more memory and room roll the brokers, and pulumi ends", async () => {
    const before = await nodeContainers(docker, NAME);
    document.setIn(["brokers", "memory"], "1200MiB");
    document.setIn(["brokers", "disk"], "2GiB");
    save();
    assert.match(await up(), /2 replaced/);
    const now = await nodeContainers(docker, NAME);
    for (const [id, container] of now) assert.equal(container.id !== before.get(id)!.id, id < 1000, `node ${id}`);
    const { HostConfig } = await docker.getContainer(now.get(1)!.id).inspect();
    assert.equal(HostConfig.Memory, 1200 * 1024 ** 2);
  });

  test("a smaller disk is refused, and nothing changes", async () => {
    const before = await nodeContainers(docker, NAME);
    document.setIn(["brokers", "disk"], "1GiB");
    save();
    const failure = await up().then(
      () => assert.fail("it was accepted"),
      (error: { readonly stdout: string; readonly stderr: string }) => error.stdout + error.stderr,
    );
    assert.match(failure, /brokers\.disk: volume \S+-1-data and 1 more is planned with 2GiB and cannot shrink to 1GiB/);
    assert.deepEqual(await nodeContainers(docker, NAME), before);
    document.setIn(["brokers", "disk"], "2GiB");
    save();
  });

  test("destroy stops everything in order and keeps the data", async () => {
    await pulumi("destroy", "-s", NAME, "--yes", "--skip-preview");
    const { containers, networks, volumes } = await leftOf(docker, NAME);
    assert.deepEqual([containers, networks], [[], []]);
    assert.equal(volumes.length, 3);
  });

  const long = { skip: unlessLong("takes a minute") };
  test("a destroy by the CLI itself, which tells the program nothing, ends as well", long, async () => {
    await up();
    const setup = { env: process.env, yes: false, progress: () => {} };
    const pulumiCli = await ensurePulumi(setup);
    const { env } = pulumiCommandEnvironment(pulumiCli, { ...process.env, KAFKA_STACKS_HOME: home });
    const args = ["destroy", "-s", NAME, "--yes", "--skip-preview", "--run-program", "--non-interactive"];
    await promisify(execFile)(pulumiCli, args, { cwd: projectRoot, env, timeout: 120_000 });
    assert.deepEqual((await leftOf(docker, NAME)).containers, []);
  });

  test("down works with a file that lacks a node which is up", async () => {
    await up();
    document.setIn(["brokers", "count"], 1);
    save();
    const { code, stdout, stderr } = await cli(home, "down", file, "--delete-data", "--yes");
    assert.equal(code, 0, stdout + stderr);
    assert.deepEqual(await leftOf(docker, NAME), { containers: [], networks: [], volumes: [] });
  });
});
