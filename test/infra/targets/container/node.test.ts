import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { podFiles } from "../../../../infra/targets/container/scripts.ts";
import { ended, makeShell, missing, TOOLS } from "./bash.ts";

const NEEDS = ["mkdir", "rm"];
const DOMAIN = "events-nodes.kafka.svc.cluster.local";
const ZOOKEEPER = "org.apache.zookeeper.server.quorum.QuorumPeerMain";

/** In the place of start.sh: tells what it was given, one thing a line. */
const FAKE_START = `printf '%s\\n' "$$" "\${ZOO_MY_ID-unset}" "$@"`;

for (const tools of TOOLS)
  describe(`node.sh with the tools of ${tools}`, { skip: missing(tools, NEEDS) }, () => {
    /** A pod whose files are mounted as the kubelet does it: every name is a link into a folder of one version. */
    function makePod(t: TestContext, files: Record<string, string>, outside: Record<string, string> = {}) {
      const shell = makeShell(t, tools, NEEDS);
      const at = (...names: string[]) => join(shell.root, ...names);
      mkdirSync(at("tmp"));
      mount(at("shared/config"), { ...files, "node.sh": podFiles()["node.sh"]!, "start.sh": FAKE_START });
      mount(at("shared/external"), outside);
      const env = {
        POD_NAME: "events-broker-2",
        POD_DOMAIN: DOMAIN,
        NODE_ID_BASE: "0",
        NODE_ID_STRIDE: "1",
        HOST_IP: "192.0.2.7",
        SERVES_MARK: at("tmp/served"),
      };
      const start = (
        own: Record<string, string> = {},
        main = "kafka.Kafka",
        config = at("tmp/config/server.properties"),
      ) =>
        shell.start(at("shared/config/node.sh"), ["-Xmx1g", "-Dgreeting=two words", main, config], { ...env, ...own });
      const run = (...args: Parameters<typeof start>) => ended(start(...args));
      const filled = (name: string) => readFileSync(at("tmp/config", name), "utf8");
      return { at, start, run, filled };
    }

    /** A refusal is one line on stderr and exit code 64, and nothing was started. */
    async function assertRefused(run: ReturnType<ReturnType<typeof makePod>["run"]>, says: string): Promise<void> {
      assert.deepEqual(await run, { code: 64, stdout: "", stderr: `node: ${says}\n` });
    }

    const ids = [
      { POD_NAME: "events-combined-1", id: 1 },
      { POD_NAME: "events-2-controller-1001", id: 1001 },
      { POD_NAME: "events-broker-1-0", NODE_ID_BASE: "2", NODE_ID_STRIDE: "3", id: 2 },
      { POD_NAME: "events-broker-1-10", NODE_ID_BASE: "2", NODE_ID_STRIDE: "3", id: 32 },
    ];
    for (const { id, ...env } of ids) {
      test(`node ${id} is ${Object.values(env).join(" ")}`, async (t) => {
        const pod = makePod(t, { "server.properties": "node.id=@id@\n" });
        assert.equal((await pod.run(env)).stderr, "");
        assert.equal(pod.filled("server.properties"), `node.id=${id}\n`);
        assert.equal(pod.filled("node-id"), `${id}\n`);
      });
    }

    test("each placeholder is filled in wherever it stands; all else stays as it is", async (t) => {
      const lines = [
        "controller.quorum.voters=1@a:9093,2@b:9093,3@@host@:9093",
        "advertised.listeners=INTERNAL://@host@:9092,EXTERNAL://@external@",
        "rack=@id@@id@",
        "rules=RULE:[1:$1@$0](.*@REALM)s/@.*//,a\\&b `date` $HOME %d ü",
      ];
      const pod = makePod(t, {
        "server.properties": `${lines.join("\n")}\n\n`,
        "more.properties": "id=@id@",
        "jaas.conf": 'password="@id@ @else@"\n\n',
        "empty.properties": "",
      });
      assert.equal((await pod.run()).stderr, "");
      const host = `events-broker-2.${DOMAIN}`;
      const text = lines.join("\n").replaceAll("@id@", "2").replaceAll("@host@", host);
      assert.equal(pod.filled("server.properties"), `${text.replace("@external@", `${host}:9094`)}\n\n`);
      assert.equal(pod.filled("more.properties"), "id=2");
      assert.equal(pod.filled("jaas.conf"), 'password="@id@ @else@"\n\n', "a secret may look like anything");
      assert.equal(pod.filled("empty.properties"), "");
      const names = ["empty.properties", "jaas.conf", "more.properties", "node-id", "server.properties"];
      assert.deepEqual(readdirSync(pod.at("tmp/config")).toSorted(), names);
      assert.equal(statSync(pod.at("tmp/config")).mode & 0o777, 0o700);
    });

    const outside = [
      { entry: "kafka.example.com:31002", external: "kafka.example.com:31002" },
      { entry: "[2001:db8::5]:31002\n", external: "[2001:db8::5]:31002" },
      { entry: ":31002", external: "192.0.2.7:31002" },
      { entry: ":31002\n", HOST_IP: "2001:db8::7", external: "[2001:db8::7]:31002" },
    ];
    for (const { entry, external, ...env } of outside) {
      test(`outside, ${JSON.stringify(entry)} is ${external}`, async (t) => {
        const pod = makePod(t, { "server.properties": "@external@" }, { 1: ":1", 2: entry, 22: ":2" });
        assert.equal((await pod.run(env)).stderr, "");
        assert.equal(pod.filled("server.properties"), external);
      });
    }

    test("start.sh takes the script's place and gets its arguments", async (t) => {
      const pod = makePod(t, { "server.properties": "" });
      const child = pod.start();
      const args = ["-Xmx1g", "-Dgreeting=two words", "kafka.Kafka", pod.at("tmp/config/server.properties")];
      const stdout = `${[child.pid, "unset", ...args].join("\n")}\n`;
      assert.deepEqual(await ended(child), { code: 0, stdout, stderr: "" });
    });

    test("a ZooKeeper node learns its number", async (t) => {
      const pod = makePod(t, { "zoo.cfg": "me=@myid@ @id@" });
      const { stdout } = await pod.run({ POD_NAME: "events-zookeeper-2003" }, ZOOKEEPER, pod.at("tmp/config/zoo.cfg"));
      assert.equal(stdout.split("\n")[1], "3");
      assert.equal(pod.filled("zoo.cfg"), "me=3 2003");
      const says = "a ZooKeeper node's id is above 2000, found 2000";
      await assertRefused(pod.run({ POD_NAME: "events-zookeeper-2000" }, ZOOKEEPER), says);
    });

    test("started again over what an earlier container left, it is what it is now, and has not served yet", async (t) => {
      const pod = makePod(t, { "server.properties": "@id@ @external@" });
      await pod.run({ POD_NAME: "events-broker-1" });
      writeFileSync(pod.at("tmp/served"), "");
      writeFileSync(
        pod.at("tmp/config/server.properties"),
        "half of it, and far longer than what belongs there".repeat(9),
      );
      mount(pod.at("shared/external"), { 2: "kafka.example.com:31002" });
      assert.equal((await pod.run()).code, 0);
      assert.equal(pod.filled("server.properties"), "2 kafka.example.com:31002");
      assert.equal(existsSync(pod.at("tmp/served")), false);
    });

    const refused: readonly (readonly [env: Record<string, string>, says: string])[] = [
      ...["POD_NAME", "POD_DOMAIN", "NODE_ID_BASE", "NODE_ID_STRIDE"].map(
        (name) => [{ [name]: "" }, `${name} is not set; a node finds out by it who it is`] as const,
      ),
      [{ POD_NAME: "events" }, "POD_NAME: wanted a pod of a StatefulSet, …-<ordinal>; found events"],
      [{ POD_NAME: "events-07" }, "POD_NAME: wanted a pod of a StatefulSet, …-<ordinal>; found events-07"],
      [{ NODE_ID_BASE: "POD_NAME" }, "NODE_ID_BASE: wanted a number, found POD_NAME"],
      [{ NODE_ID_STRIDE: "-1" }, "NODE_ID_STRIDE: wanted a number, found -1"],
    ];
    for (const [env, says] of refused) {
      test(`refused: ${says}`, async (t) => {
        const pod = makePod(t, { "server.properties": "" });
        await assertRefused(pod.run(env), says);
        assert.equal(existsSync(pod.at("tmp/config")), false);
      });
    }

    test("refused: a placeholder that nobody knows", async (t) => {
      const pod = makePod(t, { "server.properties": "a=@id@\nb=x@rack@y\n" });
      await assertRefused(pod.run(), "server.properties: nobody knows what @rack@ is for node 2");
      assert.equal(existsSync(pod.at("tmp/config/server.properties")), false);
      const broker = makePod(t, { "zoo.cfg": "@myid@" });
      await assertRefused(broker.run(), "zoo.cfg: nobody knows what @myid@ is for node 2");
    });

    test("refused: an address outside that is none", async (t) => {
      for (const entry of ["", "kafka", "kafka:", "2001:db8::5:31002", "a b:1", "x:1,y:2", "&:1"]) {
        const pod = makePod(t, { "server.properties": "@external@" }, { 2: entry });
        const says = `${pod.at("shared/external/2")}: wanted host:port or :port, found '${entry}'; [host]:port for an address with colons`;
        await assertRefused(pod.run(), says);
      }
      const pod = makePod(t, { "server.properties": "@external@" }, { 2: ":31002" });
      const says = "HOST_IP is not set; clients outside are to reach node 2 at its machine's port 31002";
      await assertRefused(pod.run({ HOST_IP: "" }), says);
    });

    test("refused: no config file", async (t) => {
      const pod = makePod(t, {});
      const says = "wanted: node.sh <JVM options…> <main class> <config file>; found the config file 'kafka'";
      await assertRefused(pod.run({}, "kafka.Kafka", "kafka"), says);
    });
  });

/** As the kubelet lays a ConfigMap: `name` → `..data/name`, and `..data` → the folder of the present version. */
function mount(folder: string, files: Record<string, string>): void {
  rmSync(folder, { recursive: true, force: true });
  const version = join(folder, "..2026_01_01_00_00_00.1");
  mkdirSync(version, { recursive: true });
  symlinkSync(version, join(dirname(version), "..data"));
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(version, name), text);
    symlinkSync(join("..data", name), join(folder, name));
  }
}
