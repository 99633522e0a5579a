import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { rolloutResource } from "../../../../../infra/targets/kubernetes/provider/rollout-resource.ts";
import { InitFailed, type OperationContext } from "../../../../../toolchain/plugin/resource.ts";
import { type JsonObject, UNKNOWN } from "../../../../../toolchain/plugin/struct.ts";

type Answer = { readonly status: number; readonly body: object };

/** An API server of one StatefulSet with one pod, which the tests make answer as they like. */
const cluster = {
  ready: true,
  sets: true,
  /** By what ends the path. */
  faults: new Map<string, Answer>(),
  requests: [] as string[],
};

const metadata = { name: "dev-broker-1", uid: "u1", labels: { "controller-revision-hash": "r1" }, generation: 1 };

function answer(url: string): Answer {
  const kind = new URL(url, "http://api").pathname.split("/").at(-1) ?? "";
  cluster.requests.push(kind);
  const fault = cluster.faults.get(kind);
  if (fault) return fault;
  const status = cluster.ready ? "True" : "False";
  const items: Record<string, object[]> = {
    pods: [
      {
        metadata,
        spec: { containers: [{ name: "kafka" }], nodeName: "a" },
        status: {
          hostIP: "10.0.0.1",
          conditions: [{ type: "Ready", status }],
          containerStatuses: [{ name: "kafka", restartCount: 0, state: { running: {} } }],
        },
      },
    ],
    statefulsets: cluster.sets
      ? [
          {
            metadata: { name: "dev-broker", generation: 1 },
            spec: { replicas: 1 },
            status: { observedGeneration: 1, updateRevision: "r1" },
          },
        ]
      : [],
  };
  return { status: 200, body: { items: items[kind] ?? [], metadata: {} } };
}

const ARGS: JsonObject = {
  namespace: "kafka-dev",
  name: "dev",
  order: [1],
  sets: [{ statefulSet: "dev-broker", kind: "broker", nodes: [{ id: 1, pod: "dev-broker-1", roles: ["broker"] }] }],
  kubernetesId: "here",
  external: {},
  template: {},
  claims: {},
  imageHint: "load the image",
  patienceSeconds: 1,
};
const STATE: JsonObject = { ...ARGS, hosts: { 1: "10.0.0.1" }, told: { 1: "" } };

const said: string[] = [];
const context = (preview = false): OperationContext => ({
  urn: "",
  preview,
  oldInputs: {},
  ignoreChanges: [],
  timeoutSeconds: undefined,
  signal: AbortSignal.timeout(20_000),
  log: (message) => said.push(message),
  warn: (message) => said.push(message),
});

const diff = async (inputs = ARGS, state = STATE) =>
  (await rolloutResource.diff("dev", inputs, state, ARGS, context())).changed;
const create = () => rolloutResource.create(ARGS, context());

let server: Server;
const directory = mkdtempSync(path.join(tmpdir(), "rollout-"));
const kubeconfig = process.env.KUBECONFIG;

before(async () => {
  server = createServer((request, response) => {
    const { status, body } = answer(request.url ?? "");
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const file = path.join(directory, "config");
  const config = {
    clusters: [{ name: "fake", cluster: { server: `http://127.0.0.1:${port}`, "insecure-skip-tls-verify": true } }],
    users: [{ name: "fake", user: {} }],
    contexts: [{ name: "fake", context: { cluster: "fake", user: "fake" } }],
    "current-context": "fake",
  };
  writeFileSync(file, JSON.stringify(config));
  process.env.KUBECONFIG = file;
});

after(() => {
  server.close();
  server.closeAllConnections();
  rmSync(directory, { recursive: true });
  if (kubeconfig === undefined) delete process.env.KUBECONFIG;
  else process.env.KUBECONFIG = kubeconfig;
});

function reset(): void {
  Object.assign(cluster, { ready: true, sets: true, requests: [] });
  cluster.faults.clear();
  said.length = 0;
}

test("rollout: what serves is left alone, and what does not is a difference", async () => {
  reset();
  assert.deepEqual((await create()).outputs, STATE);
  assert.deepEqual(await diff(), []);
  assert.deepEqual(await diff(ARGS, { ...STATE, hosts: { 1: "10.0.0.9" } }), ["hosts"], "its pod has moved");
  assert.deepEqual(await diff({ ...ARGS, template: { "dev-broker": "new" } }), ["template"]);
  cluster.ready = false;
  assert.deepEqual(await diff(), ["pods"]);
  assert.deepEqual(await rolloutResource.read("dev", STATE, context()), STATE);
});

test("rollout: a preview asks nobody", async () => {
  reset();
  const { outputs } = await rolloutResource.create(ARGS, context(true));
  assert.equal(outputs.hosts, UNKNOWN);
  assert.deepEqual((await rolloutResource.update("dev", ARGS, STATE, context(true))).hosts, { 1: "10.0.0.1" });
  const grown = { ...ARGS, sets: [{ statefulSet: "dev-broker", kind: "broker", nodes: [{ id: 1 }, { id: 2 }] }] };
  assert.equal((await rolloutResource.update("dev", grown, STATE, context(true))).hosts, UNKNOWN);
  assert.deepEqual(cluster.requests, []);
});

test("rollout: another namespace or name is another cluster", async () => {
  const { changed, replaces } = await rolloutResource.diff("dev", { ...ARGS, namespace: "x" }, STATE, ARGS, context());
  assert.deepEqual([changed, replaces], [["namespace"], ["namespace"]]);
});

test("rollout: without progress it ends with what it waited for, and keeps what it reached", async () => {
  reset();
  cluster.ready = false;
  await assert.rejects(create(), (error: InitFailed) => {
    assert.ok(error instanceof InitFailed);
    assert.match(
      error.message,
      /no progress for 1 s: dev-broker-1 runs on a and is not ready yet; see what it waits for/,
    );
    assert.deepEqual(error.outputs, STATE);
    return true;
  });
  assert.ok(said.includes("0 of 1 pods ready; dev-broker-1 runs on a and is not ready yet"), said.join("\n"));
});

test("rollout: events that may not be read are done without", async () => {
  reset();
  cluster.ready = false;
  const message = 'events is forbidden: User "x" cannot list resource "events"';
  cluster.faults.set("events", { status: 403, body: { message } });
  setTimeout(() => Object.assign(cluster, { ready: true }), 600);
  assert.deepEqual((await create()).outputs, STATE);
});

test("rollout: an API server that goes away for a while is waited for, one that never answered is not", async () => {
  reset();
  cluster.faults.set("pods", { status: 503, body: { message: "starting" } });
  await assert.rejects(create(), /InitFailed: the Kubernetes API at .* answers 503: starting; try again/);
  cluster.faults.clear();
  cluster.ready = false;
  setTimeout(() => cluster.faults.set("pods", { status: 503, body: { message: "starting" } }), 300);
  setTimeout(() => {
    cluster.faults.clear();
    cluster.ready = true;
  }, 2_000);
  assert.deepEqual((await create()).outputs, STATE);
  assert.ok(said.some((line) => line.includes("answers 503: starting")));
});

test("rollout: a StatefulSet that somebody deleted is told, and does not keep a preview from making it anew", async () => {
  reset();
  cluster.sets = false;
  assert.deepEqual(await diff(), ["pods"]);
  await assert.rejects(create(), /StatefulSet dev-broker is not in namespace kafka-dev; let Pulumi find that out/);
});
