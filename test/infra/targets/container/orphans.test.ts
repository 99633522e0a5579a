import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import type { Socket } from "node:net";
import { describe, type TestContext, test } from "node:test";
import { ended, makeShell, missing, SCRIPTS, TOOLS } from "./bash.ts";
import { describeCluster, describeQuorum, framed, kafka, listen, metadata } from "./fake-kafka.ts";

/**
 * Process 1 of a container is a JVM: an orphan that ends stays a zombie until the container goes, one more with each
 * check. Here Node is process 1 of a process namespace, which collects no orphans either.
 */
const NEEDS = ["od", "awk", "sleep"];
const ALONE = ["--user", "--map-root-user", "--pid", "--fork", "--kill-child", "--mount-proc"];

const PROCESS_1 = `
const { spawnSync } = require("node:child_process");
const { readdirSync, readFileSync } = require("node:fs");
const { status, stdout } = spawnSync("bash", process.argv.slice(1), { encoding: "utf8" });
const left = readdirSync("/proc").filter((name) => /^[0-9]+$/.test(name) && name !== "1");
console.log(JSON.stringify({ status, stdout, left: left.map((pid) => readFileSync("/proc/" + pid + "/stat", "utf8")) }));`;

function cannot(): string | false {
  const probe = spawnSync("unshare", [...ALONE, "true"], { encoding: "utf8" });
  return probe.status === 0 ? false : `no process namespace can be made here: ${probe.error?.message ?? probe.stderr}`;
}
const skip = cannot();

for (const tools of TOOLS)
  describe(`serves.sh with the tools of ${tools} leaves no orphan`, {
    skip: skip || missing(tools, NEEDS),
    concurrency: true,
  }, () => {
    async function assertNothingLeft(t: TestContext, part: string, code: number, says: RegExp): Promise<void> {
      const { setup } = makeShell(t, tools, NEEDS);
      const args = [...ALONE, process.execPath, "-e", PROCESS_1, `${SCRIPTS}/serves.sh`, part];
      // With the mark of a node that has served, and without: it then tries until its time is up.
      for (const mark of ["/", "/nowhere/served"]) {
        const env = { PATH: `${setup.env.PATH}:${process.env.PATH}`, SERVES_LIMIT: "1", SERVES_MARK: mark };
        const { stdout, stderr } = await ended(spawn("unshare", args, { env }));
        assert.equal(stderr, "");
        const found = JSON.parse(stdout);
        assert.deepEqual({ status: found.status, left: found.left }, { status: code, left: [] });
        assert.match(found.stdout, says);
      }
    }

    const sends = (bytes: Buffer) => (socket: Socket) => socket.once("data", () => socket.write(bytes));
    const cluster = (port: number) => describeCluster(1, { 1: port });
    const late: readonly (readonly [name: string, part: string, handle: (socket: Socket) => void])[] = [
      ["a broker that says nothing", "broker:1", () => {}],
      ["a broker that stops half-way", "broker:1", sends(framed(metadata([1], {})).subarray(0, 30))],
      ["a controller that says nothing", "controller:1", () => {}],
      ["a controller that stops half-way", "controller:1", sends(framed(cluster(1)).subarray(0, 30))],
      ["a ZooKeeper node that says nothing", "zookeeper", () => {}],
    ];
    for (const [name, part, handle] of late) {
      test(`${name}`, async (t) => {
        const { port } = await listen(t, handle);
        await assertNothingLeft(t, `${part}:${port}`, 1, /: no answer within 1 s\n$/);
      });
    }

    test("a leader that says nothing", async (t) => {
      const leader = await listen(t, () => {});
      const { port } = await listen(t, kafka({ describeCluster: cluster(leader.port) }));
      await assertNothingLeft(t, `controller:2:${port}`, 1, /: no answer within 1 s\n$/);
    });

    test("nodes that serve", async (t) => {
      const node: { port: number } = await listen(t, (socket) => {
        const quorum = { describeCluster: cluster(node.port), describeQuorum: describeQuorum(1, { 1: 1 }) };
        kafka({ metadata: metadata([1], {}), ...quorum })(socket);
      });
      await assertNothingLeft(t, `broker:1:${node.port}`, 0, /in sync/);
      await assertNothingLeft(t, `controller:1:${node.port}`, 0, /leads/);
    });
  });
