import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { CoreV1Api } from "@kubernetes/client-node";
import { cli } from "../../helpers/cli.ts";
import { findCluster, leftOf } from "../../helpers/kube.ts";
import { plainPulumi, stackSettings } from "../../helpers/pulumi.ts";
import { makeLab } from "./lab.ts";

const NAME = "e2e-kube-plain";
const OTHER = "e2e-kube-other";
const { access, skip } = await findCluster();

/** Two stacks in one namespace that somebody else made: one by plain pulumi, one by kafka-stacks. */
describe("clusters of pods by plain pulumi, and two in one namespace", { skip }, () => {
  const lab = makeLab("kubernetes-dedicated", NAME, access);
  const other = makeLab("kubernetes", OTHER, access);
  const namespace = "e2e-kube-shared";
  const pulumi = plainPulumi(lab.home);
  const up = () => pulumi("up", "-s", NAME, "--yes", "--skip-preview");
  const core = () => access!.config.makeApiClient(CoreV1Api);

  before(async () => {
    // Small and quick: what is tested is the way, not the cluster.
    for (const { document } of [lab, other]) {
      document.setIn(["brokers", "count"], 1);
      document.setIn(["topics"], []);
      document.setIn(["kubernetes", "namespace"], namespace);
    }
    lab.document.setIn(["controllers", "count"], 1);
    await core().createNamespace({ body: { metadata: { name: namespace } } });
    await lab.prepare();
    await other.prepare();
  });
  after(async () => {
    await cli(lab.home, "down", lab.file, "--delete-data", "--yes");
    await cli(other.home, "down", other.file, "--delete-data", "--yes");
    await core()
      .deleteNamespace({ name: namespace })
      .catch(() => {});
    rmSync(stackSettings(NAME), { force: true });
    await Promise.all([lab.remove(), other.remove()]);
  });

  test("up provisions it and tells where it is from both sides", async () => {
    await pulumi("stack", "init", NAME);
    await pulumi("config", "set", "-s", NAME, "kafka-stacks:file", lab.file);
    const shown = await up();
    assert.match(shown, /bootstrapServers/);
    assert.match(shown, new RegExp(`${NAME}-bootstrap\\.${namespace}\\.svc\\.cluster\\.local:9097`));
    assert.deepEqual(Object.keys(await leftOf(access!, namespace, NAME)).length > 0, true);
  });

  test("it is the cluster that kafka-stacks knows, once its users are let in", async () => {
    await lab.run(0, "access", "apply", lab.file, "--yes");
    assert.match(await lab.run(0, "smoke", lab.file), /pass +inside/);
  });

  test("another stack in the same namespace does not meet it", async () => {
    const first = await leftOf(access!, namespace, NAME);
    await other.up();
    assert.match(await up(), /\d+ unchanged/);
    assert.deepEqual(await leftOf(access!, namespace, NAME), first);
    await lab.run(0, "health", lab.file);
    await other.run(0, "health", other.file);
  });

  test("a change rolls, and pulumi ends", async () => {
    lab.document.setIn(["brokers", "heap"], "448MiB");
    lab.save();
    assert.match(await up(), /updated/);
  });

  test("other racks are refused, and nothing changes", async () => {
    const first = await leftOf(access!, namespace, NAME);
    lab.document.setIn(["brokers", "racks"], lab.document.createNode(["zone-a"]));
    lab.save();
    await assert.rejects(up(), ({ stdout, stderr }: { readonly stdout: string; readonly stderr: string }) => {
      assert.match(stdout + stderr, /brokers\.racks/);
      return true;
    });
    assert.deepEqual(await leftOf(access!, namespace, NAME), first);
    lab.document.deleteIn(["brokers", "racks"]);
    lab.save();
  });

  test("destroy stops everything and keeps the data; down of the other leaves it alone", async () => {
    await other.run(0, "down", other.file, "--delete-data", "--yes");
    assert.deepEqual(await leftOf(access!, namespace, OTHER), {});
    await lab.run(0, "health", lab.file);
    await pulumi("destroy", "-s", NAME, "--yes", "--skip-preview");
    const left = await leftOf(access!, namespace, NAME);
    assert.deepEqual(Object.keys(left), ["PersistentVolumeClaim"]);
    await lab.run(0, "down", lab.file, "--delete-data", "--yes");
    assert.deepEqual(await leftOf(access!, namespace, NAME), {});
    // Somebody else made the namespace.
    assert.ok((await core().readNamespace({ name: namespace })).metadata?.uid);
  });
});
