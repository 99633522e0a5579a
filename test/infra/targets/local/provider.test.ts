import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import type pluginPb from "@pulumi/pulumi/proto/plugin_pb.js";
import pb from "@pulumi/pulumi/proto/provider_pb.js";
import emptyPb from "google-protobuf/google/protobuf/empty_pb.js";
import { projectRoot } from "../../../../infra/paths.ts";
import { type Kept, keep } from "../../../../infra/targets/decisions/kept.ts";
import { type JsonObject, toJson, toStruct, UNKNOWN } from "../../../../toolchain/plugin/struct.ts";
import { startPlugin } from "../../../toolchain/plugin/client.ts";

const home = mkdtempSync(path.join(tmpdir(), "kafka-stacks-provider-"));
after(() => rmSync(home, { recursive: true }));
const PROVIDER = path.join(projectRoot, "infra/targets/local/provider/pulumi-resource-kafka-local");
const { call } = await startPlugin({ after }, PROVIDER);
const urn = (type: string) => `urn:pulumi:dev::kafka-stacks::kafka-stacks:local:Kafka$kafka-local:index:${type}::one`;

const cluster: JsonObject = {
  name: "one",
  directory: path.join(home, "one"),
  mode: "kraft",
  kafkaVersion: "4.3.1",
  voters: [1, 2, 3],
  listeners: ["EXTERNAL@1", "CONTROLLER@1"],
  fixedPorts: {},
  secretNames: [],
};
/** What a deployment of it left on the disk. */
const kept = { ...cluster, clusterId: "some-id", ports: {}, secrets: {}, nodeData: {} } as unknown as Kept;
keep(kept);
const node: JsonObject = {
  nodeId: 1,
  roles: ["broker", "controller"],
  directory: path.join(home, "one", "node-1"),
  clusterId: "some-id",
  kafkaVersion: "4.3.1",
  mainClass: "kafka.Kafka",
  configFile: "server.properties",
  files: { "server.properties": "node.id=1\n" },
  jvmOptions: ["-Xmx256m"],
  endpoints: { EXTERNAL: "127.0.0.1:1" },
};

test("kafka-local: tells its version, and takes no configuration but previews", async () => {
  const info = await call<emptyPb.Empty, pluginPb.PluginInfo>("getPluginInfo", new emptyPb.Empty());
  assert.match(info.getVersion(), /^\d+\.\d+\.\d+$/);
  const configured = await call<pb.ConfigureRequest, pb.ConfigureResponse>("configure", new pb.ConfigureRequest());
  assert.deepEqual([configured.getAcceptsecrets(), configured.getSupportspreview()], [false, true]);
});

const changes: readonly (readonly [name: string, change: JsonObject, refused: RegExp | undefined])[] = [
  ["the same again", {}, undefined],
  ["the same voters in another order", { voters: [3, 1, 2] }, undefined],
  ["a newer Kafka", { kafkaVersion: "4.10.0" }, undefined],
  [
    "a broker that goes",
    { listeners: ["CONTROLLER@2"] },
    /^brokers\.count: broker 1 would go, and nobody tells whether it holds replicas \(.*\); put/,
  ],
  ["more listeners", { listeners: ["EXTERNAL@1", "CONTROLLER@1", "EXTERNAL@2"] }, undefined],
  [
    "an older Kafka",
    { kafkaVersion: "3.9.2" },
    /^kafka\.version: 4\.3\.1 cannot go back to 3\.9\.2: .*; put the version back, then let .* ask for them$/,
  ],
  ["… that can read its data", { kafkaVersion: "3.9.2", finalized: { "metadata.version": 21 } }, undefined],
  [
    "… that cannot",
    { kafkaVersion: "3.9.2", finalized: { "metadata.version": 22 } },
    /^kafka\.version: 4\.3\.1 cannot go back to 3\.9\.2: metadata\.version is finalized at 22, .*; put the version back$/,
  ],
  ["other voters", { voters: [1] }, /^controllers: the voters are nodes 1, 2, 3 and cannot become 1; /],
  [
    "voters that go into the metadata log, of a cluster that is down",
    { quorum: "dynamic" },
    /^controllers\.quorum: static becomes dynamic while the quorum runs, and nobody answers for it /,
  ],
  [
    "another mode",
    { mode: "zookeeper", voters: [] },
    /^kafka\.mode: a cluster in mode kraft cannot go back to zookeeper, /,
  ],
];

for (const [name, change, refused] of changes)
  test(`kafka-local: check of a cluster: ${name} is ${refused ? "refused" : "fine"}`, async () => {
    const request = new pb.CheckRequest();
    request.setUrn(urn("Cluster"));
    request.setOlds(toStruct(cluster));
    request.setNews(toStruct({ ...cluster, ...change }));
    const reasons = (await call<pb.CheckRequest, pb.CheckResponse>("check", request))
      .getFailuresList()
      .map((failure) => failure.getReason());
    assert.equal(reasons.length, refused ? 1 : 0);
    if (refused) assert.match(reasons[0] ?? "", refused);
  });

const diffs: readonly (readonly [
  name: string,
  type: "Cluster" | "Node",
  news: JsonObject,
  olds: JsonObject,
  state: JsonObject,
  changed: string[],
])[] = [
  ["a cluster that is the same", "Cluster", cluster, cluster, {}, []],
  [
    "a state folder that is named otherwise today",
    "Cluster",
    { ...cluster, directory: path.join(home, "two") },
    cluster,
    {},
    [],
  ],
  [
    "a cluster with fixed ports",
    "Cluster",
    { ...cluster, fixedPorts: { "EXTERNAL@1": 19092 } },
    cluster,
    {},
    ["fixedPorts"],
  ],
  [
    "a node whose heap and files change",
    "Node",
    { ...node, jvmOptions: [], files: {} },
    node,
    { running: true },
    ["files", "jvmOptions"],
  ],
  [
    "a node that is the same, but its process and files are gone",
    "Node",
    node,
    node,
    { running: true },
    ["running", "files"],
  ],
  [
    "a node about which a preview knows too little",
    "Node",
    { ...node, files: UNKNOWN },
    node,
    { running: true },
    ["files"],
  ],
];

for (const [name, type, news, olds, state, changed] of diffs)
  test(`kafka-local: diff of ${name}`, async () => {
    const request = new pb.DiffRequest();
    request.setUrn(urn(type));
    request.setNews(toStruct(news));
    request.setOldInputs(toStruct(olds));
    request.setOlds(toStruct({ ...olds, ...state }));
    const answer = await call<pb.DiffRequest, pb.DiffResponse>("diff", request);
    assert.deepEqual(answer.getDiffsList(), changed);
    assert.deepEqual(answer.getReplacesList(), [], "a node is never replaced: its data is its own");
  });

test("kafka-local: a preview of creations tells what is not known yet and touches nothing", async () => {
  const before = readdirSync(kept.directory);
  const preview = async (type: string, inputs: JsonObject) => {
    const request = new pb.CreateRequest();
    request.setUrn(urn(type));
    request.setProperties(toStruct(inputs));
    request.setPreview(true);
    return toJson((await call<pb.CreateRequest, pb.CreateResponse>("create", request)).getProperties());
  };
  assert.deepEqual(await preview("Cluster", cluster), {
    ...cluster,
    clusterId: UNKNOWN,
    ports: UNKNOWN,
    secrets: UNKNOWN,
  });
  const { nodeId, roles, directory, endpoints } = node;
  assert.deepEqual(await preview("Node", node), { nodeId, roles, directory, endpoints, running: true });
  assert.deepEqual(readdirSync(kept.directory), before);
});

test("kafka-local: what is gone from the disk is gone from the state", async () => {
  rmSync(kept.directory, { recursive: true });
  for (const [type, state] of [
    ["Cluster", cluster],
    ["Node", node],
  ] as const) {
    const request = new pb.ReadRequest();
    request.setUrn(urn(type));
    request.setId("one");
    request.setProperties(toStruct(state));
    assert.equal((await call<pb.ReadRequest, pb.ReadResponse>("read", request)).getId(), "");
  }
});

test("kafka-local: SIGINT ends it", async (t) => {
  const { child } = await startPlugin(t, PROVIDER);
  const exit = once(child, "exit");
  child.kill("SIGINT");
  assert.deepEqual(await exit, [0, null]);
});
