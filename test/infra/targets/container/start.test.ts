import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { classPath } from "../../../../toolchain/class-path.ts";
import { eventually } from "../../../helpers/eventually.ts";
import { type Ended, ended, makeShell, missing, TOOLS } from "./bash.ts";
import { FAKE_JAVA } from "./fake-java.ts";

/** As a broker of a ZooKeeper cluster may have chosen it. */
const CLUSTER = "-AAAAAAAAAAAAAAAAAAAAA";
const OTHER = "BBBBBBBBBBBBBBBBBBBBBB";
/** `sleep` is for a formatter that hangs. */
const NEEDS = ["mkdir", "mv", "sleep"];

/** Arguments as the java launcher reads them from a file. */
const quoted = (...words: readonly (string | undefined)[]): string[] => words.map((word) => `"${word}"`);

for (const tools of TOOLS)
  describe(`start.sh with the tools of ${tools}`, { skip: missing(tools, NEEDS) }, () => {
    function makeNode(t: TestContext, config: string, file = "server.properties") {
      const shell = makeShell(t, tools, NEEDS);
      const { root } = shell;
      const at = (...names: string[]) => join(root, ...names);
      shell.script("bin/java", FAKE_JAVA);
      for (const folder of ["libs", "data", "config"]) mkdirSync(at(folder));
      for (const jar of ["b-1.jar", "B-1.jar", "a_1.jar", "a-1.jar", "readme.txt"]) writeFileSync(at("libs", jar), "");
      writeFileSync(at("config", file), config.replaceAll("{data}", at("data")));
      const main = file === "zoo.cfg" ? "org.apache.zookeeper.server.quorum.QuorumPeerMain" : "kafka.Kafka";
      const args = ["-Xmx1g", "-Dgreeting=two words", main, at("config", file)];
      const environment = { KAFKA_HOME: root, CLUSTER_ID: CLUSTER, LC_ALL: "C.UTF-8" };
      return {
        at,
        args,
        tool: (script: string) => writeFileSync(at("tool"), script),
        begin: (env: Record<string, string> = {}) => shell.start("start.sh", args, { ...environment, ...env }),
        run: (env: Record<string, string> = {}) => shell.run("start.sh", args, { ...environment, ...env }),
        /** Process id and arguments of each call of java so far. */
        calls: () => {
          const text = existsSync(at("calls")) ? readFileSync(at("calls"), "utf8") : "";
          return text
            .split("\n\n")
            .filter(Boolean)
            .map((call) => call.split("\n"));
        },
      };
    }

    /** A refusal is one line on stderr and exit code 64, and no JVM was started. */
    function assertRefused({ code, stdout, stderr }: Ended, calls: readonly string[][], says: string): void {
      assert.deepEqual({ code, stdout, stderr }, { code: 64, stdout: "", stderr: `start: ${says}\n` });
      assert.deepEqual(calls, []);
    }

    const KRAFT = "process.roles=broker,controller\nnode.id=1\nlog.dirs={data}";

    describe("a node that has had data", () => {
      const config = "process.roles=broker\nlog.dirs={data}\n";
      const make = (t: TestContext, id: string, meta?: string) => {
        const node = makeNode(t, config);
        writeFileSync(node.at("config", "had-data"), `cure=kafka-stacks replace-node s 1\n${node.at("data")}=${id}\n`);
        if (meta !== undefined) writeFileSync(node.at("data", "meta.properties"), meta);
        return node;
      };

      for (const [what, id, meta, refusal] of [
        ["has none now", "A", undefined, /this node has had data in \S+data, and there is none now; nothing was form/],
        ["has none now, and no id is known", "", undefined, /there is none now/],
        ["has another", "A", `cluster.id=${CLUSTER}\ndirectory.id=B\n`, /wanted directory A .*, found directory B/],
      ] as const)
        test(`and ${what} is refused: neither formatted nor started`, async (t) => {
          const node = make(t, id, meta);
          const { code, stderr } = await node.run();
          assert.equal(code, 64);
          assert.match(stderr, refusal);
          assert.match(stderr, /if its data is lost for good: kafka-stacks replace-node s 1/);
          assert.deepEqual(node.calls(), []);
          assert.equal(existsSync(node.at("data", "meta.properties")), meta !== undefined);
        });

      test("and has it still starts, whether or not it tells its id", async (t) => {
        for (const told of ["directory.id=A", ""]) {
          const node = make(t, "A", `cluster.id=${CLUSTER}\n${told}\n`);
          assert.deepEqual([(await node.run()).code, node.calls().length], [0, 1]);
        }
      });

      test("and votes is refused without the log of the quorum", async (t) => {
        for (const worked of ["had-data", "orders-0", "replication-offset-checkpoint"]) {
          const node = makeNode(t, KRAFT);
          await node.run();
          if (worked === "had-data") writeFileSync(node.at("config", worked), `cure=cure\n${node.at("data")}=A\n`);
          else mkdirSync(node.at("data", worked));
          const { code, stderr } = await node.run();
          assert.deepEqual([code, node.calls().length], [64, 2], worked);
          assert.match(stderr, /found data without __cluster_metadata-0; nothing was changed/);
          mkdirSync(node.at("data", "__cluster_metadata-0"));
          assert.equal((await node.run()).code, 0);
        }
      });

      test("and was given up begins empty: the mark names nothing", async (t) => {
        const node = makeNode(t, config);
        writeFileSync(node.at("config", "had-data"), "");
        assert.deepEqual([(await node.run()).code, node.calls().length], [0, 2]);
      });
    });

    test("a new KRaft node is formatted once, then only started", async (t) => {
      const node = makeNode(t, KRAFT);
      assert.deepEqual(await node.run(), { code: 0, stdout: "", stderr: "" });
      const [format, start] = node.calls();
      const command = ["format", `--cluster-id=${CLUSTER}`, "--config", node.args.at(-1), "--ignore-formatted"];
      assert.deepEqual(format?.slice(-7), ["@/dev/stdin", ...quoted("kafka.tools.StorageTool", ...command)]);
      assert.ok(format?.includes("-XX:TieredStopAtLevel=1"));
      assert.deepEqual(start?.slice(-4), node.args);
      await node.run();
      assert.equal(node.calls().length, 3);
      assert.deepEqual(node.calls()[2]?.slice(-4), node.args);
    });

    test("the JVM takes the script's place, with all of Kafka's classes and the log configuration", async (t) => {
      const node = makeNode(t, "broker.id=1\nzookeeper.connect=127.0.0.1:1\nlog.dirs={data}");
      const child = node.begin({ CLUSTER_ID: "" });
      assert.deepEqual(await ended(child), { code: 0, stdout: "", stderr: "" });
      assert.deepEqual(node.calls(), [
        [
          `${child.pid}`,
          "-Xshare:auto",
          `-XX:SharedArchiveFile=${node.at("kafka.jsa")}`,
          "-Xlog:cds=off",
          "-Xlog:cds+dynamic=off",
          `-Dlog4j2.configurationFile=${node.at("config/log4j2.properties")}`,
          `-Dlog4j.configuration=file:${node.at("config/log4j.properties")}`,
          "-cp",
          classPath(node.at("libs")),
          ...node.args,
        ],
      ]);
      assert.deepEqual(readdirSync(node.at("data")), []);
    });

    test("data of another cluster is refused and left alone", async (t) => {
      const node = makeNode(t, KRAFT);
      await node.run();
      const before = readFileSync(node.at("data/meta.properties"), "utf8");
      rmSync(node.at("calls"));
      assertRefused(
        await node.run({ CLUSTER_ID: OTHER }),
        node.calls(),
        `the volume at ${node.at("data")} belongs to cluster ${CLUSTER}, this node to cluster ${OTHER}; nothing was changed: ` +
          "mount this node's own volume, or remove that volume if nobody needs its data",
      );
      assert.equal(readFileSync(node.at("data/meta.properties"), "utf8"), before);
    });

    test("every one of several log directories is looked at", async (t) => {
      const node = makeNode(t, `${KRAFT},{data}/second`);
      mkdirSync(node.at("data/second"));
      writeFileSync(node.at("data/meta.properties"), `version=1\ncluster.id=${CLUSTER}`);
      await node.run();
      assert.equal(node.calls().length, 2, "the second one was new");
      writeFileSync(node.at("data/second/meta.properties"), `cluster.id=${OTHER}\n`);
      const { code, stderr } = await node.run();
      assert.equal(code, 64);
      assert.match(stderr, /data\/second belongs to cluster BBB/);
    });

    test("a failed formatting shows its reason, no secret, and starts nothing", async (t) => {
      const node = makeNode(t, KRAFT);
      node.tool("echo the disk is full >&2; exit 3");
      const says = `start: formatting the storage for cluster ${CLUSTER} failed with exit code 3; the reason stands above\n`;
      assert.deepEqual(await node.run(), { code: 1, stdout: "", stderr: `the disk is full\n${says}` });
      assert.equal(node.calls().length, 1);
      assert.deepEqual(readdirSync(node.at("data")), []);
      rmSync(node.at("tool"));
      assert.equal((await node.run()).code, 0, "the next start formats");
      assert.equal(node.calls().length, 3);
    });

    test("SIGTERM ends a formatting under way, and the next start does it anew", async (t) => {
      const node = makeNode(t, KRAFT);
      node.tool("exec sleep 600");
      const child = node.begin();
      await eventually("formatting has begun", () => node.calls().length === 1);
      child.kill("SIGTERM");
      assert.equal((await ended(child)).code, 143);
      const formatter = Number(node.calls()[0]?.[0]);
      assert.throws(() => process.kill(formatter, 0), { code: "ESRCH" });
      rmSync(node.at("tool"));
      assert.equal((await node.run()).code, 0);
      assert.equal(node.calls().length, 3);
    });

    const ADMIN = String.raw`kafka-admin=p"a\s s=w`;
    const PASSWORD = String.raw`p\"a\\s s=w`;
    const formatted = ["--add-scram", `SCRAM-SHA-512=[name=kafka-admin,password=${PASSWORD}]`];
    const shares = [
      ["a node of both roles", KRAFT, formatted],
      ["a controller", KRAFT.replace("broker,controller", "controller"), formatted],
      ["a broker", KRAFT.replace("broker,controller", "broker"), ["--ignore-formatted"]],
    ] as const;
    for (const [name, config, last] of shares)
      test(`who administers the cluster is formatted into ${name}, and no argument shows the password`, async (t) => {
        const node = makeNode(t, config);
        writeFileSync(node.at("config/scram-admin"), ADMIN);
        assert.deepEqual(await node.run(), { code: 0, stdout: "", stderr: "" });
        const [format] = node.calls();
        assert.deepEqual(format?.slice(-last.length), quoted(...last));
        const shown = format?.slice(0, format.indexOf("@/dev/stdin"));
        assert.doesNotMatch(JSON.stringify(shown), /SCRAM/);
      });

    const BROKER = "broker.id=1\nzookeeper.connect=zk-1:2281,zk-2:2281\nlog.dirs={data}";

    test("broker 1 of a new ZooKeeper cluster puts who administers it into ZooKeeper", async (t) => {
      const node = makeNode(t, BROKER);
      writeFileSync(node.at("config/scram-admin"), `${ADMIN}\n`);
      assert.deepEqual(await node.run({ CLUSTER_ID: "" }), { code: 0, stdout: "", stderr: "" });
      const [put, start] = node.calls();
      const where = ["--zookeeper", "zk-1:2281,zk-2:2281", "--zk-tls-config-file", node.args.at(-1)];
      const whom = ["--alter", "--entity-type", "users", "--entity-name", "kafka-admin"];
      const what = ["--add-config", `SCRAM-SHA-512=[password=${PASSWORD}]`];
      assert.deepEqual(put?.slice(-12), quoted("kafka.admin.ConfigCommand", ...where, ...whom, ...what));
      assert.ok(put?.includes("-Dgreeting=two words"), "as whom it logs in stands in a system property");
      assert.deepEqual(start?.slice(-4), node.args);
    });

    const idle = [
      ["another broker does not", BROKER.replace("broker.id=1", "broker.id=2"), ADMIN, false],
      ["broker 1 does not over its data", BROKER, ADMIN, true],
      ["without a password nobody does", BROKER, undefined, false],
      ["nor with one that was emptied", BROKER, "", false],
    ] as const;
    for (const [name, config, admin, hasData] of idle)
      test(`who administers a ZooKeeper cluster: ${name}`, async (t) => {
        const node = makeNode(t, config);
        if (admin !== undefined) writeFileSync(node.at("config/scram-admin"), admin);
        if (hasData) writeFileSync(node.at("data/meta.properties"), "cluster.id=x");
        assert.deepEqual(await node.run(), { code: 0, stdout: "", stderr: "" });
        assert.equal(node.calls().length, 1);
      });

    test("without ZooKeeper a broker gives up after four tries", async (t) => {
      const node = makeNode(t, BROKER);
      writeFileSync(node.at("config/scram-admin"), ADMIN);
      node.tool("echo timed out >&2; exit 1");
      const { code, stdout, stderr } = await node.run();
      const says =
        "start: the credential of kafka-admin could not be put into ZooKeeper, tried 4 times; the reason stands above";
      assert.deepEqual(
        { code, stdout, stderr },
        { code: 1, stdout: "", stderr: `${"timed out\n".repeat(4)}${says}\n` },
      );
      assert.equal(node.calls().length, 4);
    });

    test("a ZooKeeper node learns its number once", async (t) => {
      const node = makeNode(t, "clientPort=1\ndataDir={data}\nserver.3=127.0.0.1:1:2;3\n", "zoo.cfg");
      rmSync(node.at("data"), { recursive: true }); // A fresh volume, of which a folder is used.
      for (let start = 1; start <= 2; start++) {
        assert.equal((await node.run({ ZOO_MY_ID: "3", CLUSTER_ID: "" })).code, 0);
        assert.equal(readFileSync(node.at("data/myid"), "utf8"), "3\n");
        assert.deepEqual(readdirSync(node.at("data")), ["myid"]);
        assert.equal(node.calls().length, start);
      }
      rmSync(node.at("calls"));
      assertRefused(
        await node.run({ ZOO_MY_ID: "1" }),
        node.calls(),
        `the volume at ${node.at("data")} belongs to ZooKeeper node 3, this is node 1; nothing was changed: ` +
          "mount this node's own volume, or remove that volume if nobody needs its data",
      );
      assert.equal(readFileSync(node.at("data/myid"), "utf8"), "3\n");
    });

    test("what it must know and does not is refused", async (t) => {
      const kraft = makeNode(t, KRAFT);
      const unset = "CLUSTER_ID is not set; a KRaft node must know the cluster that it belongs to";
      assertRefused(await kraft.run({ CLUSTER_ID: "" }), kraft.calls(), unset);
      const zookeeper = makeNode(t, "dataDir={data}", "zoo.cfg");
      const nobody = "ZOO_MY_ID is not set; a ZooKeeper node must know its number in the ensemble";
      assertRefused(await zookeeper.run(), zookeeper.calls(), nobody);
      rmSync(kraft.at("config/server.properties"));
      const unread = `cannot read the config file ${kraft.args.at(-1)}; is the config volume mounted, and for this user?`;
      assertRefused(await kraft.run(), kraft.calls(), unread);
      assertRefused(
        await makeShell(t, tools, []).run("start.sh", ["kafka.Kafka"]),
        [],
        "wanted: start.sh <JVM options…> <main class> <config file>; found 1 arguments",
      );
    });
  });
