import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type JsonObject, UNKNOWN } from "../../../../toolchain/plugin/struct.ts";
import { dashed, normalized, sealed, underscored } from "../../../../toolchain/plugins/kubernetes/inputs.ts";
import { isNamespaced, kindOf } from "../../../../toolchain/plugins/kubernetes/kind.ts";
import { withName } from "../../../../toolchain/plugins/kubernetes/naming.ts";
import { stateOf } from "../../../../toolchain/plugins/kubernetes/state.ts";
import { unsealed } from "./provider.ts";

const base64 = (text: string) => Buffer.from(text).toString("base64");
const secret = (rest: JsonObject) => ({ apiVersion: "v1", kind: "Secret", ...rest });

test("inputs: without what is the server's to say, and without nothing", () => {
  const metadata = { name: "a", uid: "1", managedFields: [], labels: { a: "1", b: null } };
  const given = {
    apiVersion: "v1",
    kind: "Pod",
    metadata,
    spec: { a: null, b: [{ c: null }] },
    status: { phase: "x" },
  };
  const wanted = { apiVersion: "v1", kind: "Pod", metadata: { name: "a", labels: { a: "1" } }, spec: { b: [{}] } };
  assert.deepEqual(normalized(given), wanted);
});

test("inputs: the text of a Secret is its data, as the server keeps it", () => {
  const given = secret({ stringData: { a: "text", b: UNKNOWN }, data: { a: base64("old"), c: `${base64("c")}\n` } });
  assert.deepEqual(normalized(given), secret({ data: { a: base64("text"), b: UNKNOWN, c: base64("c") } }));
  assert.deepEqual(normalized(secret({ stringData: UNKNOWN })), secret({ data: UNKNOWN }));
  assert.deepEqual(normalized(secret({ type: "Opaque" })), secret({ type: "Opaque" }));
});

test("inputs: the data of a Secret is sealed, and so are the inputs in any state", () => {
  const data = { a: base64("hidden") };
  const sealedSecret = JSON.stringify(sealed(secret({ data })));
  assert.match(sealedSecret, /"data":\{"4dabf18193072939515e22adb298388d":"1b47061264138c4ac30d75fd1eb44270","value":/);
  const live = { apiVersion: "v1", kind: "Pod", metadata: { name: "a", managedFields: [{ manager: "x" }] } };
  const state = stateOf(live, { spec: { token: "hidden" } }, "manager-1");
  assert.deepEqual(state.metadata, { name: "a" });
  assert.deepEqual(Object.keys(state.__inputs as JsonObject), ["4dabf18193072939515e22adb298388d", "value"]);
  assert.deepEqual([state.__fieldManager, state.__initialApiVersion], ["manager-1", "v1"]);
  assert.deepEqual(unsealed(state.__inputs!), { spec: { token: "hidden" } });
});

test("inputs: names with a dash are written with an underscore in Pulumi's languages", () => {
  const known = { spec: [{ x_kubernetes_list_type: "map", x_kubernetes_other: 1 }] };
  const api = { spec: [{ "x-kubernetes-list-type": "map", x_kubernetes_other: 1 }] };
  assert.deepEqual(normalized(known), api);
  assert.deepEqual([underscored(api), dashed(known)], [known, api]);
});

describe("kind: by Pulumi's type", () => {
  const known: readonly (readonly [type: string, apiVersion: string, kind: string])[] = [
    ["kubernetes:core/v1:ConfigMap", "v1", "ConfigMap"],
    ["kubernetes:v1:ConfigMap", "v1", "ConfigMap"],
    ["kubernetes:apps/v1:StatefulSet", "apps/v1", "StatefulSet"],
    ["kubernetes:example.com/v1beta1:Thing", "example.com/v1beta1", "Thing"],
    ["kubernetes:example.com/v1:AllowList", "example.com/v1", "AllowList"],
  ];
  for (const [type, apiVersion, kind] of known)
    test(type, () =>
      assert.deepEqual(kindOf(type), { group: /^(.*)\//.exec(apiVersion)?.[1] ?? "", apiVersion, kind }),
    );
  const refused: readonly (readonly [type: string, reason: RegExp])[] = [
    ["kubernetes:core/v1:ConfigMapList", /is a list, which cannot be created; create each/],
    ["kubernetes:apps/v1:StatefulSetPatch", /not supported by the project's stand-in .*; manage the whole object/],
    ["kubernetes:helm.sh/v3:Release", /not supported by the project's stand-in .*; write the objects themselves/],
    ["kubernetes:kustomize/v2:Directory", /not supported by the project's stand-in/],
    ["kubernetes:yaml/v2:ConfigFile", /not supported by the project's stand-in/],
  ];
  for (const [type, reason] of refused) test(`${type} is refused`, () => assert.throws(() => kindOf(type), reason));
});

test("kind: which belong to a namespace", () => {
  const scope = (type: string) => isNamespaced(kindOf(`kubernetes:${type}`));
  assert.deepEqual(
    ["core/v1:ConfigMap", "core/v1:Namespace", "storage.k8s.io/v1:StorageClass", "example.com/v1:Thing"].map(scope),
    [true, false, false, undefined],
  );
});

const URN = "urn:pulumi:dev::kafka-stacks::kubernetes:core/v1:ConfigMap::one";
const seed = new Uint8Array([1, 2, 3]);

test("name: of the resource with digits that the engine's seed decides", () => {
  const first = withName({ data: {} }, {}, URN, seed);
  const { name, annotations } = first.metadata as JsonObject;
  assert.match(String(name), /^one-[0-9a-f]{8}$/);
  assert.deepEqual(annotations, { "pulumi.com/autonamed": "true" });
  assert.deepEqual(withName({ data: {} }, {}, URN, seed), first, "the same in the update after a preview");
  assert.notDeepEqual(withName({ data: {} }, {}, URN, new Uint8Array([4])), first);
  assert.deepEqual(withName({ data: {} }, first, URN, new Uint8Array([4])), first, "kept");
});

test("name: the program's own stays, and so does what is not known yet", () => {
  for (const metadata of [{ name: "own" }, { name: UNKNOWN }, { generateName: "own-" }, UNKNOWN])
    assert.deepEqual(withName({ metadata }, {}, URN, seed), { metadata });
  const named = { metadata: { name: "was-own" } };
  assert.match(String((withName({}, named, URN, seed).metadata as JsonObject).name), /^one-/);
});
