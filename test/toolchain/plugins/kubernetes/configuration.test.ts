import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { configuration } from "../../../../toolchain/plugins/kubernetes/configuration.ts";
import { contextNamespace, kubeConfig } from "../../../../toolchain/plugins/kubernetes/kubeconfig.ts";

const directory = mkdtempSync(path.join(tmpdir(), "kafka-stacks-kubeconfig-"));
after(() => rmSync(directory, { recursive: true }));

/** Two clusters, a context for each, and no credentials. */
const text = (port: number) => `
apiVersion: v1
kind: Config
current-context: one
clusters:
  - { name: first, cluster: { server: "https://127.0.0.1:${port}" } }
  - { name: second, cluster: { server: "https://127.0.0.1:2" } }
contexts:
  - { name: one, context: { cluster: first, user: me, namespace: shop } }
  - { name: two, context: { cluster: second, user: me } }
users: [{ name: me, user: {} }]
`;
const file = path.join(directory, "config");
writeFileSync(file, text(1));
const wanted = { kubeconfig: undefined, context: undefined, cluster: undefined };

test("configuration: a kubeconfig is a file or the text of one", () => {
  for (const kubeconfig of [file, text(1)]) {
    const config = kubeConfig({ ...wanted, kubeconfig });
    assert.deepEqual([config.getCurrentCluster()?.server, contextNamespace(config)], ["https://127.0.0.1:1", "shop"]);
  }
});

test("configuration: another context, and another cluster with the context's user", () => {
  const server = (more: object) => kubeConfig({ ...wanted, kubeconfig: file, ...more }).getCurrentCluster()?.server;
  assert.equal(server({ context: "two" }), "https://127.0.0.1:2");
  assert.equal(server({ cluster: "second" }), "https://127.0.0.1:2");
});

test("configuration: what is not there is named with what is", () => {
  const rows: readonly (readonly [more: object, reason: RegExp])[] = [
    [
      { kubeconfig: file, context: "three" },
      /^Error: context: wanted three, found one, two in the kubeconfig; name one/,
    ],
    [{ kubeconfig: file, cluster: "third" }, /^Error: cluster: wanted third, found first, second in the kubeconfig/],
    [
      { kubeconfig: path.join(directory, "none") },
      /^Error: kubeconfig: it is neither a file that can be read nor the text of one/,
    ],
  ];
  for (const [more, reason] of rows) assert.throws(() => kubeConfig({ ...wanted, ...more }), reason);
});

test("configuration: what the stand-in does not do is refused by name", () => {
  const rows: readonly (readonly [config: Record<string, string>, property: string | undefined, reason?: RegExp])[] = [
    [{ namespace: "shop", upsertExistingObjects: "true", enableServerSideApply: "true" }, undefined],
    [{ suppressHelmHookWarnings: "true", clusterIdentifier: "a" }, undefined],
    [{ enableServerSideApply: "false" }, "enableServerSideApply", /has server-side apply only; leave it out/],
    [
      { helmReleaseSettings: "{}" },
      "helmReleaseSettings",
      /not supported .*; leave it out, or use the official plugin/,
    ],
    [{ kubeClientSettings: "{}" }, "kubeClientSettings", /not supported/],
    [{ strictMode: "true" }, "strictMode", /not supported/],
    [{ alwaysRender: "true" }, "alwaysRender", /needs renderYamlToDirectory/],
    [{ alwaysRender: "true", renderYamlToDirectory: "out" }, undefined],
    [{ renderYamlToDirectory: "out", context: "one" }, "context", /does not go with renderYamlToDirectory/],
    [{ renderYamlToDirectory: "out", kubeconfig: text(1) }, "kubeconfig", /does not go with renderYamlToDirectory/],
  ];
  for (const [config, property, reason = /^$/] of rows) {
    const failures = configuration.check(config);
    assert.deepEqual(
      failures.map((failure) => failure.property),
      property === undefined ? [] : [property],
    );
    for (const failure of failures) assert.match(failure.reason, reason);
  }
});

test("configuration: another cluster replaces what is on it; another way to the same does not", () => {
  const same = path.join(directory, "same");
  writeFileSync(same, text(1));
  const changed = ["clusterIdentifier", "context", "kubeconfig", "namespace", "renderYamlToDirectory"];
  const rows: readonly (readonly [news: Record<string, string>, olds: Record<string, string>, replaces: string[]])[] = [
    [{ kubeconfig: same }, { kubeconfig: file }, []],
    [{ kubeconfig: text(7) }, { kubeconfig: file }, ["kubeconfig"]],
    [{ kubeconfig: file, context: "two" }, { kubeconfig: file }, ["context"]],
    [{ context: "two" }, { context: "one" }, []],
    [{ kubeconfig: text(7), clusterIdentifier: "a" }, { kubeconfig: file, clusterIdentifier: "a" }, []],
    [{ kubeconfig: file, clusterIdentifier: "b" }, { kubeconfig: file, clusterIdentifier: "a" }, ["clusterIdentifier"]],
    [{ kubeconfig: "/nowhere" }, { kubeconfig: file }, []],
    [{ renderYamlToDirectory: "b" }, { renderYamlToDirectory: "a" }, ["renderYamlToDirectory"]],
    [{ namespace: "b" }, { namespace: "a" }, []],
  ];
  for (const [news, olds, replaces] of rows) {
    const names = changed.filter((name) => news[name] !== olds[name]);
    assert.deepEqual(configuration.replaces?.(news, olds, names), replaces, JSON.stringify([news, olds]));
  }
});
