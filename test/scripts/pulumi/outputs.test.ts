import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import type { ClusterOutputs } from "../../../infra/outputs.ts";
import { locatePulumi } from "../../../toolchain/pulumi.ts";
import { pulumiEnvironment } from "../../../toolchain/state.ts";
import { cli, ownState, temporaryHome } from "../../helpers/cli.ts";

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

/** A state that holds nothing but the outputs of a deployment. */
function importStack(home: string): void {
  const own = ownState(home);
  const env = { ...own, ...pulumiEnvironment(own).env };
  const run = (args: readonly string[], input?: string) => {
    const { status, stdout, stderr } = spawnSync(pulumi!, [...args, "--cwd", home, "--non-interactive"], {
      env,
      input,
      encoding: "utf8",
    });
    assert.equal(status, 0, stderr);
    return stdout;
  };
  writeFileSync(path.join(home, "Pulumi.yaml"), "name: kafka-stacks\nruntime: nodejs\n");
  run(["stack", "init", "dev"]);
  const state = JSON.parse(run(["stack", "export"])) as { deployment: { resources?: unknown[] } };
  const type = "pulumi:pulumi:Stack";
  const urn = `urn:pulumi:dev::kafka-stacks::${type}::kafka-stacks-dev`;
  state.deployment.resources = [{ urn, type, custom: false, outputs: { cluster } }];
  run(["stack", "import"], JSON.stringify(state));
}

for (const by of ["kafka-stacks", "plain pulumi"])
  test(`outputs of a stack that ${by} brought up`, { skip }, async (t) => {
    const { home, remove } = temporaryHome();
    t.after(remove);
    importStack(home);
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
