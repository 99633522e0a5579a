import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { ServiceError } from "@grpc/grpc-js";
import { type JsonObject, UNKNOWN } from "../../../../toolchain/plugin/struct.ts";
import { ask, meddle, skip, testNamespace } from "./cluster.ts";
import { selector, service, skipAwait, template } from "./object-rows.ts";
import { type Kept, of, startKubernetes } from "./provider.ts";

describe("kubernetes: objects that others have a hand in", { skip, concurrency: 4 }, async () => {
  if (skip) return;
  const namespace = await testNamespace();
  const { checked, make, refresh, diff, change, remove } = await startKubernetes({ namespace });

  const configMap = (name: string, data: JsonObject, annotations: JsonObject = {}) =>
    of("core/v1:ConfigMap", { metadata: { name, annotations }, data });
  const url = (name: string) => `/api/v1/namespaces/${namespace}/configmaps/${name}`;
  const makeMap = (name: string, data: JsonObject = { a: "1" }) => make("core/v1:ConfigMap", configMap(name, data));
  const refused = (work: Promise<unknown>, details: RegExp) =>
    assert.rejects(work, (error: ServiceError) => {
      assert.match(error.details, details);
      return true;
    });

  test("a name that is fixed is freed before it is used again", async () => {
    const kept = await makeMap("fixed");
    const wanted = await checked("core/v1:ConfigMap", configMap("fixed", { a: "2" }), kept.inputs);
    const found = await diff("core/v1:ConfigMap", kept, wanted);
    assert.deepEqual([found.replaces, found.deleteBeforeReplace], [["data"], true]);
  });

  test("what is there already is not taken", async () => {
    await makeMap("taken");
    await refused(
      makeMap("taken"),
      new RegExp(`^ConfigMap ${namespace}/taken exists already and was not made by this resource; choose`),
    );
  });

  test("what is there already is taken where the provider may", async () => {
    const { make: upsert } = await startKubernetes({ namespace, upsertExistingObjects: "true" });
    const first = await makeMap("shared");
    const second = await upsert("core/v1:ConfigMap", configMap("shared", { b: "2" }));
    assert.equal((second.state.metadata as JsonObject).uid, (first.state.metadata as JsonObject).uid);
    assert.deepEqual(second.state.data, { a: "1", b: "2" });
  });

  test("what others say of an object is no difference; what they say against us is, and is theirs", async () => {
    const kept = await makeMap("meddled");
    await meddle(url("meddled"), "somebody", { data: { b: "2" } });
    const added = await refresh("core/v1:ConfigMap", kept);
    assert.deepEqual((await diff("core/v1:ConfigMap", added!, kept.inputs)).detailed, {});
    await meddle(url("meddled"), "somebody", { data: { a: "theirs" } });
    const drifted = await refresh("core/v1:ConfigMap", kept);
    assert.deepEqual((await diff("core/v1:ConfigMap", drifted!, kept.inputs)).detailed, { "data.a": "UPDATE_REPLACE" });
    const details =
      /meddled was not changed: others say what these fields are: data\.a \(somebody\); leave the fields to them \(ignoreChanges\), or take them: annotation pulumi\.com\/patchForce/;
    await refused(change("core/v1:ConfigMap", drifted!, kept.inputs), details);
    const forced = await checked(
      "core/v1:ConfigMap",
      configMap("meddled", { a: "1" }, { "pulumi.com/patchForce": "true" }),
    );
    assert.deepEqual((await change("core/v1:ConfigMap", drifted!, forced)).state.data, { a: "1", b: "2" });
  });

  test("what kubectl changed by hand is put back, and what the program says no more goes", async () => {
    const kept = await makeMap("by-hand", { a: "1", b: "2" });
    await meddle(url("by-hand"), "kubectl", { data: { a: "by hand", b: "2" } });
    const drifted = await refresh("core/v1:ConfigMap", kept);
    const less = await checked("core/v1:ConfigMap", configMap("by-hand", { a: "1" }));
    assert.deepEqual((await change("core/v1:ConfigMap", drifted!, less)).state.data, { a: "1" });
  });

  test("a program may choose its manager, and leave its fields to another", async () => {
    const named = (name: string, data: JsonObject) =>
      configMap("managed", data, { "pulumi.com/patchFieldManager": name });
    const kept = await make("core/v1:ConfigMap", named("first", { a: "1", b: "1" }));
    assert.equal(kept.state.__fieldManager, "first");
    const other = await change(
      "core/v1:ConfigMap",
      kept,
      await checked("core/v1:ConfigMap", named("second", { a: "1" })),
    );
    assert.deepEqual([other.state.__fieldManager, other.state.data], ["second", { a: "1" }]);
  });

  test("what the program leaves alone stays as another has it", async () => {
    const type = "apps/v1:Deployment";
    const given = {
      metadata: { name: "scaled", annotations: skipAwait },
      spec: { replicas: 0, selector, template: template("none:1") },
    };
    const kept = await make(type, of(type, given));
    await meddle(`/apis/apps/v1/namespaces/${namespace}/deployments/scaled`, "scaler", {
      spec: { replicas: 1, paused: true },
    });
    const drifted = (await refresh(type, kept))!;
    const ignored = { ignoreChanges: ["spec.replicas"] };
    assert.deepEqual((await diff(type, drifted, kept.inputs, ignored)).detailed, {});
    const news = await checked(type, of(type, { ...given, spec: { ...given.spec, minReadySeconds: 1 } }));
    const { spec } = (await change(type, drifted, news, ignored)).state;
    assert.deepEqual([(spec as JsonObject).replicas, (spec as JsonObject).minReadySeconds], [1, 1]);
    await remove(type, kept);
  });

  test("an object that exists is brought in by its id, with all that it says", async () => {
    await makeMap("foreign", { a: "1" });
    const empty: Kept = { id: `${namespace}/foreign`, inputs: {}, state: {} };
    const read = (await refresh("core/v1:ConfigMap", empty))!;
    assert.deepEqual(read.inputs, { ...configMap("foreign", { a: "1" }), metadata: { name: "foreign", namespace } });
    assert.deepEqual((await diff("core/v1:ConfigMap", read)).detailed, {});
    assert.equal(await refresh("core/v1:ConfigMap", { ...empty, id: `${namespace}/none` }), undefined);
  });

  test("a preview tells what would be made, and makes nothing", async () => {
    const type = "core/v1:Service";
    const given = of(type, { metadata: { name: "later" }, ...service({}) });
    const { id, state } = await make(type, given, { preview: true });
    const { spec, status, metadata } = state as { spec: JsonObject; status: string; metadata: JsonObject };
    assert.deepEqual([id, spec.clusterIP, status, metadata.uid], [UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN]);
    assert.deepEqual([spec.type, spec.sessionAffinity], ["ClusterIP", "None"], "what the server fills in");
    await assert.rejects(ask("GET", `/api/v1/namespaces/${namespace}/services/later`), { status: 404 });
    const unknown = of(type, { metadata: { name: "later" }, ...service({ selector: { app: UNKNOWN } }) });
    assert.deepEqual(((await make(type, unknown, { preview: true })).state.spec as JsonObject).selector, {
      app: UNKNOWN,
    });
    const elsewhere = of(type, { metadata: { name: "later", namespace: "kplug-none" }, ...service({}) });
    assert.equal(((await make(type, elsewhere, { preview: true })).state.spec as JsonObject).clusterIP, UNKNOWN);
  });

  test("a mistake is found by the preview, and quotes nothing of a Secret", async () => {
    const wrong = of("core/v1:Service", { metadata: { name: "wrong" }, ...service({ type: "Other" }) });
    await refused(make("core/v1:Service", wrong, { preview: true }), /Unsupported value: "Other"/);
    const secret = of("core/v1:Secret", { metadata: { name: "wrong" }, data: { a: "not-base-64-hidden" } });
    await assert.rejects(make("core/v1:Secret", secret), (error: ServiceError) => {
      assert.doesNotMatch(error.details, /not-base-64-hidden/);
      return true;
    });
  });

  test("a kind that the cluster does not know is told as such", async () => {
    const type = "example.com/v1:Thing";
    const thing = of(type, { metadata: { name: "one" } });
    assert.equal((await make(type, thing, { preview: true })).id, UNKNOWN);
    assert.equal(
      await refresh(type, { id: "one", inputs: thing, state: { ...thing, metadata: { name: "one" } } }),
      undefined,
    );
    await remove(type, { id: "one", inputs: thing, state: thing });
  });

  test("an object that is being deleted is waited for before the new one is made", async () => {
    const kept = await makeMap("slow");
    await meddle(url("slow"), "somebody", { metadata: { finalizers: ["example.com/held"] } });
    await ask("DELETE", url("slow"));
    const making = makeMap("slow", { a: "new" });
    setTimeout(() => void meddle(url("slow"), "somebody", { metadata: { finalizers: null } }), 300);
    const made = await making;
    assert.notEqual((made.state.metadata as JsonObject).uid, (kept.state.metadata as JsonObject).uid);
    assert.deepEqual(made.state.data, { a: "new" });
  });

  test("an object that is being deleted or gone is not changed", async () => {
    const kept = await makeMap("leaving");
    await meddle(url("leaving"), "somebody", { metadata: { finalizers: ["example.com/held"] } });
    await ask("DELETE", url("leaving"));
    await refused(
      change("core/v1:ConfigMap", kept, kept.inputs),
      /leaving is being deleted by someone else; run pulumi refresh/,
    );
    await meddle(url("leaving"), "somebody", { metadata: { finalizers: null } });
    await refused(
      change("core/v1:ConfigMap", kept, kept.inputs),
      /leaving is not there any more: it was deleted by someone else/,
    );
  });

  test("a deletion that is held is given up with the reason", async () => {
    const kept = await makeMap("held");
    await meddle(url("held"), "somebody", { metadata: { finalizers: ["example.com/held"] } });
    await refused(
      remove("core/v1:ConfigMap", kept, { timeoutSeconds: 1 }),
      /held is still there 1 s after its deletion was asked for: held by example\.com\/held.*; see to what holds it/,
    );
    await meddle(url("held"), "somebody", { metadata: { finalizers: null } });
  });
});
