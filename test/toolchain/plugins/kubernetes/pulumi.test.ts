import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { projectRoot } from "../../../../infra/paths.ts";
import { failureFile } from "../../../../toolchain/plugins/official.ts";
import { locatePulumi } from "../../../../toolchain/pulumi.ts";
import { pulumiCommandEnvironment } from "../../../../toolchain/pulumi-command.ts";
import { ask, meddle, skip as noCluster, testNamespace } from "./cluster.ts";

const pulumi = locatePulumi();
const skip = noCluster || (pulumi ? false : "no Pulumi CLI on this machine: run `npx pulumi version`");

/** What a cluster of ours is made of, with a text that stack configuration changes. */
const PROGRAM = `
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
const config = new pulumi.Config();
const [text, namespace] = [config.require("text"), config.require("namespace")];
const provider = new k8s.Provider("cluster", { namespace: namespace + "-own", upsertExistingObjects: true });
const retained = { provider, retainOnDelete: true };
const own = new k8s.core.v1.Namespace("namespace", { metadata: { name: namespace + "-own" } }, retained);
const options = { provider, dependsOn: [own] };
const quiet = { "pulumi.com/skipAwait": "true" };
const labels = { app: "a" };
const map = new k8s.core.v1.ConfigMap("map", { immutable: true, data: { text } }, options);
const token = new k8s.core.v1.Secret("token", { stringData: { token: config.requireSecret("token"), text: map.metadata.name } }, options);
new k8s.core.v1.ConfigMap("fixed", { metadata: { name: "fixed" }, data: { text } }, options);
new k8s.core.v1.ServiceAccount("account", { metadata: { name: "account" } }, options);
const headless = new k8s.core.v1.Service("nodes", {
  metadata: { name: "nodes" },
  spec: { clusterIP: "None", publishNotReadyAddresses: true, selector: labels, ports: [{ port: 9092 }] },
}, options);
const bootstrap = new k8s.core.v1.Service("bootstrap", {
  metadata: { name: "bootstrap", annotations: quiet },
  spec: { selector: labels, ports: [{ port: 9092 }] },
}, options);
new k8s.policy.v1.PodDisruptionBudget("budget", {
  metadata: { name: "budget" },
  spec: { maxUnavailable: 1, selector: { matchLabels: labels } },
}, options);
new k8s.apps.v1.StatefulSet("set", {
  metadata: { name: "set", annotations: quiet },
  spec: {
    replicas: 0,
    serviceName: headless.metadata.name,
    podManagementPolicy: "Parallel",
    updateStrategy: { type: "OnDelete" },
    selector: { matchLabels: labels },
    template: {
      metadata: { labels, annotations: { text } },
      spec: {
        containers: [{
          name: "c",
          image: "none:1",
          resources: { limits: { memory: "1024Mi" } },
          env: [{ name: "TOKEN", value: config.requireSecret("token") }],
          envFrom: [{ secretRef: { name: token.metadata.name } }],
        }],
      },
    },
    volumeClaimTemplates: [{
      metadata: { name: "data" },
      spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: text === "one" ? "1024Mi" : "2Gi" } } },
    }],
  },
}, { ...options, ignoreChanges: ["spec.volumeClaimTemplates"] });
const found = k8s.core.v1.Namespace.get("found", "default", { provider });
export const address = bootstrap.spec.clusterIP;
export const phase = found.status.phase;
export const name = map.metadata.name;
`;

describe("kubernetes: a program of Pulumi's through the stand-in that is found by PATH", { skip }, async () => {
  if (skip) return;
  const namespace = await testNamespace();
  const own = `${namespace}-own`;
  const directory = mkdtempSync(path.join(tmpdir(), "kafka-stacks-kubernetes-"));
  const homes = {
    KAFKA_STACKS_HOME: path.join(directory, "state"),
    KAFKA_STACKS_CACHE: path.join(directory, "cache"),
    PULUMI_HOME: path.join(directory, "home"),
  };
  const { env } = pulumiCommandEnvironment(pulumi ?? "", { ...process.env, ...homes });
  // Even where the official plugin could be had, this test is about the stand-in.
  env.PATH = `${path.join(projectRoot, "toolchain/plugins/kubernetes")}:${env.PATH}`;
  mkdirSync(path.dirname(failureFile("kubernetes", env)), { recursive: true });
  writeFileSync(failureFile("kubernetes", env), "");
  const run = (...args: string[]) => {
    const done = spawnSync(pulumi!, args, { cwd: directory, env, encoding: "utf8", timeout: 120_000 });
    const output = `${done.stdout}${done.stderr}`;
    assert.equal(done.status, 0, output);
    return output;
  };

  before(() => {
    const runtime = "runtime: { name: nodejs, options: { typescript: false } }";
    writeFileSync(path.join(directory, "Pulumi.yaml"), `name: one-cluster\nmain: index.ts\n${runtime}\n`);
    writeFileSync(path.join(directory, "package.json"), '{ "type": "module" }');
    writeFileSync(path.join(directory, "index.ts"), PROGRAM);
    symlinkSync(path.join(projectRoot, "node_modules"), path.join(directory, "node_modules"));
    run("stack", "init", "dev");
    run(
      "config",
      "set-all",
      "--plaintext",
      "text=one",
      "--plaintext",
      `namespace=${namespace}`,
      "--secret",
      "token=first-secret",
    );
  });

  after(async () => {
    await ask("DELETE", `/api/v1/namespaces/${own}`).catch(() => {});
    rmSync(directory, { recursive: true, force: true });
  });

  test("it is created, and a refresh and a second run find nothing to do", () => {
    const up = run("up", "--yes");
    assert.match(up, /\+ 11 created/);
    assert.match(up, /kubernetes: the official plugin \S+ is not installed; the project's stand-in is used/);
    assert.match(up, /address: +"\d+\.\d+\.\d+\.\d+"/);
    assert.match(up, /phase +: "Active"/);
    assert.doesNotMatch(up, /error:|first-secret|Undefined value/);
    const again = run("up", "--yes", "--refresh", "--skip-preview");
    assert.match(again, /11 unchanged/);
    assert.doesNotMatch(again, /updated|created|replaced|deleted/);
    const state = run("stack", "export");
    assert.doesNotMatch(state, /first-secret|Zmlyc3Qtc2VjcmV0/);
  });

  test("a change is made in place where it can be, and else by replacement", async () => {
    run("config", "set", "text", "two");
    const up = run("up", "--yes", "--skip-preview");
    // The StatefulSet is updated. Data is replaced, as officially: both ConfigMaps, and the Secret that names one.
    assert.match(up, /~ 1 updated/);
    assert.match(up, /\+-3 replaced/);
    assert.match(up, /7 unchanged/);
    const { items } = await ask("GET", `/api/v1/namespaces/${own}/configmaps`);
    const texts = (items as { metadata: { name: string }; data: { text?: string } }[])
      .filter(({ metadata: { name } }) => name !== "kube-root-ca.crt")
      .map(({ metadata: { name }, data }) => `${name.replace(/-.*/, "")} ${data.text}`);
    assert.deepEqual(texts.toSorted(), ["fixed two", "map two"]);
  });

  test("what was changed or deleted by hand is found by a refresh and put back", async () => {
    const services = `/api/v1/namespaces/${own}/services/nodes`;
    await meddle(services, "kubectl", { spec: { publishNotReadyAddresses: false } });
    await ask("DELETE", `/apis/policy/v1/namespaces/${own}/poddisruptionbudgets/budget`);
    const up = run("up", "--yes", "--refresh", "--skip-preview");
    assert.match(up, /\+ 1 created/);
    assert.match(up, /~ 1 updated/);
    const { spec } = await ask("GET", services);
    assert.equal((spec as { publishNotReadyAddresses?: boolean }).publishNotReadyAddresses, true);
  });

  test("it is deleted, but for what is to stay", async () => {
    run("destroy", "--yes", "--skip-preview");
    const left = await ask("GET", `/api/v1/namespaces/${own}/services`);
    assert.deepEqual(left.items, []);
    const { status } = await ask("GET", `/api/v1/namespaces/${own}`);
    assert.deepEqual(status, { phase: "Active" });
  });
});
