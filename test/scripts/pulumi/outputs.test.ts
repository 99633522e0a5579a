import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import type { ClusterOutputs } from "../../../infra/outputs.ts";
import { locatePulumi } from "../../../toolchain/pulumi.ts";
import { cli, temporaryHome } from "../../helpers/cli.ts";
import { importStack } from "../../helpers/imported-stack.ts";

const pulumi = locatePulumi();
const skip = pulumi ? false : "no Pulumi CLI on this machine: run `npx pulumi version`";

const cluster: ClusterOutputs = {
  schemaVersion: 1,
  stack: "dev",
  target: "local",
  mode: "kraft",
  kafkaVersion: "4.3.1",
  clusterId: "some-id",
  bootstrapServers: ["127.0.0.1:1", "127.0.0.1:2"],
  nodes: [
    { id: 1, roles: ["broker", "controller"], rack: null, address: "127.0.0.1:1", controllerAddress: "127.0.0.1:3" },
  ],
};

for (const by of ["kafka-stacks", "plain pulumi"])
  test(`outputs of a stack that ${by} brought up`, { skip }, async (t) => {
    const { home, remove } = temporaryHome();
    t.after(remove);
    importStack(home, cluster);
    // Only kafka-stacks keeps a project file beside the state; pulumi has the project's own.
    if (by === "plain pulumi") rmSync(path.join(home, "Pulumi.yaml"));
    const { code, stdout, stderr } = await cli(home, "outputs", "dev", "--json");
    assert.deepEqual([code, stderr], [0, ""]);
    assert.deepEqual(JSON.parse(stdout), cluster);
    assert.deepEqual(await cli(home, "outputs", "dev", "--client-properties"), {
      code: 0,
      stdout: "bootstrap.servers=127.0.0.1:1,127.0.0.1:2\nsecurity.protocol=PLAINTEXT\n",
      stderr: "",
    });
  });
