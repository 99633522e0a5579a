/** Claims that had data and are gone, and a state that is gone while the cluster runs: no acknowledged record is lost. */
import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { AppsV1Api, CoreV1Api } from "@kubernetes/client-node";
import { readDeployed } from "../../../scripts/context.ts";
import { createClient } from "../../../scripts/kafka/client.ts";
import { identityOf } from "../../../scripts/kafka/identity.ts";
import { cli } from "../../helpers/cli.ts";
import { findCluster } from "../../helpers/kube.ts";
import { underLoad as loadOf, loginOf, tell } from "../../helpers/load.ts";
import { unlessLong } from "../../helpers/long.ts";
import { makeLab, TOPIC, watching } from "./lab.ts";

const { access, skip } = await findCluster();
const lab = makeLab("kubernetes", "e2e-claims", access);
const { namespace, home, file, name, document } = lab;
const RECORDS = 300;

describe("data that is gone", { skip: skip || unlessLong("claims are gone between two commands") }, () => {
  const core = () => access!.config.makeApiClient(CoreV1Api);
  const underLoad = async (act: () => Promise<void>) => {
    const { cluster, access: login } = await readDeployed(name);
    return loadOf(cluster.bootstrapServers, TOPIC, act, loginOf(identityOf(login, "admin")));
  };
  const claimOf = (id: number) => `data-${name}-combined-${id}`;
  const loseClaims = async (...ids: number[]) => {
    for (const id of ids) await core().deleteNamespacedPersistentVolumeClaim({ namespace, name: claimOf(id) });
  };
  const loseState = () => {
    rmSync(path.join(home, "pulumi"), { recursive: true });
    rmSync(path.join(home, `Pulumi.${name}.yaml`), { force: true });
  };
  const stored = () =>
    lab.asAdmin(async ({ bootstrapServers }) => {
      const admin = createClient(bootstrapServers, "test").admin();
      await admin.connect();
      const offsets = await admin.fetchTopicOffsets(TOPIC).finally(() => admin.disconnect());
      return offsets.reduce((sum, { high }) => sum + Number(high), 0);
    });

  before(async () => {
    document.setIn(["topics"], [{ name: TOPIC, partitions: 6, replicationFactor: 3, minInsyncReplicas: 2 }]);
    document.delete("users");
    await lab.prepare();
    await lab.up("--skip", "smoke");
    await lab.asAdmin(async ({ bootstrapServers }) => {
      const producer = createClient(bootstrapServers, "test").producer();
      await producer.connect();
      const messages = Array.from({ length: RECORDS }, (_, i) => ({ key: `${i}`, value: `${i}` }));
      await producer.send({ topic: TOPIC, acks: -1, messages });
      await producer.disconnect();
    });
  });
  after(() => lab.remove());

  /** Their ConfigMaps and Secrets have names that the engine makes, so they get others: a change like any other. */
  test("without its state, up takes the cluster up: its pods are replaced one at a time, if at all", async (t) => {
    let mostDown = 0;
    const report = await underLoad(async () => {
      loseState();
      mostDown = await watching(lab, 3, () => lab.up("--skip", "smoke"));
    });
    tell(t, "the state lost", report);
    assert.ok(mostDown <= 1, `${mostDown} pods were down at once`);
    assert.deepEqual({ lost: report.lost, errors: report.errors }, { lost: [], errors: [] });
    assert.ok((await stored()) >= RECORDS);
  });

  test("a claim that is gone while the cluster is down: its node waits, and replace-node fills it", async () => {
    await lab.run(0, "down", file, "--yes");
    await loseClaims(2);
    const up = await cli(home, "up", file, "--yes", "--skip", "smoke");
    assert.match(up.stderr, /node 2 was not started: .* kafka-stacks replace-node \S*e2e-claims\S* 2/);
    assert.equal(up.code, 3);
    assert.ok((await stored()) >= RECORDS);
    const records = await stored();
    await lab.run(0, "replace-node", file, "2", "--yes");
    assert.equal(await stored(), records);
  });

  test("replace-node of a pod that runs: another claim, filled by the others, and nothing is lost", async (t) => {
    const claim = { name: claimOf(1), namespace };
    const uid = async () => (await core().readNamespacedPersistentVolumeClaim(claim)).metadata?.uid;
    const earlier = await uid();
    const report = await underLoad(async () => {
      await lab.run(0, "replace-node", file, "1", "--yes");
    });
    tell(t, "a node replaced", report);
    assert.deepEqual(report.lost, []);
    assert.notEqual(await uid(), earlier);
  });

  test("claims of two of three voters are gone: nothing is started", async () => {
    await lab.run(0, "down", file, "--yes");
    await loseClaims(1, 3);
    const { code, stderr } = await cli(home, "up", file, "--yes", "--skip", "smoke");
    assert.equal(code, 1);
    assert.match(stderr, /claim data-e2e-claims-combined-1, found none/);
    assert.match(stderr, /too few to continue from/);
    const { items } = await access!.config.makeApiClient(AppsV1Api).listNamespacedStatefulSet({ namespace });
    assert.deepEqual(items, []);
    await lab.run(0, "down", file, "--delete-data", "--yes");
  });

  test("without its state, down stops what runs, and its data can be deleted", async () => {
    await lab.up("--skip", "smoke");
    loseState();
    await lab.run(0, "down", file, "--yes");
    assert.equal((await lab.pods()).size, 0);
    await lab.run(0, "down", file, "--delete-data", "--yes");
  });
});
