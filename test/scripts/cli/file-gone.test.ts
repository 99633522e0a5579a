import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import type { ClusterOutputs } from "../../../infra/outputs.ts";
import { loadStackFile } from "../../../infra/stack-file.ts";
import { locatePulumi } from "../../../toolchain/pulumi.ts";
import { cli, temporaryHome } from "../../helpers/cli.ts";
import { importStack } from "../../helpers/imported-stack.ts";

const skip = locatePulumi() ? false : "no Pulumi CLI on this machine: run `npx pulumi version`";

const CLUSTER: ClusterOutputs = {
  schemaVersion: 1,
  stack: "gone-shop",
  target: "local",
  mode: "kraft",
  kafkaVersion: "4.3.1",
  clusterId: "some-id",
  bootstrapServers: ["127.0.0.1:1"],
  nodes: [
    { id: 1, roles: ["broker", "controller"], rack: null, address: "127.0.0.1:1", controllerAddress: "127.0.0.1:3" },
  ],
};

test("a stack whose file is gone: its plan as deployed, its data deleted by its name or path", { skip }, async (t) => {
  const { home, remove } = temporaryHome();
  t.after(remove);
  const file = path.join(home, "gone-shop.yaml");
  const data = path.join(home, "local", "gone-shop");
  const run = async (...args: string[]) => {
    const { code, stdout, stderr } = await cli(home, ...args);
    return { code, stdout, stderr: stderr.replaceAll(home, "HOME") };
  };
  writeFileSync(file, "preset: dev\nenvironment: dev\nbrokers: { count: 1 }\n");
  importStack(home, CLUSTER, loadStackFile(file).plan);
  rmSync(file);
  mkdirSync(data, { recursive: true });

  const plan = await run("plan", "gone-shop");
  assert.match(plan.stdout, /^gone-shop: Kafka \S+ in kraft mode on local, 1 nodes\n/);
  assert.deepEqual(
    [plan.code, plan.stderr],
    [0, "there is no stack file stacks/gone-shop.yaml: taking gone-shop as it was deployed\n"],
  );

  const down = await run("down", file, "--yes");
  assert.equal(down.code, 0, down.stderr);
  assert.match(
    down.stdout,
    /^gone-shop is down; its data is kept .*down \S+gone-shop\.yaml --delete-data deletes it\)\n$/,
  );
  assert.ok(existsSync(data));

  const health = await run("health", file);
  assert.deepEqual(
    [health.code, health.stderr],
    [
      1,
      "there is no stack file HOME/gone-shop.yaml: taking gone-shop as it was before it was taken down\n" +
        "error: stack gone-shop is not up: it was taken down, its data is kept, and its file is gone\n" +
        "  next: put its file back and run: kafka-stacks up HOME/gone-shop.yaml; or delete its data: kafka-stacks down HOME/gone-shop.yaml --delete-data\n",
    ],
  );

  const deleted = await run("down", "gone-shop", "--delete-data", "--yes");
  assert.deepEqual([deleted.code, deleted.stdout], [0, "gone-shop is down and its data is deleted\n"], deleted.stderr);
  assert.ok(!existsSync(data));
  assert.deepEqual(readdirSync(path.join(home, "down")), []);
});

test("data of a stack that other means took down: what its file must say", async (t) => {
  const { home, remove } = temporaryHome();
  t.after(remove);
  mkdirSync(path.join(home, "docker", "gone-shop"), { recursive: true });
  const misspelt = await cli(home, "down", "gone-shpo", "--delete-data", "--yes");
  assert.match(misspelt.stderr, /^error: wanted a stack file, found no stacks\/gone-shpo\.yaml\n {2}next: /);
  assert.equal(misspelt.code, 2);
  const { code, stderr } = await cli(home, "down", "gone-shop", "--delete-data", "--yes");
  assert.deepEqual(
    [code, stderr.replaceAll(home, "HOME")],
    [
      2,
      "error: the stack file of gone-shop is gone and gone-shop is down; it ran on docker, and HOME/docker/gone-shop is kept\n" +
        '  next: write a file gone-shop.yaml with "target: docker" and "environment: dev" (and its docker.host or kubernetes section, if it had one); then: kafka-stacks down gone-shop.yaml --delete-data, or up with its whole file\n',
    ],
  );
});
