import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { parse } from "yaml";
import { startKubernetes } from "./provider.ts";

const root = mkdtempSync(path.join(tmpdir(), "kafka-stacks-rendered-"));
after(() => rmSync(root, { recursive: true }));
const directory = path.join(root, "out");
// Nothing listens there: whoever asked a cluster would be told so.
const { plugin, make, change, refresh, diff, remove } = await startKubernetes({
  renderYamlToDirectory: directory,
  namespace: "shop",
  alwaysRender: "true",
});

const secret = { apiVersion: "v1", kind: "Secret", metadata: { name: "one" }, stringData: { password: "hidden" } };
const file = path.join(directory, "1-manifest", "v1-secret-shop-one.yaml");

test("rendered: an object is a file for its owner, changed and deleted with it", async () => {
  const kept = await make("core/v1:Secret", secret);
  assert.deepEqual(
    [kept.id, statSync(file).mode & 0o777, statSync(directory).mode & 0o777],
    ["shop/one", 0o600, 0o700],
  );
  const data = { password: Buffer.from("hidden").toString("base64") };
  const { stringData: _, ...rest } = secret;
  assert.deepEqual(parse(readFileSync(file, "utf8")), { ...rest, metadata: { name: "one", namespace: "shop" }, data });
  await plugin.says(/v1-secret-shop-one\.yaml holds a secret that anyone who may read it can see/);
  assert.deepEqual(await refresh("core/v1:Secret", kept), kept);

  const news = { ...kept.inputs, metadata: { name: "one", namespace: "shop", labels: { a: "1" } } };
  const changed = await change("core/v1:Secret", kept, news);
  assert.deepEqual(parse(readFileSync(file, "utf8")).metadata.labels, { a: "1" });
  await remove("core/v1:Secret", changed);
  assert.ok(!existsSync(file));
  await remove("core/v1:Secret", changed);
});

test("rendered: every file is written at each run where that is wanted", async () => {
  const map = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "one" }, data: { a: "1" } };
  const kept = await make("core/v1:ConfigMap", map);
  const found = await diff("core/v1:ConfigMap", kept);
  assert.deepEqual([found.changed, found.detailed], [["alwaysRender"], {}]);
});

test("rendered: definitions of kinds lie apart, and only known kinds get a namespace", async () => {
  const definition = {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: "things.example.com" },
  };
  await make("apiextensions.k8s.io/v1:CustomResourceDefinition", definition);
  await make("example.com/v1:Thing", { apiVersion: "example.com/v1", kind: "Thing", metadata: { name: "one" } });
  assert.deepEqual(readdirSync(path.join(directory, "0-crd")), [
    "apiextensions.k8s.io_v1-customresourcedefinition-default-things.example.com.yaml",
  ]);
  const thing = readFileSync(path.join(directory, "1-manifest", "example.com_v1-thing-default-one.yaml"), "utf8");
  assert.equal(parse(thing).metadata.namespace, undefined);
  await plugin.says(/one: whether a Thing belongs to a namespace is not known; it is written without one/);
});

test("rendered: a preview writes nothing", async () => {
  const map = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "later" } };
  await make("core/v1:ConfigMap", map, { preview: true });
  assert.deepEqual(
    readdirSync(path.join(directory, "1-manifest")).filter((name) => name.includes("later")),
    [],
  );
});
