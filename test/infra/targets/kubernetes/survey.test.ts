import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { KubeConfig, RbacAuthorizationV1Api } from "@kubernetes/client-node";
import { clientsOf, type KubeApi } from "../../../../infra/targets/kubernetes/api.ts";
import { stackLabels } from "../../../../infra/targets/kubernetes/names.ts";
import { obstacles, remarks } from "../../../../infra/targets/kubernetes/preflight.ts";
import { needsOf } from "../../../../infra/targets/kubernetes/survey/rights.ts";
import { readSurvey } from "../../../../infra/targets/kubernetes/survey.ts";
import type { KubeAccess } from "../../../../toolchain/kubernetes.ts";
import { dropNamespace, findCluster } from "../../../helpers/kube.ts";
import { planned } from "./surveyed.ts";

const { access, skip } = await findCluster();
const MiB = 1024 ** 2;
const namespace = `kops-survey-${randomBytes(3).toString("hex")}`;
const plan = planned({ namespace, imagePullSecrets: ["login", "missing"], ports: { external: 31_000 } });

/** The same cluster as someone else. */
function accessAs(admin: KubeAccess, token: string): KubeAccess {
  const config = new KubeConfig();
  const cluster = admin.config.getCurrentCluster()!;
  const context = { name: "test", cluster: cluster.name, user: "someone" };
  config.loadFromOptions({
    clusters: [cluster],
    users: [{ name: "someone", token }],
    contexts: [context],
    currentContext: "test",
  });
  return { config, context: "test", server: admin.server };
}

describe("what is read of a cluster", { skip }, () => {
  let api: KubeApi;
  before(async () => {
    api = clientsOf(access!);
    await api.core.createNamespace({ body: { metadata: { name: namespace, labels: { team: "a" } } } });
  });
  after(() => dropNamespace(access!, namespace));

  const pod = (name: string, labels: Record<string, string>) => ({
    metadata: { name, labels },
    spec: {
      terminationGracePeriodSeconds: 0,
      containers: [
        { name: "c", image: "registry.local/pause:1", resources: { requests: { cpu: "10m", memory: "16Mi" } } },
      ],
    },
  });
  const create = async () => {
    const claim = {
      metadata: { name: "data-s-combined-1", labels: stackLabels("s"), annotations: { note: "mine" } },
      spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "64Mi" } } },
    };
    const ports = [{ port: 80, nodePort: 31_001 }];
    const service = { metadata: { name: "other" }, spec: { type: "NodePort", ports } };
    const quota = { metadata: { name: "q" }, spec: { hard: { pods: "4", "requests.memory": "1Gi" } } };
    const limit = { type: "Container", _default: { cpu: "1" }, defaultRequest: { cpu: "1m" } };
    await Promise.all([
      api.core.createNamespacedPersistentVolumeClaim({ namespace, body: claim }),
      api.core.createNamespacedService({ namespace, body: service }),
      api.core.createNamespacedSecret({ namespace, body: { metadata: { name: "login" } } }),
      api.core.createNamespacedResourceQuota({ namespace, body: quota }),
      api.core.createNamespacedLimitRange({ namespace, body: { metadata: { name: "l" }, spec: { limits: [limit] } } }),
      api.core.createNamespacedPod({ namespace, body: pod("ours", stackLabels("s")) }),
      api.core.createNamespacedPod({ namespace, body: pod("theirs", {}) }),
    ]);
  };
  const isScheduled = async (name: string) =>
    Boolean((await api.core.readNamespacedPod({ namespace, name })).spec?.nodeName);

  test("its identity, its machines, and what is in the namespace", async () => {
    const empty = await readSurvey(api, plan);
    await create();
    while (!(await isScheduled("theirs")) || !(await isScheduled("ours")));
    const found = await readSurvey(api, plan);
    assert.match(found.version, /^1\.\d+\.\d+/);
    assert.match(found.clusterId, /^[0-9a-f-]{36}$/);
    assert.deepEqual([found.unread, found.lacking, found.mayCreateNamespace], [[], [], true]);
    assert.equal(found.namespace?.labels.team, "a");
    assert.equal(found.namespace.isTerminating, false);

    // Others may come and go meanwhile, so the machine's own figures are compared with a pod of ours and one that is not.
    const machine = found.machines!.find(({ allocatable }) => allocatable.pods > 1)!;
    assert.ok(machine.allocatable.cpuMillis >= 1_000 && machine.allocatable.memoryBytes > 512 * MiB);
    assert.ok(
      found.machines!.some(({ taken }) => taken.pods >= 1 && taken.memoryBytes >= 16 * MiB),
      "theirs",
    );
    assert.deepEqual(found.own, { cpuMillis: 10, memoryBytes: 16 * MiB, pods: 1 });
    assert.deepEqual(empty.own, { cpuMillis: 0, memoryBytes: 0, pods: 0 });

    assert.ok(found.storageClasses!.length > 0);
    assert.ok(found.priorityClasses!.includes("system-cluster-critical"));
    assert.deepEqual(found.pullSecrets, ["login"]);
    assert.deepEqual(
      found.quotas.map(({ name, hard, scopes }) => ({ name, hard, scopes })),
      [{ name: "q", hard: { pods: 4, "requests.memory": 1024 * MiB }, scopes: [] }],
    );
    assert.deepEqual([empty.hasDefaultCpuLimit, found.hasDefaultCpuLimit], [false, true]);
    const [claim] = found.claims;
    assert.equal(claim?.name, "data-s-combined-1");
    assert.equal(claim.sizeBytes, 64 * MiB);
    assert.equal(claim.annotations.note, "mine");
    assert.ok(found.things.some(({ kind, name }) => kind === "Service" && name === "other"));
    assert.deepEqual(
      found.nodePorts!.filter(({ port }) => port === 31_001),
      [{ port: 31_001, service: `${namespace}/other`, stack: undefined }],
    );
  });

  test("what is wrong with it for a plan is told of what was read", async () => {
    const messages = obstacles(plan, await readSurvey(api, plan)).map(({ message }) => message);
    const expected = [
      `kubernetes.imagePullSecrets: wanted secret missing in namespace ${namespace}, found none of that name`,
      `kubernetes.ports: Service ${namespace}/other has node port 31001, wanted for EXTERNAL_TLS@2`,
      "quota q: wanted 3.0 GiB of requests.memory, found 1.0 GiB left of 1.0 GiB",
    ];
    for (const message of expected) assert.ok(messages.includes(message), messages.join("\n"));
  });

  describe("by someone who may do little", () => {
    const account = "nobody";
    let someone: KubeApi;
    before(async () => {
      await api.core.createNamespacedServiceAccount({ namespace, body: { metadata: { name: account } } });
      const body = { spec: { audiences: [], expirationSeconds: 600 } };
      const { status } = await api.core.createNamespacedServiceAccountToken({ namespace, name: account, body });
      someone = clientsOf(accessAs(access!, status?.token ?? ""));
    });

    test("all that lacks is listed, and all checks that are left out", async () => {
      const found = await readSurvey(someone, plan);
      const needed = needsOf(plan).flatMap(({ verbs }) => verbs);
      assert.equal(found.lacking.length, needed.length);
      assert.equal(found.clusterId, access!.server);
      assert.equal(found.user, `system:serviceaccount:${namespace}:${account}`);
      const { namespace: there, machines, storageClasses, priorityClasses, nodePorts, pullSecrets } = found;
      const unknown = [there, machines, storageClasses, priorityClasses, nodePorts, pullSecrets];
      assert.deepEqual(
        unknown,
        unknown.map(() => null),
      );
      assert.equal(found.mayCreateNamespace, false);
      const [obstacle, ...others] = obstacles(plan, found);
      assert.deepEqual(others, []);
      assert.match(
        obstacle!.message,
        /^system:serviceaccount:\S+:nobody may not, in namespace \S+: get, list, watch, create, patch, delete statefulsets\.apps; .*; get pods\/log; get, create pods\/attach$/,
      );
      assert.match(
        remarks(plan, found)[0]!,
        /^not checked, because system:serviceaccount:.*machines, and what is free on them; /,
      );
    });

    test("the role edit, which the message asks for, is enough", async () => {
      const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "edit" };
      const subjects = [{ kind: "ServiceAccount", name: account, namespace }];
      const body = { metadata: { name: "kafka-stacks" }, roleRef, subjects };
      await access!.config.makeApiClient(RbacAuthorizationV1Api).createNamespacedRoleBinding({ namespace, body });
      const found = await readSurvey(someone, plan);
      assert.deepEqual(found.lacking, []);
      assert.equal(found.namespace?.labels.team, "a");
      assert.deepEqual(found.pullSecrets, ["login"]);
      assert.deepEqual(found.unread, [
        "machines, and what is free on them",
        "node ports of other Services",
        "priority classes",
        "storage classes",
      ]);
    });

    test("and what it may not do is told as that", async () => {
      await assert.rejects(someone.core.listNode(), {
        name: "Forbidden",
        message:
          /^context test: nodes is forbidden: User "system:serviceaccount:\S+:nobody" cannot list resource "nodes"/,
        next: /^ask whoever runs the cluster for a role that allows it/,
      });
    });
  });
});
