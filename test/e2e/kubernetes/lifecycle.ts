import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { CoreV1Api } from "@kubernetes/client-node";
import type { KubeAccess } from "../../../toolchain/kubernetes.ts";
import { activeController } from "../../helpers/cluster.ts";
import { eventually } from "../../helpers/eventually.ts";
import { findCluster, leftOf } from "../../helpers/kube.ts";
import { killNode } from "../../helpers/kube-node.ts";
import { tell } from "../../helpers/load.ts";
import { type Lab, makeLab, watching } from "./lab.ts";

interface Shape {
  /** A file of stacks/, which is the tested example. */
  readonly stack: string;
  readonly nodes: number;
  /** A broker to kill. */
  readonly victim: number;
  /** Nodes that `brokers.config` and `brokers.heap` concern. */
  readonly brokers: readonly number[];
  /** Further tests, between the roll and the end. */
  readonly more?: (lab: Lab, access: KubeAccess | undefined) => void;
}

/**
 * The life of a cluster of pods as its user sees it, on a real Kubernetes: up, up again, smoke from both sides, broker and
 * controller killed under load, a roll under load, down with the data kept, up with the data there, down with the data
 * deleted.
 */
export async function lifecycle({ stack, nodes, victim, brokers, more }: Shape): Promise<void> {
  const { access, skip } = await findCluster();
  const lab = makeLab(stack, `e2e-${stack}`, access);
  const { name, namespace, file, document } = lab;
  const pods = () => lab.pods();
  /** Which pods there are, and how often each was started again. */
  const lives = async () => [...(await pods())].map(([id, { uid, restarts }]) => ({ id, uid, restarts }));
  const ready = async () => [...(await pods()).values()].filter((pod) => pod.ready).length;

  describe(`a cluster of pods: ${stack}`, { skip }, () => {
    before(() => lab.prepare());
    after(() => lab.remove());

    test("up provisions and verifies it, from this machine and from a pod", async () => {
      const result = await lab.up();
      assert.equal(result.smoke.passed, true);
      assert.equal(result.health.healthy, true);
      const inside = result.smoke.checks.find((check: { name: string }) => check.name === "inside");
      assert.equal(inside?.status, "pass");
      assert.equal(await ready(), nodes);
    });

    test("outputs say how to connect from both places", async () => {
      const { bootstrapServers, inside } = await lab.outputs();
      assert.equal(bootstrapServers.length, brokers.length);
      for (const server of bootstrapServers) assert.match(server, /^[\d.]+:3[0-2]\d{3}$/);
      assert.deepEqual(inside?.bootstrapServers, [`${name}-bootstrap.${namespace}.svc.cluster.local:9097`]);
    });

    test("a second up changes nothing and touches no pod", async () => {
      const earlier = await lives();
      assert.equal((await lab.up()).changes, 0);
      assert.deepEqual(await lives(), earlier);
      assert.equal((await lab.json(0, "topics", "plan", file)).inSync, true);
    });

    test("a broker killed under load: no acknowledged record is lost", async (t) => {
      const report = await lab.underLoad(() => killAndWait(victim));
      tell(t, `broker ${victim} killed`, report);
      assert.deepEqual(report.lost, []);
    });

    test("the active controller killed under load: no acknowledged record is lost", async (t) => {
      const controller = await lab.asAdmin(activeController);
      const report = await lab.underLoad(() => killAndWait(controller));
      tell(t, `controller ${controller} killed`, report);
      assert.deepEqual(report.lost, []);
    });

    test("a change of config and heap rolls the brokers one at a time: nothing lost, no error that a client would see", async (t) => {
      document.setIn(["brokers", "config", "num.network.threads"], 4);
      document.setIn(["brokers", "heap"], "448MiB");
      lab.save();
      const earlier = await pods();
      let mostDown = 0;
      const report = await lab.underLoad(async () => {
        mostDown = await watching(lab, nodes, () => lab.up("--skip", "smoke"));
      });
      tell(t, "a change of config and heap", report);
      assert.equal(mostDown, 1, "pods down at once");
      assert.deepEqual({ lost: report.lost, errors: report.errors }, { lost: [], errors: [] });
      for (const [id, { uid }] of await pods())
        assert.equal(uid !== earlier.get(id)!.uid, brokers.includes(id), `node ${id}`);
    });

    more?.(lab, access);

    test("down leaves nothing but the data; up takes it up again", async () => {
      const { clusterId } = await lab.outputs();
      const earlier = (await pods()).size;
      await lab.run(0, "down", file, "--yes");
      const left = await leftOf(access!, namespace, name);
      assert.deepEqual(Object.keys(left), ["PersistentVolumeClaim"]);
      assert.equal(left.PersistentVolumeClaim?.length, earlier);
      await lab.up("--skip", "smoke");
      assert.equal((await lab.outputs()).clusterId, clusterId);
      assert.equal((await lab.json(0, "topics", "plan", file)).inSync, true);
    });

    test("down --delete-data leaves nothing", async () => {
      await lab.run(0, "down", file, "--delete-data", "--yes");
      assert.deepEqual(await leftOf(access!, namespace, name), {});
      const namespaces = await access!.config.makeApiClient(CoreV1Api).listNamespace();
      assert.ok(!namespaces.items.some(({ metadata }) => metadata?.name === namespace), "the namespace is gone");
    });
  });

  /** As the machine's out-of-memory killer would. The kubelet starts it again; `up` waits for it and changes nothing else. */
  async function killAndWait(id: number): Promise<void> {
    const { restarts } = (await pods()).get(id)!;
    await killNode(access!, namespace, name, id);
    await eventually("it is started again", async () => (await pods()).get(id)!.restarts > restarts);
    await lab.up("--skip", "smoke");
    assert.equal((await pods()).get(id)!.ready, true);
    await lab.untilInSync();
  }
}
