import assert from "node:assert/strict";
import { test } from "node:test";
import { type JsonObject, UNKNOWN } from "../../../../toolchain/plugin/struct.ts";
import { changes } from "../../../../toolchain/plugins/kubernetes/changes.ts";
import { lies, parsePath, pathText } from "../../../../toolchain/plugins/kubernetes/path.ts";
import { imported, pruned } from "../../../../toolchain/plugins/kubernetes/prune.ts";
import { sameQuantity } from "../../../../toolchain/plugins/kubernetes/quantity.ts";

interface Row {
  readonly name: string;
  readonly wanted: JsonObject;
  readonly live: JsonObject;
  /** Default: the same as wanted. */
  readonly before?: JsonObject;
  readonly found: readonly string[];
}

const rows: readonly Row[] = [
  { name: "nothing", wanted: { a: 1 }, live: { a: 1 }, found: [] },
  { name: "what the server fills in", wanted: { a: 1 }, live: { a: 1, b: 2 }, found: [] },
  { name: "a value", wanted: { a: { b: 2 } }, live: { a: { b: 1 } }, found: ["update a.b"] },
  { name: "a field that is new", wanted: { a: 1, b: 2 }, live: { a: 1 }, before: { a: 1 }, found: ["add b"] },
  { name: "a field that went by itself", wanted: { a: 1, b: 2 }, live: { a: 1 }, found: ["add b"] },
  { name: "a field that is said no more", wanted: {}, live: { a: 1 }, before: { a: 1 }, found: ["delete a"] },
  { name: "a field that is said no more and gone", wanted: {}, live: {}, before: { a: 1 }, found: [] },
  { name: "what says nothing and was left out", wanted: { a: {}, b: false, c: "" }, live: {}, found: [] },
  { name: "what says nothing and is new", wanted: { a: {} }, live: {}, before: {}, found: ["add a"] },
  {
    name: "false instead of the server's true",
    wanted: { a: false },
    live: { a: true },
    before: {},
    found: ["update a"],
  },
  { name: "an empty object instead of nothing said", wanted: { a: {} }, live: { a: { b: 1 } }, before: {}, found: [] },
  {
    name: "the same quantity",
    wanted: { limits: { memory: "1024Mi" } },
    live: { limits: { memory: "1Gi" } },
    found: [],
  },
  {
    name: "the same number of bytes in a text",
    wanted: { data: { text: "1024Mi" } },
    live: { data: { text: "1Gi" } },
    found: ["update data.text"],
  },
  { name: "a value that is not known yet", wanted: { a: UNKNOWN }, live: { a: 1 }, found: ["update a"] },
  {
    name: "an object that is not known yet",
    wanted: { a: UNKNOWN },
    live: { a: { b: 1 } },
    before: { a: { b: 1 } },
    found: ["update a"],
  },
  {
    name: "a member put in by another",
    wanted: { containers: [{ name: "a", image: "1" }] },
    live: { containers: [{ name: "injected" }, { name: "a", image: "1" }] },
    found: [],
  },
  {
    name: "a member found by its name",
    wanted: { containers: [{ name: "a", image: "2" }] },
    live: { containers: [{ name: "injected" }, { name: "a", image: "1" }] },
    found: ["update containers[0].image"],
  },
  {
    name: "a member that is said no more",
    wanted: { env: [{ name: "a", value: "1" }] },
    live: {
      env: [
        { name: "a", value: "1" },
        { name: "b", value: "1" },
      ],
    },
    before: {
      env: [
        { name: "a", value: "1" },
        { name: "b", value: "1" },
      ],
    },
    found: ["delete env[1]"],
  },
  {
    name: "another order of named members",
    wanted: { env: [{ name: "a" }, { name: "b" }] },
    live: { env: [{ name: "b" }, { name: "a" }] },
    found: ["update env[0].name", "update env[1].name"],
  },
  {
    name: "members without names, one less",
    wanted: { ports: [{ port: 1 }] },
    live: {
      ports: [
        { port: 1, protocol: "TCP" },
        { port: 2, protocol: "TCP" },
      ],
    },
    before: { ports: [{ port: 1 }, { port: 2 }] },
    found: ["delete ports[1]"],
  },
  {
    name: "members without names, one more",
    wanted: { ports: [{ port: 1 }, { port: 2 }] },
    live: { ports: [{ port: 1, protocol: "TCP" }] },
    before: { ports: [{ port: 1 }] },
    found: ["add ports[1]"],
  },
  { name: "a list that became longer by others", wanted: { a: [1] }, live: { a: [1, 2] }, found: [] },
];

for (const { name, wanted, live, before = wanted, found } of rows)
  test(`changes: ${name}`, () => {
    assert.deepEqual(
      changes(wanted, live, before).map(({ kind, path }) => `${kind} ${pathText(path)}`),
      found,
    );
  });

const quantities: readonly (readonly [path: string, a: unknown, b: unknown, same: boolean])[] = [
  ["spec.resources.requests.memory", "1024Mi", "1Gi", true],
  ["spec.resources.requests.cpu", 0.5, "500m", true],
  ["spec.resources.requests.cpu", "2", 2, true],
  ["spec.resources.limits.cpu", "1", "1500m", false],
  ["spec.resources.requests.storage", "1e3", "1k", true],
  ["volumes[0].emptyDir.sizeLimit", "1048576Ki", "1Gi", true],
  ["spec.hard.pods", "10", 10, true],
  ["spec.resources.limits.memory", "much", "1Gi", false],
  ["data.memory", "1024Mi", "1Gi", false],
];

for (const [path, a, b, same] of quantities)
  test(`quantity: ${a} ${same ? "is" : "is not"} ${b} at ${path}`, () => {
    assert.equal(sameQuantity(parsePath(path), a, b), same);
  });

test("path: as Pulumi writes it, and back", () => {
  for (const text of ["spec.ports[0].port", 'metadata.annotations["pulumi.com/skipAwait"]', 'data["a.b"].c', "spec"])
    assert.equal(pathText(parsePath(text)), text);
  assert.deepEqual(parsePath("spec.containers[*].image"), ["spec", "containers", "*", "image"]);
});

test("path: a place holds what lies in it", () => {
  const place = parsePath("spec.containers[*].image");
  assert.ok(lies(parsePath("spec.containers[3].image"), place));
  assert.ok(!lies(parsePath("spec.containers[3].imagePullPolicy"), place));
  assert.ok(!lies(parsePath("spec.containers"), place));
});

test("prune: of the live object what the program says, and what it says in vain", () => {
  const live = {
    spec: {
      replicas: 2,
      paused: true,
      ports: [
        { name: "b", port: 3 },
        { name: "a", port: 1 },
      ],
    },
    status: {},
  };
  const inputs = { spec: { replicas: 1, gone: 5, tty: false, ports: [{ name: "a", port: 2 }] } };
  assert.deepEqual(pruned(live, inputs), { spec: { replicas: 2, tty: false, ports: [{ name: "a", port: 1 }] } });
});

test("prune: what is imported says all but what is the server's to say", () => {
  const metadata = {
    name: "a",
    uid: "1",
    resourceVersion: "2",
    annotations: { "deployment.kubernetes.io/revision": "1" },
  };
  const live = { apiVersion: "apps/v1", kind: "Deployment", metadata, spec: { replicas: 1 }, status: { replicas: 1 } };
  const wanted = { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "a" }, spec: { replicas: 1 } };
  assert.deepEqual(imported(live), wanted);
});
