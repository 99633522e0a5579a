import type { JsonObject } from "../../../../toolchain/plugin/struct.ts";

/** One object of each kind that a cluster of ours is made of, and of some others. */
export interface Row {
  readonly type: string;
  readonly name?: string;
  readonly given: JsonObject;
  /** Other inputs, at the top. */
  readonly other: JsonObject;
  readonly found: Record<string, string>;
}

export const skipAwait = { "pulumi.com/skipAwait": "true" };
export const selector = { matchLabels: { app: "a" } };
export const service = (spec: JsonObject) => ({
  spec: { selector: { app: "a" }, ports: [{ name: "a", port: 9092 }], ...spec },
});
export const template = (image: string, more: JsonObject = {}) => ({
  metadata: { labels: { app: "a" } },
  spec: { terminationGracePeriodSeconds: 0, containers: [{ name: "c", image, ...more }] },
});
const memory = { resources: { requests: { cpu: 0.01, memory: "1024Ki" }, limits: { memory: "1024Mi" } } };
const set = (spec: JsonObject) => ({
  metadata: { annotations: skipAwait },
  spec: {
    replicas: 0,
    serviceName: "a",
    podManagementPolicy: "Parallel",
    ordinals: { start: 1000 },
    updateStrategy: { type: "OnDelete" },
    selector,
    template: template("none:1", memory),
    volumeClaimTemplates: [
      {
        metadata: { name: "data" },
        spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1024Mi" } } },
      },
    ],
    ...spec,
  },
});

export const rows: readonly Row[] = [
  {
    type: "core/v1:ConfigMap",
    given: { data: { a: "1" } },
    other: { data: { a: "2" } },
    found: { "data.a": "UPDATE_REPLACE" },
  },
  {
    type: "core/v1:ConfigMap",
    name: "immutable ConfigMap",
    given: { immutable: true, data: { a: "1" } },
    other: { data: { a: "1", b: "2" } },
    found: { "data.b": "ADD_REPLACE" },
  },
  {
    type: "core/v1:Secret",
    given: { type: "Opaque", stringData: { a: "hidden" } },
    other: { stringData: { a: "other" } },
    found: { "data.a": "UPDATE_REPLACE" },
  },
  {
    type: "core/v1:Service",
    given: { metadata: { annotations: skipAwait }, ...service({}) },
    other: service({ ports: [{ name: "a", port: 9093 }] }),
    found: { "spec.ports[0].port": "UPDATE" },
  },
  {
    type: "core/v1:Service",
    name: "headless Service",
    given: service({ clusterIP: "None", publishNotReadyAddresses: true }),
    other: service({ clusterIP: "None" }),
    found: { "spec.publishNotReadyAddresses": "DELETE" },
  },
  {
    type: "core/v1:Service",
    name: "Service on a port of each machine",
    given: { metadata: { annotations: skipAwait }, ...service({ type: "NodePort", externalTrafficPolicy: "Local" }) },
    other: service({ type: "NodePort", externalTrafficPolicy: "Cluster" }),
    found: { "spec.externalTrafficPolicy": "UPDATE" },
  },
  {
    type: "core/v1:ServiceAccount",
    given: { automountServiceAccountToken: false },
    other: { automountServiceAccountToken: true },
    found: { automountServiceAccountToken: "UPDATE" },
  },
  {
    type: "networking.k8s.io/v1:NetworkPolicy",
    given: {
      spec: {
        podSelector: {},
        policyTypes: ["Ingress"],
        ingress: [{ from: [{ podSelector: {} }], ports: [{ port: 9092 }] }],
      },
    },
    other: { spec: { podSelector: {}, policyTypes: ["Ingress"], ingress: [{ from: [{ podSelector: {} }] }] } },
    found: { "spec.ingress[0].ports": "DELETE" },
  },
  {
    type: "policy/v1:PodDisruptionBudget",
    given: { spec: { maxUnavailable: 1, selector } },
    other: { spec: { maxUnavailable: 2, selector } },
    found: { "spec.maxUnavailable": "UPDATE" },
  },
  {
    type: "apps/v1:StatefulSet",
    given: set({}),
    other: set({ template: template("none:2", memory) }),
    found: { "spec.template.spec.containers[0].image": "UPDATE" },
  },
  {
    type: "apps/v1:Deployment",
    given: { metadata: { annotations: skipAwait }, spec: { replicas: 0, selector, template: template("none:1") } },
    other: { spec: { replicas: 0, selector, template: template("none:1", { command: ["a"] }) } },
    found: { "spec.template.spec.containers[0].command": "ADD" },
  },
  {
    type: "batch/v1:Job",
    given: {
      metadata: { annotations: skipAwait },
      spec: {
        suspend: true,
        template: { spec: { restartPolicy: "Never", containers: [{ name: "c", image: "none:1" }] } },
      },
    },
    other: {
      spec: {
        suspend: true,
        template: { spec: { restartPolicy: "OnFailure", containers: [{ name: "c", image: "none:1" }] } },
      },
    },
    found: { "spec.template.spec.restartPolicy": "UPDATE_REPLACE" },
  },
  {
    type: "core/v1:PersistentVolumeClaim",
    given: {
      metadata: { annotations: skipAwait },
      spec: {
        storageClassName: "none",
        accessModes: ["ReadWriteOnce"],
        resources: { requests: { storage: "1024Mi" } },
      },
    },
    other: {
      spec: { storageClassName: "other", accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
    },
    found: { "spec.storageClassName": "UPDATE_REPLACE" },
  },
  {
    type: "rbac.authorization.k8s.io/v1:RoleBinding",
    given: {
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "a" },
      subjects: [{ kind: "ServiceAccount", name: "a" }],
    },
    other: { roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "b" } },
    found: { "roleRef.name": "UPDATE_REPLACE" },
  },
  {
    type: "coordination.k8s.io/v1:Lease",
    given: { spec: { holderIdentity: "a", renewTime: "2026-01-01T00:00:00.000000Z" } },
    other: { spec: { holderIdentity: "b", renewTime: "2026-01-01T00:00:00.000000Z" } },
    found: { "spec.holderIdentity": "UPDATE" },
  },
];
