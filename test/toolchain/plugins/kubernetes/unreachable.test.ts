import assert from "node:assert/strict";
import { test } from "node:test";
import { type JsonObject, UNKNOWN } from "../../../../toolchain/plugin/struct.ts";
import { type Kept, of, startKubernetes } from "./provider.ts";

const TYPE = "core/v1:ConfigMap";
/** Nothing listens on port 1. */
const kubeconfig = `
apiVersion: v1
kind: Config
current-context: away
clusters: [{ name: a, cluster: { server: "https://127.0.0.1:1" } }]
contexts: [{ name: away, context: { cluster: a, user: me, namespace: shop } }]
users: [{ name: me, user: {} }]
`;
const start = (more: JsonObject = {}) => startKubernetes({ kubeconfig, ...more });
const map = (data: JsonObject) => of(TYPE, { metadata: { name: "one", namespace: "shop" }, data });
const kept: Kept = { id: "shop/one", inputs: map({ a: "1" }), state: map({ a: "1" }) };
const away =
  /9 FAILED_PRECONDITION: the Kubernetes API at https:\/\/127\.0\.0\.1:1 \(context away\) cannot be reached: .*; check that the cluster runs/;

test("unreachable: a preview is made without the cluster, and says so once", async () => {
  const { plugin, make, diff, change } = await start();
  const { id, state } = await make(TYPE, of(TYPE, { metadata: { name: "one" }, data: { a: "1" } }), { preview: true });
  assert.deepEqual([id, (state.metadata as JsonObject).namespace, state.data], [UNKNOWN, "shop", { a: "1" }]);
  assert.deepEqual((await diff(TYPE, kept, map({ a: "2" }))).detailed, { "data.a": "UPDATE_REPLACE" });
  assert.deepEqual((await change(TYPE, kept, map({ a: "2" }), { preview: true })).state, map({ a: "2" }));
  await plugin.says(/the preview is made without the cluster: /);
  assert.equal(plugin.stderr().match(/the preview is made without the cluster: /g)?.length, 1);
});

test("unreachable: what needs the cluster fails with what to do", async () => {
  const { make, change, refresh, remove } = await start();
  await assert.rejects(make(TYPE, map({})), away);
  await assert.rejects(change(TYPE, kept, map({})), away);
  const forget = /; if the cluster is gone for good, PULUMI_K8S_DELETE_UNREACHABLE=true forgets what was on it$/;
  await assert.rejects(refresh(TYPE, kept), forget);
  await assert.rejects(remove(TYPE, kept), forget);
});

test("unreachable: a provider may count what was there as gone", async () => {
  const { plugin, refresh, remove } = await start({ deleteUnreachable: "true" });
  assert.equal(await refresh(TYPE, kept), undefined);
  await remove(TYPE, kept);
  await plugin.says(/it counts as gone, as deleteUnreachable says/);
  await plugin.says(/it counts as deleted, as deleteUnreachable says/);
});

test("unreachable: a provider may take what was there as it was", async () => {
  const { plugin, refresh } = await start({ skipUpdateUnreachable: "true" });
  assert.deepEqual(await refresh(TYPE, kept), kept);
  await plugin.says(/it is taken as it was, as skipUpdateUnreachable says/);
});
