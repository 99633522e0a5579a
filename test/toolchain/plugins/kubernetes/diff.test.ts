import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject } from "../../../../toolchain/plugin/struct.ts";
import { ApiError } from "../../../../toolchain/plugins/kubernetes/api-error.ts";
import { difference } from "../../../../toolchain/plugins/kubernetes/diff.ts";
import type { Settings } from "../../../../toolchain/plugins/kubernetes/settings.ts";

const settings: Settings = {
  configMapsMutable: false,
  secretsMutable: false,
  force: false,
  upsert: false,
  deleteUnreachable: false,
  skipUnreachable: false,
  suppressDeprecations: false,
};

const metadata = { name: "a", namespace: "shop" };
const object = (apiVersion: string, kind: string, rest: JsonObject): JsonObject => ({
  apiVersion,
  kind,
  metadata,
  ...rest,
});
const set = (spec: JsonObject) => object("apps/v1", "StatefulSet", { spec });
const map = (rest: JsonObject) => object("v1", "ConfigMap", rest);

interface Row {
  readonly name: string;
  readonly before: JsonObject;
  readonly wanted: JsonObject;
  readonly replaces: readonly string[];
  readonly settings?: Partial<Settings>;
}

const replacing: readonly Row[] = [
  { name: "replicas", before: set({ replicas: 1 }), wanted: set({ replicas: 2 }), replaces: [] },
  { name: "template", before: set({ template: { a: 1 } }), wanted: set({ template: { a: 2 } }), replaces: [] },
  { name: "serviceName", before: set({ serviceName: "a" }), wanted: set({ serviceName: "b" }), replaces: ["spec"] },
  {
    name: "podManagementPolicy",
    before: set({}),
    wanted: set({ podManagementPolicy: "Parallel" }),
    replaces: ["spec"],
  },
  {
    name: "volumeClaimTemplates",
    before: set({ volumeClaimTemplates: [{ spec: { a: "1" } }] }),
    wanted: set({ volumeClaimTemplates: [{ spec: { a: "2" } }] }),
    replaces: ["spec"],
  },
  {
    name: "a selector",
    before: set({ selector: { matchLabels: { a: "1" } } }),
    wanted: set({ selector: { matchLabels: { a: "2" } } }),
    replaces: ["spec"],
  },
  {
    name: "the data of a ConfigMap",
    before: map({ data: { a: "1" } }),
    wanted: map({ data: { a: "2" } }),
    replaces: ["data"],
  },
  {
    name: "the data of a ConfigMap that may change",
    before: map({ data: { a: "1" } }),
    wanted: map({ data: { a: "2" } }),
    replaces: [],
    settings: { configMapsMutable: true },
  },
  {
    name: "the data of an immutable ConfigMap",
    before: map({ data: { a: "1" }, immutable: true }),
    wanted: map({ data: { a: "2" }, immutable: true }),
    replaces: ["data"],
    settings: { configMapsMutable: true },
  },
  {
    name: "a Service's address",
    before: object("v1", "Service", { spec: { clusterIP: "10.0.0.1" } }),
    wanted: object("v1", "Service", { spec: { clusterIP: "None" } }),
    replaces: ["spec"],
  },
  {
    name: "a Job's template",
    before: object("batch/v1", "Job", { spec: { template: { a: 1 } } }),
    wanted: object("batch/v1", "Job", { spec: { template: { a: 2 } } }),
    replaces: ["spec"],
  },
  {
    name: "a role",
    before: object("rbac.authorization.k8s.io/v1", "RoleBinding", { roleRef: { name: "a" } }),
    wanted: object("rbac.authorization.k8s.io/v1", "RoleBinding", { roleRef: { name: "b" } }),
    replaces: ["roleRef"],
  },
  {
    name: "a container's image of a Pod",
    before: object("v1", "Pod", { spec: { containers: [{ name: "a", image: "1" }] } }),
    wanted: object("v1", "Pod", { spec: { containers: [{ name: "a", image: "2" }] } }),
    replaces: ["spec"],
  },
  {
    name: "the storage that a claim asks for",
    before: object("v1", "PersistentVolumeClaim", { spec: { resources: { requests: { storage: "1Gi" } } } }),
    wanted: object("v1", "PersistentVolumeClaim", { spec: { resources: { requests: { storage: "2Gi" } } } }),
    replaces: [],
  },
];

for (const { name, before, wanted, replaces, settings: own } of replacing)
  test(`diff: ${name} ${replaces.length > 0 ? "replaces" : "changes in place"}`, async () => {
    const compared = { wanted, live: before, before, ignoreChanges: [], settings: { ...settings, ...own } };
    const found = await difference(compared);
    assert.ok(found.changed.length > 0);
    assert.deepEqual([found.replaces, found.deleteBeforeReplace], [replaces, true]);
  });

const compare = (before: JsonObject, wanted: JsonObject, rest: object = {}) =>
  difference({ wanted, live: before, before, ignoreChanges: [], settings, ...rest });

test("diff: what the program leaves as it is", async () => {
  const [before, wanted] = [set({ replicas: 1, a: { b: 1 } }), set({ replicas: 2, a: { b: 2 } })];
  const found = await compare(before, wanted, { ignoreChanges: ["spec.replicas"] });
  assert.deepEqual(found.detailed, [{ path: "spec.a.b", kind: "update", replaces: false }]);
  assert.deepEqual((await compare(before, wanted, { ignoreChanges: ["spec"] })).changed, []);
});

test("diff: what the server makes the same of is none", async () => {
  const [before, wanted] = [set({ wait: "1m", replicas: 1 }), set({ wait: "60s", replicas: 2 })];
  const tryOut = async () => set({ wait: "1m", replicas: 2 });
  assert.deepEqual((await compare(before, wanted, { tryOut })).detailed, [
    { path: "spec.replicas", kind: "update", replaces: false },
  ]);
});

test("diff: what the server makes the same of is found in lists by the names of their members", async () => {
  const ports = (a: number | string) => set({ ports: [{ name: "a", port: a }] });
  const tryOut = async () => set({ ports: [{ name: "other" }, { name: "a", port: 80 }] });
  const live = set({ ports: [{ name: "other" }, { name: "a", port: 80 }] });
  const compared = { wanted: ports("80"), live, before: ports(80), ignoreChanges: [], settings, tryOut };
  assert.deepEqual((await difference(compared)).changed, []);
});

test("diff: what is said no more is a change, whatever the server makes of it", async () => {
  const tryOut = async () => set({ replicas: 1 });
  assert.deepEqual((await compare(set({ replicas: 1 }), set({}), { tryOut })).detailed, [
    { path: "spec.replicas", kind: "delete", replaces: false },
  ]);
});

/** As Kubernetes answers a change of what cannot change. */
const invalid = (field: string, message: string) =>
  new ApiError(
    422,
    { reason: "Invalid", message, details: { causes: [{ reason: "FieldValueInvalid", field, message }] } },
    "",
  );

const immutable: readonly string[] = [
  "field is immutable",
  'Invalid value: "None": may not change once set',
  "updates to parameters are forbidden.",
  "pod updates may not change fields other than `spec.containers[*].image`",
  "cannot be changed",
];

for (const message of immutable)
  test(`diff: what the server says is immutable replaces: ${message}`, async () => {
    const lease = (spec: JsonObject) => object("coordination.k8s.io/v1", "Lease", { spec });
    const tryOut = () => Promise.reject(invalid("spec.holder", message));
    const found = await compare(lease({ holder: "a", b: 1 }), lease({ holder: "x", b: 2 }), { tryOut });
    assert.deepEqual(found.detailed, [
      { path: "spec.holder", kind: "update", replaces: true },
      { path: "spec.b", kind: "update", replaces: false },
    ]);
  });

test("diff: what holds data is not replaced because the server says so", async () => {
  const claim = (volumeMode: string) => object("v1", "PersistentVolumeClaim", { spec: { volumeMode } });
  const tryOut = () => Promise.reject(invalid("spec", "spec is immutable after creation except resources.requests"));
  assert.deepEqual((await compare(claim("Filesystem"), claim("Block"), { tryOut })).replaces, []);
});

test("diff: what the server refuses for another reason does not replace", async () => {
  const tryOut = () => Promise.reject(invalid("spec.replicas", "must be greater than or equal to 0"));
  assert.deepEqual((await compare(set({ replicas: 1 }), set({ replicas: -1 }), { tryOut })).replaces, []);
});

test("diff: another name or namespace replaces, beside the old one", async () => {
  for (const other of [{ name: "b" }, { namespace: "elsewhere" }]) {
    const found = await compare(set({}), { ...set({}), metadata: { ...metadata, ...other } });
    assert.deepEqual([found.replaces, found.deleteBeforeReplace], [["metadata"], false]);
  }
});

test("diff: a name that was made may be made anew", async () => {
  const named = (serviceName: string) => ({
    ...set({ serviceName }),
    metadata: { ...metadata, annotations: { "pulumi.com/autonamed": "true" } },
  });
  assert.equal((await compare(named("a"), named("b"))).deleteBeforeReplace, false);
});

test("diff: no namespace is the namespace default, and what belongs to none has none", async () => {
  const config = (namespace?: string) => ({ ...map({}), metadata: { name: "a", ...(namespace && { namespace }) } });
  const compared = { ignoreChanges: [], settings, wanted: config(), live: config("default"), before: config() };
  assert.deepEqual((await difference(compared)).changed, []);
  assert.deepEqual((await difference({ ...compared, live: config("shop"), before: config("shop") })).replaces, [
    "metadata",
  ]);
  assert.deepEqual((await difference({ ...compared, wanted: config("shop"), live: config() })).changed, []);
});
