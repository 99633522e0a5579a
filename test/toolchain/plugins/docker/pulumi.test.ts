import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { projectRoot } from "../../../../infra/paths.ts";
import { failureFile } from "../../../../toolchain/plugins/official.ts";
import { locatePulumi } from "../../../../toolchain/pulumi.ts";
import { pulumiCommandEnvironment } from "../../../../toolchain/pulumi-command.ts";
import { docker, noEngine, tinyImage, unique } from "./engine.ts";

const pulumi = locatePulumi();
const skip = noEngine || (pulumi ? false : "no Pulumi CLI on this machine: run `npx pulumi version`");

/** One node as the Docker target makes it, with an environment that stack configuration changes. */
const PROGRAM = `
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
const config = new pulumi.Config();
const name = config.require("name");
const image = new docker.RemoteImage("image", { name: config.require("image"), keepLocally: true });
const network = new docker.Network("network", { name });
const volume = new docker.Volume("volume", { name });
const container = new docker.Container("container", {
  name,
  image: image.imageId,
  envs: [pulumi.interpolate\`TOKEN=\${config.requireSecret("token")}\`, "A=1"],
  networksAdvanced: [{ name: network.name, aliases: ["node-1"] }],
  ports: [{ internal: 9092, ip: "127.0.0.1" }],
  volumes: [{ volumeName: volume.name, containerPath: "/data" }],
  healthcheck: { tests: ["CMD", "bash", "-c", "true"], interval: "500ms" },
  wait: true,
});
new docker.Volume("named-by-pulumi", {});
export const external = container.ports.apply((ports) => ports?.[0]?.external);
export const address = container.networkDatas.apply((data) => data[0]?.ipAddress);
`;

describe("docker: a program of Pulumi's through the stand-in that is found by PATH", { skip }, async () => {
  if (skip) return;
  const [name, image] = [unique("program"), await tinyImage()];
  const directory = mkdtempSync(path.join(tmpdir(), "kafka-stacks-docker-"));
  const own = {
    KAFKA_STACKS_HOME: path.join(directory, "state"),
    KAFKA_STACKS_CACHE: path.join(directory, "cache"),
    PULUMI_HOME: path.join(directory, "home"),
  };
  const { env } = pulumiCommandEnvironment(pulumi ?? "", { ...process.env, ...own });
  // Even where the official plugin could be had, this test is about the stand-in.
  env.PATH = `${path.join(projectRoot, "toolchain/plugins/docker")}:${env.PATH}`;
  mkdirSync(path.dirname(failureFile("docker", env)), { recursive: true });
  writeFileSync(failureFile("docker", env), "");
  const run = (...args: string[]) => {
    const done = spawnSync(pulumi!, args, { cwd: directory, env, encoding: "utf8", timeout: 240_000 });
    const output = `${done.stdout}${done.stderr}`;
    assert.equal(done.status, 0, output);
    return output;
  };

  before(() => {
    writeFileSync(
      path.join(directory, "Pulumi.yaml"),
      "name: one-node\nmain: index.ts\nruntime: { name: nodejs, options: { typescript: false } }\n",
    );
    writeFileSync(path.join(directory, "package.json"), '{ "type": "module" }');
    writeFileSync(path.join(directory, "index.ts"), PROGRAM);
    symlinkSync(path.join(projectRoot, "node_modules"), path.join(directory, "node_modules"));
    run("stack", "init", "dev");
    run("config", "set", "name", name);
    run("config", "set", "image", image);
    run("config", "set", "--secret", "token", "first-secret");
  });

  after(() => {
    spawnSync(pulumi!, ["destroy", "--yes"], { cwd: directory, env });
    rmSync(directory, { recursive: true, force: true });
  });

  test("it is created, and made again without a change; a refresh finds none either", async () => {
    const up = run("up", "--yes");
    assert.match(up, /\+ 6 created/);
    assert.match(up, /stand-in is used/);
    assert.doesNotMatch(up, /error:|first-secret|Undefined value/);
    assert.match(up, /external: +\d+/);
    assert.match(run("up", "--yes"), /6 unchanged/);
    assert.doesNotMatch(run("refresh", "--yes"), /updated|deleted/);
    assert.match(run("up", "--yes"), /6 unchanged/);
    assert.doesNotMatch(run("stack", "export"), /first-secret/);
  });

  test("a change of its environment replaces the container, and nothing else", async () => {
    const { Id } = await docker.getContainer(name).inspect();
    run("config", "set", "--secret", "token", "second-secret");
    const up = run("up", "--yes");
    assert.match(up, /1 replaced/);
    assert.match(up, /5 unchanged/);
    const info = await docker.getContainer(name).inspect();
    assert.notEqual(info.Id, Id);
    assert.ok(info.Config.Env.includes("TOKEN=second-secret"));
  });

  test("a container that stopped is found by a refresh and started again", async () => {
    await docker.getContainer(name).stop({ t: 0 });
    assert.match(run("up", "--yes", "--refresh"), /1 updated/);
    assert.ok((await docker.getContainer(name).inspect()).State.Running);
  });

  test("it is destroyed", async () => {
    run("destroy", "--yes");
    await assert.rejects(docker.getContainer(name).inspect(), { statusCode: 404 });
    await assert.rejects(docker.getVolume(name).inspect(), { statusCode: 404 });
    assert.ok(await docker.getImage(image).inspect());
  });
});
