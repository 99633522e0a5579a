import assert from "node:assert/strict";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { CoreV1Api } from "@kubernetes/client-node";
import { readDeployed } from "../../../scripts/context.ts";
import type { KubeAccess } from "../../../toolchain/kubernetes.ts";
import { activeController } from "../../helpers/cluster.ts";
import { strayPorts } from "../../helpers/doors.ts";
import { eventually } from "../../helpers/eventually.ts";
import { dropNamespace, findCluster, leftOf } from "../../helpers/kube.ts";
import { killNode, listeningPorts } from "../../helpers/kube-node.ts";
import { tell } from "../../helpers/load.ts";
import { unlessLong } from "../../helpers/long.ts";
import { assertRefused } from "../../helpers/refusals.ts";
import { leakingFiles, secretsOf, watchProcesses, within } from "../security/secrets.ts";
import { type Lab, makeLab, TOPIC, USER, watching } from "./lab.ts";
import { outsiders, tryPods } from "./outside.ts";
import { logsOf, objectsIn, secretsIn } from "./secrets.ts";

interface Shape {
  /** A file of stacks/, which is the tested example. */
  readonly stack: string;
  readonly nodes: number;
  /** A broker to kill. */
  readonly victim: number;
  /** Nodes that `brokers.config` and `brokers.heap` concern. */
  readonly brokers: readonly number[];
  /** Why it is left out. */
  readonly leftOut?: string | false;
  /** Further tests, between the roll and the end. */
  readonly more?: (lab: Lab, access: KubeAccess | undefined) => void;
}

/**
 * The life of a cluster of pods as its user sees it, on a real Kubernetes: up, refusals, up again, smoke from both sides, broker and
 * controller killed under load, a roll under load, down with the data kept, up with the data there, down with the data
 * deleted.
 */
export async function lifecycle({ stack, nodes, victim, brokers, leftOut, more }: Shape): Promise<void> {
  const { access, skip } = await findCluster();
  const lab = makeLab(stack, `e2e-${stack}`, access);
  const { name, namespace, file, document } = lab;
  const pods = () => lab.pods();
  /** Which pods there are, and how often each was started again. */
  const lives = async () => [...(await pods())].map(([id, { uid, restarts }]) => ({ id, uid, restarts }));
  const ready = async () => [...(await pods()).values()].filter((pod) => pod.ready).length;

  describe(`a cluster of pods: ${stack}`, { skip: skip || leftOut }, () => {
    before(() => lab.prepare());
    after(async () => {
      if (access) await dropNamespace(access, outsiders(namespace));
      await lab.remove();
    });

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

    test("what must be refused is, from this machine and from a pod in another namespace", async (t) => {
      const { nodes: planned } = await lab.json(0, "plan", file);
      const own = { topic: TOPIC, group: "load-refused" };
      const [directory, deployed] = [path.join(lab.home, "kubernetes", name), await readDeployed(name)];
      const tried = { name, namespace, nodes: planned, pods: await pods(), deployed, directory, user: USER.name, own };
      const results = await tryPods(access!, tried);
      for (const { row, how } of results) t.diagnostic(`${row}: ${how}`);
      assertRefused(results);
    });

    test("nodes listen where the plan says and nowhere else: JMX neither", async () => {
      const [{ nodes: planned }, found] = [await lab.json(0, "plan", file), await pods()];
      for (const node of planned)
        assert.deepEqual(strayPorts(node, listeningPorts(found.get(node.id)!)), [], `node ${node.id}`);
    });

    test("a second up changes nothing and touches no pod", async () => {
      const earlier = await lives();
      assert.equal((await lab.up("--skip", "smoke")).changes, 0);
      assert.deepEqual(await lives(), earlier);
      assert.equal((await lab.json(0, "topics", "plan", file)).inSync, true);
    });

    const broker = { skip: stack === "kubernetes" && unlessLong("tried with kubernetes-zookeeper") };
    test("a broker killed under load: no acknowledged record is lost", broker, async (t) => {
      const report = await lab.underLoad(() => killAndWait(victim));
      tell(t, `broker ${victim} killed`, report);
      assert.deepEqual(report.lost, []);
    });

    const controller = { skip: stack !== "kubernetes" && unlessLong("tried with kubernetes") };
    test("the active controller killed under load: no acknowledged record is lost", controller, async (t) => {
      const active = await lab.asAdmin(activeController);
      const report = await lab.underLoad(() => killAndWait(active));
      tell(t, `controller ${active} killed`, report);
      assert.deepEqual(report.lost, []);
    });

    const chaos = { skip: stack !== "kubernetes-zookeeper" && "it has no ZooKeeper" };
    test("chaos, kill-zookeeper-leader, under load: no acknowledged record is lost", chaos, async (t) => {
      const words = ["--fault", "kill-zookeeper-leader", "--times", "1", "--duration", "1s"];
      const report = await lab.json(0, "chaos", file, "--yes", ...words);
      t.diagnostic(`node ${report.faults[0].node}: ${JSON.stringify({ ...report.records, ...report.longestStall })}`);
      assert.deepEqual([report.passed, report.records.lost, report.faults[0].note], [true, 0, null]);
    });

    const roll = {
      skip: stack !== "kubernetes-zookeeper" && unlessLong("tried with kubernetes-zookeeper"),
    };
    test(
      "a change of config and heap rolls the brokers one at a time: nothing lost, no error that a client would see",
      roll,
      async (t) => {
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
      },
    );

    more?.(lab, access);

    const again = { skip: stack !== "kubernetes" && unlessLong("the same for every shape: tried with kubernetes") };
    test("down leaves nothing but the data; up takes it up again", again, async () => {
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

    test("secrets are in Secrets and nowhere else: not in what commands print or Kubernetes tells, nor in the state", async () => {
      const secrets = secretsOf(path.join(lab.home, "kubernetes", name), (await readDeployed(name)).access);
      assert.ok(secrets.size >= nodes, `${secrets.size} secrets`);
      const processes = watchProcesses();
      // One after the other: together they starve the brokers of a small machine, and health then finds no controller.
      await lab.run(0, "preview", file);
      await lab.run(0, "plan", file, "--json");
      await lab.run(0, "health", file);
      await lab.run(0, "outputs", file, "--json");
      await lab.run(0, "access", "plan", file);
      const seen = processes.stop();
      for (const pod of (await pods()).values())
        assert.ok(
          seen.some((text) => text.includes(`HOSTNAME=${pod.name}\0`)),
          `${pod.name} was seen`,
        );
      const { Secret: _, ...told } = Object.fromEntries(await objectsIn(access!, namespace));
      const places = {
        ...told,
        ...Object.fromEntries(await logsOf(access!, namespace, [...(await pods()).values()])),
        processes: seen.join("\n"),
        printed: lab.printed.join("\n"),
      };
      for (const [place, text] of Object.entries(places)) assert.deepEqual(within(text, secrets), [], place);
      assert.deepEqual(
        leakingFiles(path.join(lab.home, "pulumi"), secrets, () => false),
        [],
        "Pulumi's state",
      );
      const known = within(await secretsIn(access!, namespace), secrets);
      assert.ok(
        known.some((secret) => secret.startsWith("key of")),
        "nodes know their keys by Secrets",
      );
      assert.ok(!known.some((secret) => secret.startsWith("key of authority")), "the authority's key stays here");
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
