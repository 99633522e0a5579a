import assert from "node:assert/strict";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, describe, type TestContext, test } from "node:test";
import { parseDocument } from "yaml";
import { projectRoot } from "../../../infra/paths.ts";
import { withAdmin } from "../../../scripts/kafka/admin.ts";
import { createClient } from "../../../scripts/kafka/client.ts";
import { cli, startCli, temporaryHome } from "../../helpers/cli.ts";
import { eventually } from "../../helpers/eventually.ts";
import { tell, underLoad } from "../../helpers/load.ts";
import { unlessLong } from "../../helpers/long.ts";
import { startOnTerminal, unlessTerminal } from "../../helpers/terminal.ts";
import { nodeProcesses } from "./nodes.ts";

const NAME = "e2e-rebalance";

/** Scale 3 → 4 → 3 and RF 2 → 3, with data and while clients write; each step through the command line. */
describe("a local cluster that grows and shrinks", () => {
  const { home, remove } = temporaryHome();
  const file = path.join(home, `${NAME}.yaml`);
  const document = parseDocument(readFileSync(path.join(projectRoot, "stacks/dev.yaml"), "utf8"));
  document.set("controllers", { count: 3, placement: "combined" });
  const topics = (replicationFactor: number) => [
    { name: "orders", partitions: 12, replicationFactor, minInsyncReplicas: 1 },
  ];
  document.set("topics", topics(2));
  const set = (key: string, value: unknown) => {
    document.set(key, value);
    writeFileSync(file, document.toString());
  };
  const run = async (code: number, ...args: string[]) => {
    const finished = await cli(home, ...args);
    assert.equal(finished.code, code, `${args.join(" ")}\n${finished.stdout}\n${finished.stderr}`);
    return finished;
  };
  const rebalance = async (code: number, ...args: string[]) =>
    JSON.parse((await run(code, "rebalance", args[0]!, file, "--json", ...args.slice(1))).stdout);
  /** Kafka's own topics count too, which readers made. */
  const assertEven = (report: { brokers: { before: { replicas: number } }[] }, brokers: number) => {
    const counts = report.brokers.map(({ before }) => before.replicas);
    assert.equal(counts.length, brokers);
    assert.ok(Math.max(...counts) - Math.min(...counts) <= 1, `replicas of brokers: ${counts}`);
  };

  const servers = async (): Promise<string[]> =>
    JSON.parse((await run(0, "outputs", file, "--json")).stdout).bootstrapServers;
  const records = async () => {
    const ends = await withAdmin(await servers(), (admin) => admin.fetchTopicOffsets("orders"));
    return ends.reduce((sum, { high }) => sum + Number(high), 0);
  };
  const whileClientsWrite = async (t: TestContext, act: () => Promise<void>) => {
    const report = await underLoad(await servers(), "orders", act);
    tell(t, t.name, report);
    assert.deepEqual({ lost: report.lost, errors: report.errors }, { lost: [], errors: [] });
  };

  after(async () => {
    await cli(home, "down", file, "--delete-data", "--yes");
    remove();
  });

  test("scale-out: the fourth broker gets a quarter, and the throttle is gone", async (t) => {
    set("brokers", { count: 3 });
    await run(0, "up", file, "--yes", "--skip", "smoke");
    const producer = createClient(await servers(), "e2e").producer();
    await producer.connect();
    const messages = Array.from({ length: 120 }, (_, i) => ({ key: `k${i}`, value: Buffer.alloc(10_000, i) }));
    await producer.send({ topic: "orders", acks: -1, messages });
    await producer.disconnect();
    await whileClientsWrite(t, async () => {
      set("brokers", { count: 4 });
      await run(0, "up", file, "--yes", "--skip", "smoke");
      assert.equal((await rebalance(3, "plan")).movement.replicas, 6);
      assert.match(
        (await run(0, "rebalance", "apply", file, "--yes", "--throttle", "50MB/s")).stderr,
        /removed: a replic/,
      );
    });
    assertEven(await rebalance(0, "plan"), 4);
  });

  test("scale-in: refused while the broker holds replicas, then it goes and its data stays", async (t) => {
    await whileClientsWrite(t, async () => {
      set("brokers", { count: 3 });
      const { stderr } = await run(1, "up", file, "--yes", "--skip", "smoke");
      assert.match(stderr, /brokers\.count: broker 4 would go, and broker 4 holds \d+ replicas; .*--drain 4/);
      await rebalance(0, "apply", "--yes");
      await run(0, "up", file, "--yes", "--skip", "smoke");
    });
    assert.equal(nodeProcesses(home, NAME).get(4), undefined);
    assert.ok(existsSync(path.join(home, "local", NAME, "node-4", "data")));
  });

  const cut = { skip: unlessLong("who goes is tried with folders, and asking twice without a cluster") };
  test(
    "scale-in that is cut off: the broker has left for good by then, and no copy is placed on it",
    cut,
    async (t) => {
      set("brokers", { count: 4 });
      await run(0, "up", file, "--yes", "--skip", "smoke");
      await whileClientsWrite(t, async () => {
        set("brokers", { count: 3, config: { "queued.max.requests": 400 } });
        const running = startCli(home, ["up", file, "--yes", "--skip", "smoke"]);
        const restarts = () => /-node-[123] .* stopping *$/m.test(running.stderr());
        await eventually("a node restarts", restarts, 120_000);
        process.kill(running.pid, "SIGINT");
        assert.equal((await running.finished).code, 130);
        assert.equal(nodeProcesses(home, NAME).get(4), undefined);
        const only = { topic: "only", replicaAssignment: [{ partition: 0, replicas: [4] }] };
        await assert.rejects(withAdmin(await servers(), (admin) => admin.createTopics({ topics: [only] })));
        await run(0, "up", file, "--yes", "--skip", "smoke");
      });
      assert.equal(nodeProcesses(home, NAME).get(4), undefined);
      assertEven(await rebalance(0, "plan"), 3);
    },
  );

  test("RF 2 → 3: one more replica of each partition", async (t) => {
    set("topics", topics(3));
    await whileClientsWrite(t, async () => {
      assert.equal((await rebalance(0, "apply", "--yes")).movement.replicas, 12);
    });
    assertEven(await rebalance(0, "plan"), 3);
    assert.equal(JSON.parse((await run(0, "topics", "plan", file, "--json")).stdout).inSync, true);
  });

  test("replace-node that waits for its answer: what it found then is no permission", {
    skip: unlessTerminal,
  }, async (t) => {
    const bootstrapServers = await servers();
    const place = (topic: string, replicas: number[]) => ({ topic, replicaAssignment: [{ partition: 0, replicas }] });
    const lone = { name: "min.insync.replicas", value: "1" };
    const both = { ...place("both", [2, 3]), configEntries: [lone] };
    await withAdmin(bootstrapServers, (admin) => admin.createTopics({ topics: [place("only", [2]), both] }));
    const before = nodeProcesses(home, NAME);
    const { stderr } = await run(1, "replace-node", file, "2", "--yes");
    assert.match(stderr, /node 2 keeps its data: no other replica in sync has the records of only-0/);
    await withAdmin(bootstrapServers, (admin) => admin.deleteTopics({ topics: ["only"] }));

    const asked = startOnTerminal(home, ["replace-node", file, "2"]);
    await eventually("it asks", () => asked.shown().includes("[y/N]"), 60_000);
    const report = await underLoad(bootstrapServers, "both", async () => {
      process.kill(before.get(3)!.pid, "SIGKILL");
      const isr = () => withAdmin(bootstrapServers, (admin) => admin.fetchTopicMetadata({ topics: ["both"] }));
      await eventually(
        "node 2 has the last copy",
        async () => (await isr()).topics[0]?.partitions[0]?.isr.join() === "2",
        60_000,
      );
      const end = async () =>
        Number((await withAdmin(bootstrapServers, (admin) => admin.fetchTopicOffsets("both")))[0]!.high);
      const alone = await end();
      await eventually("records are acknowledged by the last copy alone", async () => (await end()) > alone, 60_000);
      asked.type("y\n");
      const { code, shown } = await asked.finished;
      assert.equal(code, 1, shown);
      assert.match(shown, /node 2 keeps its data: .*no other replica in sync has the records of both-0/);
      assert.equal(nodeProcesses(home, NAME).get(2)?.pid, before.get(2)?.pid, "it was not stopped");
    });
    tell(t, "with one copy left", report);
    assert.deepEqual({ lost: report.lost, errors: report.errors }, { lost: [], errors: [] });
    await withAdmin(bootstrapServers, (admin) => admin.deleteTopics({ topics: ["both"] }));
  });

  test("a lost disk is filled again by the others, once although two operators ask for it", async () => {
    const stored = await records();
    const before = nodeProcesses(home, NAME);
    const { pid } = before.get(3) ?? {};
    if (pid !== undefined) process.kill(pid, "SIGKILL");
    rmSync(path.join(home, "local", NAME, "node-3", "data"), { recursive: true });
    const operators = [1, 2].map(() => cli(home, "replace-node", file, "3", "--yes", "--json"));
    const [done, refused] = (await Promise.all(operators)).sort((a, b) => a.code! - b.code!);
    assert.deepEqual([done?.code, refused?.code], [0, 1], `${done?.stderr}\n${refused?.stderr}`);
    assert.match(refused!.stderr, /nothing was done: e2e-rebalance is being changed by "replace-node 3"/);
    assert.equal(JSON.parse(done!.stdout).health.healthy, true);
    assert.equal(nodeProcesses(home, NAME).get(1)?.pid, before.get(1)?.pid, "the others were left alone");
    assert.equal(await records(), stored, "no record is gone");
    assertEven(await rebalance(0, "plan"), 3);
  });
});
