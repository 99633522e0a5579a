import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import type { ClusterOutputs } from "../../infra/outputs.ts";
import type { ClusterPlan } from "../../infra/plan/types.ts";
import { locatePulumi } from "../../toolchain/pulumi.ts";
import { pulumiEnvironment } from "../../toolchain/state.ts";
import { ownState } from "./cli.ts";

/** A state that holds nothing but the outputs of a deployment. */
export function importStack(home: string, cluster: ClusterOutputs, plan?: ClusterPlan): void {
  const pulumi = locatePulumi();
  assert.ok(pulumi, "a Pulumi CLI is on this machine");
  const own = ownState(home);
  const env = { ...own, ...pulumiEnvironment(own).env };
  const run = (args: readonly string[], input?: string) => {
    const { status, stdout, stderr } = spawnSync(pulumi, [...args, "--cwd", home, "--non-interactive"], {
      env,
      input,
      encoding: "utf8",
    });
    assert.equal(status, 0, stderr);
    return stdout;
  };
  writeFileSync(path.join(home, "Pulumi.yaml"), "name: kafka-stacks\nruntime: nodejs\n");
  run(["stack", "init", cluster.stack]);
  const state = JSON.parse(run(["stack", "export"])) as { deployment: { resources?: unknown[] } };
  const type = "pulumi:pulumi:Stack";
  const urn = `urn:pulumi:${cluster.stack}::kafka-stacks::${type}::kafka-stacks-${cluster.stack}`;
  state.deployment.resources = [{ urn, type, custom: false, outputs: { cluster, plan } }];
  run(["stack", "import"], JSON.stringify(state));
}
