import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject } from "../../../../toolchain/plugin/struct.ts";
import { leaving } from "../../../../toolchain/plugins/kubernetes/apply.ts";
import { conflictsOf, isOthers, takenOver } from "../../../../toolchain/plugins/kubernetes/managers.ts";
import type { KubeObject } from "../../../../toolchain/plugins/kubernetes/object.ts";
import { parsePath } from "../../../../toolchain/plugins/kubernetes/path.ts";

const entry = (manager: string, operation: string, fieldsV1: JsonObject, subresource?: string): JsonObject => ({
  manager,
  operation,
  apiVersion: "apps/v1",
  fieldsType: "FieldsV1",
  fieldsV1,
  ...(subresource && { subresource }),
});

const container = 'k:{"name":"c"}';
function live(...managedFields: JsonObject[]): KubeObject {
  const spec = { replicas: 5, template: { spec: { containers: [{ name: "c", image: "live" }] } } };
  return { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "a", managedFields }, spec };
}

const ours = entry("ours", "Apply", { "f:spec": { "f:a": {} } });
const theirs = entry("hpa", "Update", {
  "f:spec": {
    "f:replicas": {},
    "f:template": { "f:spec": { "f:containers": { [container]: { ".": {}, "f:image": {} } } } },
  },
});

test("managers: what kubectl and Pulumi said without server-side apply becomes ours", () => {
  const kubectl = entry("kubectl", "Update", { "f:spec": { "f:b": {} } });
  const status = entry("kubectl", "Update", { "f:status": {} }, "status");
  assert.deepEqual(takenOver(live(ours, theirs, kubectl, status), "ours", "ours"), [
    theirs,
    status,
    entry("ours", "Apply", { "f:spec": { "f:a": {}, "f:b": {} } }),
  ]);
  assert.deepEqual(takenOver(live(kubectl), "ours", "ours"), [entry("ours", "Apply", { "f:spec": { "f:b": {} } })]);
});

test("managers: what we said under another name is ours", () => {
  const wanted = [theirs, { ...ours, manager: "now" }];
  assert.deepEqual(takenOver(live(ours, theirs), "now", "ours"), wanted);
});

test("managers: where nobody came before, nothing is taken over", () => {
  assert.equal(takenOver(live(ours, theirs), "ours", "ours"), undefined);
  assert.equal(takenOver(live(), "ours", "ours"), undefined);
});

test("managers: a field is another's when nobody else has it", () => {
  const both = live(theirs, entry("ours", "Apply", { "f:spec": { "f:replicas": {} } }));
  for (const [object, path, wanted] of [
    [live(ours, theirs), "spec.replicas", true],
    [live(ours, theirs), "spec.template.spec.containers[0].image", true],
    [live(ours, theirs), "spec.a", false],
    [live(ours, theirs), "spec.nobody", false],
    [both, "spec.replicas", false],
  ] as const)
    assert.equal(isOthers(object, parsePath(path), "ours"), wanted, path);
});

test("managers: what the program leaves alone is not sent when another's, and else sent as it is", () => {
  const wanted = {
    ...live(),
    metadata: { name: "a" },
    spec: { replicas: 1, template: { spec: { containers: [{ name: "c", image: "new" }] } } },
  };
  const image = "spec.template.spec.containers[0].image";
  const left = (object: KubeObject, ...ignored: string[]) => leaving(wanted, object, ignored, "ours").spec;
  const containers = (image: string) => ({ spec: { containers: [{ name: "c", image }] } });
  assert.deepEqual(left(live(theirs), "spec.replicas"), { template: containers("new") });
  assert.deepEqual(left(live(ours), "spec.replicas", image), { replicas: 5, template: containers("live") });
  assert.deepEqual(left(live(ours), "spec.missing", "spec.template.spec.containers[7].image"), wanted.spec);
});

test("managers: a conflict is told by field and manager", () => {
  const causes = [
    { message: 'conflict with "kubectl-edit" using v1', field: ".spec.replicas" },
    { message: "something else", field: ".data.a" },
  ];
  assert.deepEqual(conflictsOf(causes), ["spec.replicas (kubectl-edit)", "data.a (another manager)"]);
});
