import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { beforeEach, describe, type TestContext, test } from "node:test";
import { forgetData } from "../../../../infra/targets/decisions/data-record.ts";
import { type ClusterInputs, keep, readKept } from "../../../../infra/targets/decisions/kept.ts";
import { emptyNode } from "../../../../infra/targets/local/data.ts";
import { noteData, recordFor, refusedData, requireOwnData } from "../../../../infra/targets/local/provider/data.ts";
import { contentOf } from "../../../../infra/targets/local/provider/found.ts";
import { asThere } from "../../../../infra/targets/local/provider/leavers.ts";
import { identify } from "../../../../infra/targets/local/provider/process.ts";
import { prepareStorage, removeData } from "../../../../infra/targets/local/provider/storage.ts";
import type { LocalNodeArgs } from "../../../../infra/targets/local/render.ts";

/** A batch of records, as far as anything here looks at it: the offset, the length, the rest. */
const LEVELS = new Uint8Array([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 1, 1]);
const CLUSTER_ID = "0U5CIlg8M779mwIjKAiDOg";
let directory: string;
let shop: ClusterInputs;

const data = (id: number): string => path.join(directory, `node-${id}`, "data");
const args = (nodeId: number, roles = ["broker", "controller"]): LocalNodeArgs => ({
  nodeId,
  roles,
  directory: path.join(directory, `node-${nodeId}`),
  clusterId: CLUSTER_ID,
  kafkaVersion: "4.3.1",
  mainClass: "kafka.Kafka",
  configFile: "server.properties",
  files: { "server.properties": "process.roles=broker,controller\n" },
  jvmOptions: [],
  endpoints: {},
});
/** As a deployment starts a node. */
function start(id: number): void {
  requireOwnData(args(id));
  prepareStorage(args(id));
  noteData(args(id));
  for (const log of ["__cluster_metadata-0", "plain-0"]) {
    mkdirSync(path.join(data(id), log), { recursive: true });
    writeFileSync(path.join(data(id), log, "00000000000000000000.log"), "");
  }
}
const refused = (now = shop): string[] => refusedData(directory, readKept(directory), now).map(({ reason }) => reason);
/** This very process stands for a node's. */
const run = (id: number): void =>
  writeFileSync(path.join(directory, `node-${id}`, "node.pid"), JSON.stringify(identify(process.pid)));

beforeEach((t) => {
  directory = mkdtempSync(path.join(tmpdir(), "kafka-stacks-data-"));
  (t as TestContext).after(() => rmSync(directory, { recursive: true, force: true }));
  shop = {
    name: "shop",
    directory,
    mode: "kraft",
    kafkaVersion: "4.3.1",
    voters: [1, 2, 3],
    listeners: [1, 2, 3].map((id) => `INTERNAL@${id}`),
    fixedPorts: {},
    secretNames: [],
    security: "plaintext",
  };
  keep({ ...shop, clusterId: CLUSTER_ID, ports: {}, secrets: {}, nodeData: recordFor(directory, undefined) });
  writeFileSync(path.join(directory, "bootstrap.checkpoint"), LEVELS);
  for (const id of [1, 2, 3]) start(id);
});

describe("data of a cluster on this machine", () => {
  test("a second start takes them up", () => {
    assert.deepEqual(refused(), []);
    for (const id of [1, 2, 3]) start(id);
  });

  test("two of three gone: everything is refused, and no folder is made", () => {
    for (const id of [1, 2]) rmSync(path.dirname(data(id)), { recursive: true });
    assert.equal(refused().length, 2);
    for (const reason of refused()) assert.match(reason, /found none; .*kafka-stacks down shop --delete-data$/);
    assert.throws(() => start(1), /found none/);
    assert.ok(!existsSync(data(1)));
  });

  test("two of three without the log of the quorum, or an empty one: everything is refused, in mode kraft", () => {
    rmSync(path.join(data(1), "__cluster_metadata-0"), { recursive: true });
    rmSync(path.join(data(2), "__cluster_metadata-0", "00000000000000000000.log"));
    assert.equal(refused().length, 2);
    for (const reason of refused())
      assert.match(reason, /found data without __cluster_metadata-0; .*kafka-stacks down shop --delete-data$/);
    assert.throws(() => requireOwnData(args(1)), /__cluster_metadata-0/);
    assert.deepEqual(refused({ ...shop, migration: "kraftBrokers" }), [], "brokers of a migration begin without one");
  });

  test("a folder that was moved as a whole is not gone: nothing says to delete it", (t) => {
    const moved = `${directory}-moved`;
    const before = readKept(directory)!;
    renameSync(directory, moved);
    t.after(() => rmSync(moved, { recursive: true }));
    const [{ reason } = { reason: "" }] = refusedData(directory, before, { ...shop, directory: moved });
    assert.match(reason, /found them in .*-moved; .*kafka-stacks down shop, then kafka-stacks up shop$/);
    rmSync(path.join(moved, "cluster.json"));
    rmSync(path.join(moved, "cluster.json.bak"));
    assert.match(refusedData(directory, before, { ...shop, directory: moved })[0]!.reason, /found neither/);
  });

  test("one that was formatted and never began a log may start", () => {
    for (const log of ["__cluster_metadata-0", "plain-0"]) rmSync(path.join(data(1), log), { recursive: true });
    assert.deepEqual(refused(), []);
    requireOwnData(args(1));
  });

  test("one gone is refused at once while others run, else as it would start; replace-node allows it", async (t) => {
    renameSync(data(1), `${data(1)}.old`);
    assert.deepEqual(refused(), [], "the others start first");
    assert.throws(() => start(1), /kafka-stacks replace-node shop 1$/);
    run(2);
    assert.match(refused().join(), /kafka-stacks replace-node shop 1$/);
    rmSync(path.join(directory, "node-2", "node.pid"));
    // The home of its commands is where the cluster's folder lies.
    const home = mkdtempSync(path.join(tmpdir(), "kafka-stacks-data-"));
    t.after(() => rmSync(home, { recursive: true }));
    mkdirSync(path.join(home, "local"));
    symlinkSync(directory, path.join(home, "local", "shop"));
    process.env.KAFKA_STACKS_HOME = home;
    t.after(() => delete process.env.KAFKA_STACKS_HOME);
    await emptyNode(path.join(home, "local", "shop"), 1);
    start(1);
    assert.deepEqual(refused(), []);
  });

  for (const [what, spoil] of [
    ["an empty mount point", () => mkdirSync(path.join(data(1), "lost+found"), { recursive: true })],
    ["a link to nothing", () => symlinkSync("/nowhere/at/all", data(1))],
    ["a file", () => writeFileSync(data(1), "")],
    ["logs without meta.properties", () => mkdirSync(path.join(data(1), "plain-0"), { recursive: true })],
    [
      "another node's data",
      () => {
        renameSync(data(2), data(1));
        renameSync(`${data(1)}.old`, data(2));
      },
    ],
    [
      "what was formatted since",
      () => {
        forgetData(directory, [1]);
        prepareStorage(args(1));
        keep({ ...readKept(directory)!, nodeData: { 1: { data: "an-earlier-one" } } });
      },
    ],
  ] as const)
    test(`${what} in its place is refused and left unchanged`, () => {
      renameSync(data(1), `${data(1)}.old`);
      spoil();
      assert.throws(() => start(1), /node 1: wanted/);
    });

  test("of an earlier release, which noted nothing, every node named is expected to have some", () => {
    const { nodeData, ...earlier } = readKept(directory)!;
    assert.ok(nodeData);
    writeFileSync(path.join(directory, "cluster.json"), JSON.stringify(earlier));
    assert.deepEqual(refused(), []);
    rmSync(data(1), { recursive: true });
    assert.throws(() => start(1), /replace-node/);
    start(2);
    assert.deepEqual(Object.keys(readKept(directory)!.nodeData!), ["1", "2", "3"]);
    assert.throws(() => start(1), /replace-node/, "noted now");
  });

  test("without cluster.json: with no state their cluster is named, with one it is written again", () => {
    rmSync(path.join(directory, "cluster.json"));
    assert.match(refusedData(directory, undefined, shop)[0]!.reason, new RegExp(`has data of cluster ${CLUSTER_ID},`));
    assert.deepEqual(refusedData(directory, shop, shop), []);
    rmSync(data(1), { recursive: true });
    assert.deepEqual(Object.keys(recordFor(directory, shop)), ["1", "2", "3"]);
  });

  test("a folder that is gone altogether while the state knows a cluster is no new cluster", () => {
    rmSync(directory, { recursive: true });
    assert.match(refusedData(directory, shop, shop)[0]!.reason, /found neither; put the folder back/);
    assert.deepEqual(refusedData(directory, undefined, shop), [], "without a state it is");
  });

  test("a node may begin in an empty mount point", () => {
    mkdirSync(path.join(data(4), "lost+found"), { recursive: true });
    start(4);
    assert.equal((contentOf(data(4)) as { nodeId: number }).nodeId, 4);
    assert.ok(existsSync(path.join(data(4), "lost+found")));
  });

  test("a disk that is linked stays so when its data go, and takes the next", () => {
    const disk = path.join(directory, "disk");
    for (const folder of [disk, path.dirname(data(4))]) mkdirSync(folder);
    symlinkSync(disk, data(4));
    for (const round of [1, 2]) {
      start(4);
      assert.equal((contentOf(disk) as { nodeId: number }).nodeId, 4, `round ${round}`);
      assert.equal(removeData(path.dirname(data(4))), true);
      assert.deepEqual(readdirSync(disk), []);
      forgetData(directory, [4]);
    }
  });

  test("mounts of two brokers that are swapped are refused at once, although no node runs", () => {
    for (const id of [4, 5]) start(id);
    const [four, five] = [4, 5].map((id) => path.dirname(data(id)));
    renameSync(four!, `${four}.old`);
    renameSync(five!, four!);
    renameSync(`${four}.old`, five!);
    const reasons = refused({ ...shop, listeners: [...shop.listeners, "INTERNAL@4", "INTERNAL@5"] });
    assert.match(reasons.join(), /node 4: .* node 5; .*node 5: .* node 4;/);
  });

  test("a half-made folder is made again", () => {
    mkdirSync(`${data(4)}.new`, { recursive: true });
    writeFileSync(path.join(`${data(4)}.new`, "meta.properties"), "torn");
    start(4);
    assert.equal((contentOf(data(4)) as { nodeId: number }).nodeId, 4);
  });
});

test("brokers that go are told by what runs and has data, not only by what was deployed last", () => {
  const two = { ...shop, listeners: ["INTERNAL@1", "INTERNAL@2"], voters: [1] };
  assert.deepEqual(asThere(two, directory).listeners, [...two.listeners, "INTERNAL@3"]);
  forgetData(directory, [3]);
  assert.deepEqual(asThere(two, directory).listeners, two.listeners, "it has left");
  run(3);
  assert.deepEqual(asThere(two, directory).listeners, [...two.listeners, "INTERNAL@3"], "it was started again");
});
