import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, describe, test } from "node:test";
import type { V1StatefulSet } from "@kubernetes/client-node";
import { clientsOf, type KubeApi } from "../../../../infra/targets/kubernetes/api.ts";
import { KEY, stackLabels } from "../../../../infra/targets/kubernetes/names.ts";
import { kubernetesOperations } from "../../../../infra/targets/kubernetes/operations.ts";
import { removeGuests } from "../../../../infra/targets/kubernetes/throwaway.ts";
import { eventually } from "../../../helpers/eventually.ts";
import { dropNamespace, findCluster } from "../../../helpers/kube.ts";
import { kafkaImage } from "../../../helpers/kube-node.ts";
import { planned } from "./surveyed.ts";

const { access, skip } = await findCluster();
const { nodeStates, runInside, preflight } = kubernetesOperations;

describe("what is done beside a cluster's pods", { skip }, () => {
  const namespace = `kops-inside-${randomBytes(3).toString("hex")}`;
  const plan = planned({ namespace }, { cpu: "10m" });
  const never = new AbortController().signal;
  let api: KubeApi;
  let image: string;

  before(async () => {
    api = clientsOf(access!);
    image = await kafkaImage(access!, plan.kafkaVersion);
    const labels = { ...stackLabels("s"), "pod-security.kubernetes.io/enforce": "restricted" };
    await api.core.createNamespace({ body: { metadata: { name: namespace, labels } } });
  });
  after(() => dropNamespace(access!, namespace));

  const guests = async () =>
    (await api.core.listNamespacedPod({ namespace, labelSelector: "kafka-stacks/client=true" })).items;

  test("before anything is there, every pod is missing, and nothing can be run", async () => {
    assert.deepEqual(
      await nodeStates!(plan),
      [1, 2, 3].map((id) => ({ id, name: `s-combined-${id}`, well: false, detail: "there is no such pod" })),
    );
    await assert.rejects(runInside!(plan, { script: "true", stdin: "" }, never), {
      name: "UserError",
      message: `no pod of s is in namespace ${namespace}`,
      next: "run: kafka-stacks up s",
    });
    await preflight!(plan);
  });

  test("every pod tells how it is", async () => {
    await api.apps.createNamespacedStatefulSet({ namespace, body: twoPods(image) });
    await eventually("one is ready, and the other has told why not", async () => {
      const [first, second] = await nodeStates!(plan);
      return first!.well && /lags/.test(second!.detail);
    });
    assert.deepEqual(await nodeStates!(plan), [
      { id: 1, name: "s-combined-1", well: true, detail: "ready" },
      { id: 2, name: "s-combined-2", well: false, detail: "Running, not ready: lags behind" },
      { id: 3, name: "s-combined-3", well: false, detail: "there is no such pod" },
    ]);
  });

  test("a script runs with the nodes' image; its two outputs and its exit code are told apart", async () => {
    const script = `echo one; echo two >&2; printf 'no end of line'; id -u; ls /opt/kafka/libs | head -1; exit 3`;
    const { code, stdout, stderr } = await runInside!(plan, { script, stdin: "" }, never);
    assert.equal(code, 3);
    assert.match(stdout, /^one\nno end of line1000\n\S+\.jar\n$/);
    assert.equal(stderr, "two\n");
    await eventually("its pod is gone", async () => (await guests()).length === 0);
  });

  test("what it is to keep to itself comes by its standard input, which ends", async () => {
    const script = 'while read -r line; do echo "$line"; done; echo end';
    const { stdout } = await runInside!(plan, { script, stdin: "hush\nhush\n" }, never);
    assert.equal(stdout, "hush\nhush\nend\n");
  });

  test("what it needs to reach the cluster is there, and no more", async () => {
    const script = `
      exec 3<>/dev/tcp/kubernetes.default/443 && echo names
      touch /tmp/x && echo tmp
      touch /x 2>/dev/null || echo read-only
      test -e /var/run/secrets/kubernetes.io || echo no token
      printf 'echo library' >/tmp/run && chmod +x /tmp/run && /tmp/run`;
    const { stdout, stderr } = await runInside!(plan, { script, stdin: "" }, never);
    assert.deepEqual(stdout.trim().split("\n"), ["names", "tmp", "read-only", "no token", "library"], stderr);
  });

  test("an abort ends it, and leaves nothing", async () => {
    const aborter = new AbortController();
    const run = runInside!(plan, { script: "sleep 1000", stdin: "" }, aborter.signal);
    const refused = assert.rejects(run, { name: "AbortError" });
    await eventually("it runs", async () => (await guests()).some(({ status }) => status?.phase === "Running"));
    const [guest] = await guests();
    assert.equal(
      guest!.metadata?.ownerReferences?.[0]?.name,
      "s-combined",
      "it goes with the cluster, if we cannot remove it",
    );
    assert.equal(guest!.metadata?.labels?.["app.kubernetes.io/instance"], "s");
    assert.equal(guest!.spec?.activeDeadlineSeconds, 300);
    aborter.abort();
    await refused;
    await eventually("its pod is gone", async () => (await guests()).length === 0);
    await assert.rejects(runInside!(plan, { script: "true", stdin: "" }, aborter.signal), { name: "AbortError" });
  });

  test("one that takes too much memory is told as that", async () => {
    const hungry = `exec java -Xms1g -Xmx1g -XX:+AlwaysPreTouch -version`;
    const { code, stderr } = await runInside!(plan, { script: hungry, stdin: "" }, never);
    assert.equal(code, 137);
    assert.equal(stderr, "the client pod was killed (OOMKilled)\n");
  });

  test("guests that a killed run left are removed with the data", async () => {
    const labels = { "app.kubernetes.io/instance": "s", "kafka-stacks/client": "true" };
    const left = { metadata: { name: "s-client-left", labels }, spec: twoPods(image).spec!.template.spec! };
    await api.core.createNamespacedPod({ namespace, body: left });
    await removeGuests(api, namespace, "other");
    assert.equal((await guests()).length, 1);
    await removeGuests(api, namespace, "s");
    assert.equal((await guests()).length, 0);
  });
});

/** Nodes 1 and 2 of three, without Kafka; the second is never ready. */
function twoPods(image: string): V1StatefulSet {
  const labels = { ...stackLabels("s"), [KEY.pool]: "combined" };
  const check = 'case "$HOSTNAME" in *-1) exit 0 ;; *) echo lags behind; exit 1 ;; esac';
  return {
    metadata: { name: "s-combined", labels },
    spec: {
      serviceName: "s-nodes",
      replicas: 2,
      ordinals: { start: 1 },
      podManagementPolicy: "Parallel",
      selector: { matchLabels: { [KEY.pool]: "combined" } },
      template: {
        metadata: { labels },
        spec: {
          terminationGracePeriodSeconds: 0,
          securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: "RuntimeDefault" } },
          containers: [
            {
              name: "kafka",
              image,
              command: ["/bin/bash", "-c", "exec sleep 10000"],
              readinessProbe: { exec: { command: ["/bin/bash", "-c", check] }, periodSeconds: 1 },
              resources: { requests: { cpu: "10m", memory: "16Mi" }, limits: { memory: "64Mi" } },
              securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
            },
          ],
        },
      },
    },
  };
}
