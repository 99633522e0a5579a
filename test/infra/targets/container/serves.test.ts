import assert from "node:assert/strict";
import { existsSync, writeFileSync } from "node:fs";
import type { Socket } from "node:net";
import { describe, type TestContext, test } from "node:test";
import { eventually } from "../../../helpers/eventually.ts";
import { makeShell, missing, processesWith, TOOLS } from "./bash.ts";
import { describeCluster, describeQuorum, framed, kafka, listen, metadata, type Partition } from "./fake-kafka.ts";
import { recorded } from "./recorded.ts";

const NEEDS = ["od", "awk", "sleep"];
const NOW = 1_800_000_000_000;
/** The mark of a node that has served: a check then asks once. */
const SERVED_BEFORE = { SERVES_MARK: "/" };

const led = (leader: number, isr: readonly number[], replicas = [1, 2, 3]): Partition => ({ leader, replicas, isr });
/** More than fit into one byte of a length. */
const manyVoters = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [i + 1, NOW]));
const bytes = (base64: string) => Buffer.from(base64, "base64");

for (const tools of TOOLS)
  describe(`serves.sh with the tools of ${tools}`, { skip: missing(tools, NEEDS) }, () => {
    /** Exit code and the one line; a second line or a word on stderr fails. */
    async function check(t: TestContext, parts: readonly string[], limit = "30"): Promise<[number | null, string]> {
      const { code, stdout, stderr } = await makeShell(t, tools, NEEDS).run("serves.sh", parts, {
        ...SERVED_BEFORE,
        SERVES_LIMIT: limit,
      });
      assert.equal(stderr, "");
      assert.match(stdout, /^[^\n]+\n$/);
      return [code, stdout.trimEnd()];
    }

    const brokers: readonly (readonly [name: string, answer: Buffer, code: number, says: string])[] = [
      ["in sync", metadata([1, 2], { a: [led(1, [1, 2]), led(2, [2, 1])] }), 0, "in sync in 2 partitions"],
      ["no partitions yet", metadata([2, 1], {}), 0, "in sync in 0 partitions"],
      ["not among the live", metadata([2, 3], { a: [led(2, [2, 3])] }), 1, "is not registered, or fenced"],
      [
        "out of the ISR",
        metadata([1, 2], { a: [led(1, [1])], orders: [led(1, [1]), led(2, [2, 3])], z: [led(2, [1, 2])] }),
        1,
        "is not in sync in 1 of its 4 partitions, one is orders-1",
      ],
      [
        "a partition that nobody leads",
        metadata([1, 2], { a: [led(-1, [2]), led(2, [1, 2])] }),
        0,
        "in sync in 2 partitions",
      ],
      ["a leader that is not live", metadata([1, 2], { a: [led(3, [3])] }), 0, "in sync in 1 partitions"],
      ["only others hold it", metadata([1, 2], { a: [led(2, [2], [2, 3])] }), 0, "in sync in 0 partitions"],
      [
        "other ids that contain its own",
        metadata([1, 11], { a: [led(11, [11, 21], [11, 21])] }),
        0,
        "in sync in 0 partitions",
      ],
    ];
    for (const [name, answer, code, says] of brokers) {
      test(`a broker: ${name}`, async (t) => {
        const { port } = await listen(t, kafka({ metadata: answer }));
        assert.deepEqual(await check(t, [`broker:1:${port}`]), [code, `broker 1: ${says}`]);
      });
    }

    test("ids and counts beyond one byte", async (t) => {
      const ids = [1000, 2001, 65_536];
      const partitions = Array.from({ length: 300 }, () => led(2001, ids, ids));
      const { port } = await listen(t, kafka({ metadata: metadata(ids, { "t.with-every_Kind": partitions }) }));
      assert.deepEqual(await check(t, [`broker:65536:${port}`]), [0, "broker 65536: in sync in 300 partitions"]);
    });

    test("thousands of partitions, of which the last is behind", async (t) => {
      const topics = Array.from({ length: 300 }, (_, topic) => {
        const partitions = Array.from({ length: 10 }, (_, i) => led(2, topic === 299 && i === 9 ? [2, 3] : [1, 2, 3]));
        return [`topic-${topic}`, partitions] as const;
      });
      const { port } = await listen(t, kafka({ metadata: metadata([1, 2, 3], Object.fromEntries(topics)) }));
      const says = "broker 1: is not in sync in 1 of its 3000 partitions, one is topic-299-9";
      assert.deepEqual(await check(t, [`broker:1:${port}`]), [1, says]);
    });

    test("an answer in many small packets", async (t) => {
      const dribble = async (socket: Socket, answer: Buffer) => {
        for (let at = 0; at < answer.length; at += 3) {
          socket.write(answer.subarray(at, at + 3));
          await new Promise(setImmediate);
        }
      };
      const answer = metadata([1, 2], { a: [led(2, [1, 2])] });
      const { port } = await listen(t, kafka({ metadata: answer }, dribble));
      assert.deepEqual(await check(t, [`broker:1:${port}`]), [0, "broker 1: in sync in 1 partitions"]);
    });

    const answer = framed(metadata([1], { a: [led(1, [1])] }));
    const strange: readonly (readonly [name: string, handle: (socket: Socket) => void, says: string])[] = [
      ["hangs up", (socket) => void socket.end(), "hung up without an answer"],
      [
        "hangs up half-way",
        (socket) => void socket.end(answer.subarray(0, 30)),
        "the answer breaks off, or is not Kafka's",
      ],
      [
        "speaks something else",
        (socket) => void socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"),
        "the answer breaks off, or is not Kafka's",
      ],
    ];
    for (const [name, handle, says] of strange) {
      test(`a listener that ${name}`, async (t) => {
        // Only when it was asked: to what is sent after the end, the kernel answers with a reset.
        const { port } = await listen(t, (socket) => socket.once("data", () => handle(socket)));
        assert.deepEqual(await check(t, [`broker:1:${port}`]), [1, `broker 1: ${says}`]);
      });
    }

    test("a port on which nothing listens", async (t) => {
      assert.deepEqual(await check(t, ["broker:1:1"]), [1, "broker 1: nothing listens at 127.0.0.1:1"]);
      assert.deepEqual(await check(t, ["zookeeper:1"]), [1, "zookeeper: nothing listens at 127.0.0.1:1"]);
    });

    const hangs = [
      ["at once", 0],
      ["within the length", 2],
      ["within the answer", 40],
    ] as const;
    for (const [name, sent] of hangs) {
      test(`a node that hangs ${name} is given up, and nothing keeps running`, async (t) => {
        const { port, open } = await listen(t, (socket) => {
          socket.once("data", () => socket.write(answer.subarray(0, sent)));
        });
        const parts = [`broker:1:${port}`, `controller:1:${port}`, `zookeeper:${port}`];
        const said = await Promise.all(parts.map((part) => check(t, [part], "1")));
        const names = ["broker 1", "controller 1", "zookeeper"];
        assert.deepEqual(
          said,
          names.map((who) => [1, `${who}: no answer within 1 s`]),
        );
        await eventually("every process of the checks let go of its connection", () => open.size === 0);
      });
    }

    test("until a node has served, a check tries again for as long as it may; then it asks once", async (t) => {
      const shell = makeShell(t, tools, NEEDS);
      const mark = `${shell.root}/served`;
      const answers = [metadata([2], {}), metadata([2], {}), metadata([1], {}), metadata([2], {})];
      const asked: number[] = [];
      const { port } = await listen(t, (socket) => kafka({ metadata: answers[asked.push(1) - 1]! })(socket));
      const ask = () => shell.run("serves.sh", [`broker:1:${port}`], { SERVES_MARK: mark, SERVES_LIMIT: "20" });
      const first = await ask();
      assert.deepEqual([first.code, first.stdout], [0, "broker 1: in sync in 0 partitions\n"]);
      assert.equal(asked.length, 3);
      const second = await ask();
      assert.deepEqual([second.code, second.stdout], [1, "broker 1: is not registered, or fenced\n"]);
    });

    test("a node that does not come to serve is told the last reason", async (t) => {
      const { port } = await listen(t, kafka({ metadata: metadata([2], {}) }));
      const env = { SERVES_MARK: "/nowhere/served", SERVES_LIMIT: "1" };
      const { code, stdout } = await makeShell(t, tools, NEEDS).run("serves.sh", [`broker:1:${port}`], env);
      assert.deepEqual([code, stdout], [1, "broker 1: is not registered, or fenced\n"]);
    });

    test("a check that ends leaves no process behind", {
      skip: existsSync("/proc/self/stat") ? false : "no /proc",
    }, async (t) => {
      const { port } = await listen(t, kafka({ metadata: metadata([1], {}) }));
      const shell = makeShell(t, tools, NEEDS);
      await shell.run("serves.sh", [`broker:1:${port}`], { ...SERVED_BEFORE, SERVES_LIMIT: "600" });
      assert.deepEqual(processesWith(`PATH=${shell.setup.env.PATH}`), []);
    });

    const quorums: readonly (readonly [name: string, id: number, quorum: Buffer, code: number, says: string])[] = [
      ["leads", 2, describeQuorum(2, { 1: -1, 2: NOW, 3: NOW }), 0, "leads"],
      ["is no voter", 2, describeQuorum(2, { 1: NOW }), 1, "is not a voter"],
      ["is one of very many", 150, describeQuorum(2, manyVoters), 0, "follows 2"],
      ["follows", 1, describeQuorum(2, { 1: NOW - 2000, 2: NOW, 3: -1 }), 0, "follows 2"],
      ["is behind", 1, describeQuorum(2, { 1: NOW - 2001, 2: NOW }), 1, "is 2001 ms behind 2"],
      ["never caught up", 1, describeQuorum(2, { 1: -1, 2: NOW }), 1, "has not caught up with 2 yet"],
      ["was misled about the leader", 1, describeQuorum(-1, {}, 6), 1, "no account of the quorum from 2: error 6"],
    ];
    for (const [name, id, quorum, code, says] of quorums) {
      test(`a controller that ${name}`, async (t) => {
        // Only what leads describes the quorum: a follower that is asked itself hangs up.
        const leader: { port: number } = await listen(t, (socket) => {
          kafka({ describeQuorum: quorum, describeCluster: describeCluster(2, { 2: leader.port }) })(socket);
        });
        const follower = await listen(
          t,
          kafka({ describeCluster: describeCluster(2, { 1: 1, 2: leader.port, 3: 1 }) }),
        );
        const { port } = id === 2 ? leader : follower;
        assert.deepEqual(await check(t, [`controller:${id}:${port}`]), [code, `controller ${id}: ${says}`]);
      });
    }

    test("a controller without a leader, or whose leader is gone", async (t) => {
      const alone = await listen(t, kafka({ describeCluster: describeCluster(-1, { 1: 1, 2: 1 }) }));
      assert.deepEqual(await check(t, [`controller:1:${alone.port}`]), [1, "controller 1: knows no leader"]);
      const left = await listen(t, kafka({ describeCluster: describeCluster(2, { 1: 1, 2: 1 }) }));
      const says = "controller 1: nothing listens at 127.0.0.1:1";
      assert.deepEqual(await check(t, [`controller:1:${left.port}`]), [1, says]);
    });

    test("a leader that hangs", async (t) => {
      const leader = await listen(t, () => {});
      const { port } = await listen(t, kafka({ describeCluster: describeCluster(2, { 1: 1, 2: leader.port }) }));
      assert.deepEqual(await check(t, [`controller:1:${port}`], "1"), [1, "controller 1: no answer within 1 s"]);
      await eventually("the connection to the leader is let go", () => leader.open.size === 0);
    });

    const modes = [
      ["Zookeeper version: 3.8.6\nMode: leader\nNode count: 5\n", 0, "leader"],
      ["Zookeeper version: 3.8.6\nMode: follower\nNode count: 5\n", 0, "follower"],
      ["Zookeeper version: 3.8.6\nMode: standalone\nNode count: 5\n", 0, "standalone"],
      ["This ZooKeeper instance is not currently serving requests\n", 1, "is part of no quorum"],
      ["srvr is not executed because it is not in the whitelist.\n", 1, "hung up without saying its mode"],
    ] as const;
    for (const [reply, code, says] of modes) {
      test(`zookeeper: ${says}`, async (t) => {
        const { port } = await listen(t, (socket) =>
          socket.once("data", (word) => socket.end(`${word}` === "srvr" ? reply : "")),
        );
        assert.deepEqual(await check(t, [`zookeeper:${port}`]), [code, `zookeeper: ${says}`]);
      });
    }

    test("in a pod, self is the id that node.sh wrote, once it has", async (t) => {
      const shell = makeShell(t, tools, NEEDS);
      const file = `${shell.root}/node-id`;
      const { port } = await listen(t, kafka({ metadata: metadata([1001], {}) }));
      const ask = () =>
        shell.run("serves.sh", [`broker:self:${port}`], { ...SERVED_BEFORE, SERVES_NODE_ID: file, SERVES_LIMIT: "30" });
      const early = { code: 1, stdout: "broker ?: is not registered, or fenced\n", stderr: "" };
      assert.deepEqual(await ask(), early);
      writeFileSync(file, "1001\n");
      assert.deepEqual(await ask(), { code: 0, stdout: "broker 1001: in sync in 0 partitions\n", stderr: "" });
    });

    test("all that is named must hold", async (t) => {
      const { port: one } = await listen(t, kafka({ metadata: metadata([1], {}) }));
      const two: { port: number } = await listen(t, (socket) => {
        kafka({ describeCluster: describeCluster(1, { 1: two.port }), describeQuorum: describeQuorum(1, { 1: NOW }) })(
          socket,
        );
      });
      const serves = await check(t, [`broker:1:${one}`, `controller:1:${two.port}`]);
      assert.deepEqual(serves, [0, "broker 1: in sync in 0 partitions; controller 1: leads"]);
      const half = await check(t, [`broker:1:${one}`, `controller:2:${two.port}`]);
      assert.deepEqual(half, [1, "broker 1: in sync in 0 partitions; controller 2: is not a voter"]);
      const none = await check(t, [`broker:2:${one}`, `controller:1:${two.port}`]);
      assert.deepEqual(none, [1, "broker 2: is not registered, or fenced"]);
    });

    test("what it cannot check is no health", async (t) => {
      const wanted = "wanted broker:<id>:<port>, controller:<id>:<port> or zookeeper:<port>";
      assert.deepEqual(await check(t, []), [1, `nothing: ${wanted}`]);
      assert.deepEqual(await check(t, ["broker:1"]), [1, `broker: ${wanted}`]);
      assert.deepEqual(await check(t, ["bus:1:2"]), [1, `bus 1: ${wanted}`]);
    });

    for (const [version, real] of Object.entries(recorded)) {
      test(`what Kafka ${version} answered`, async (t) => {
        const { port } = await listen(t, kafka({ metadata: bytes(real.metadata) }));
        assert.deepEqual(await check(t, [`broker:${real.dead}:${port}`]), [
          0,
          `broker ${real.dead}: in sync in 3 partitions`,
        ]);
        const later = await listen(t, kafka({ metadata: bytes(real.metadataWithoutDead) }));
        const { dead, leader } = real;
        assert.deepEqual(await check(t, [`broker:${dead}:${later.port}`]), [
          1,
          `broker ${dead}: is not registered, or fenced`,
        ]);
        assert.deepEqual(await check(t, [`broker:${leader}:${later.port}`]), [
          0,
          `broker ${leader}: in sync in 3 partitions`,
        ]);

        const cluster = { describeCluster: bytes(real.cluster) };
        const leads = await listen(t, kafka({ ...cluster, describeQuorum: bytes(real.quorum) }));
        assert.deepEqual(await check(t, [`controller:${leader}:${leads.port}`]), [0, `controller ${leader}: leads`]);
        const refuses = await listen(t, kafka({ ...cluster, describeQuorum: bytes(real.quorumRefused) }));
        const says = `controller ${leader}: no account of the quorum from ${leader}: error 6`;
        assert.deepEqual(await check(t, [`controller:${leader}:${refuses.port}`]), [1, says]);
        const asked = await listen(t, (socket) => {
          kafka({ describeCluster: describeCluster(leader, { [leader]: leads.port }) })(socket);
        });
        assert.deepEqual(await check(t, [`controller:${dead}:${asked.port}`]), [
          0,
          `controller ${dead}: follows ${leader}`,
        ]);
      });
    }
  });
