import assert from "node:assert/strict";
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, describe, test } from "node:test";
import { parseDocument } from "yaml";
import { projectRoot } from "../../../infra/paths.ts";
import { withAdmin } from "../../../scripts/kafka/admin.ts";
import { withAnyBroker } from "../../../scripts/kafka/cluster.ts";
import { describeConfigs, describeMetadata, withNode } from "../../../scripts/kafka/gaps.ts";
import { cli, temporaryHome } from "../../helpers/cli.ts";
import { tell, underLoad } from "../../helpers/load.ts";
import { unlessLong } from "../../helpers/long.ts";
import { hasServedByLog, nodeProcesses, watchNodes } from "./nodes.ts";

interface Shape {
  /** A file of stacks/, which is the tested example. */
  readonly stack: string;
  readonly nodes: number;
  /** A broker to kill. */
  readonly victim: number;
  /** Nodes that `brokers.config` concerns. */
  readonly brokers: readonly number[];
  /** Three nodes that vote. */
  readonly quorum: readonly number[];
  /** Further tests of the cluster while it is up; they leave its nodes as they were. */
  readonly more?: (cluster: LiveCluster) => void;
}

/** A cluster that runs, for tests that change it. */
export interface LiveCluster {
  readonly home: string;
  readonly file: string;
  readonly name: string;
  /** Changes the stack file. */
  set(path: readonly string[], value: unknown): void;
  /** The command line; checks the exit code and returns stdout. */
  run(code: number, ...args: string[]): Promise<string>;
  servers(): Promise<string[]>;
  processes(): ReturnType<typeof nodeProcesses>;
}

/**
 * The life of a cluster as its user sees it, each step through the command line: up, up again, smoke, a broker killed and
 * healed, a roll, down with the data kept, up with the data there, down with the data deleted.
 */
export function lifecycle({ stack, nodes, victim, brokers, quorum, more }: Shape): void {
  const { home, remove } = temporaryHome();
  const file = path.join(home, `e2e-${stack}.yaml`);
  const name = `e2e-${stack}`;
  const document = parseDocument(readFileSync(path.join(projectRoot, "stacks", `${stack}.yaml`), "utf8"));
  const save = () => writeFileSync(file, document.toString());
  const processes = () => nodeProcesses(home, name);
  const run = async (code: number, ...args: string[]) => {
    const finished = await cli(home, ...args);
    assert.equal(finished.code, code, `${args.join(" ")}\n${finished.stdout}\n${finished.stderr}`);
    return finished.stdout;
  };
  const servers = async (): Promise<string[]> => JSON.parse(await run(0, "outputs", file, "--json")).bootstrapServers;
  /** A key's value on each broker, and whether it is an override of its own. */
  const valuesOf = async (key: string) =>
    Promise.all(
      (await servers()).map((address, index) =>
        withNode(address, 5_000, async (node) => {
          const id = String(brokers[index]);
          const entry = (await describeConfigs(node, [{ type: "broker", name: id }], [key])).get(id)?.[0];
          return [entry?.value, entry?.own];
        }),
      ),
    );
  const notLed = async () =>
    withAnyBroker(await servers(), 5_000, async (node) =>
      (await describeMetadata(node, null)).topics.flatMap(({ name, partitions }) =>
        partitions
          .filter(({ leader, replicas }) => leader !== replicas[0])
          .map(({ partition }) => `${name}-${partition}`),
      ),
    );
  const long = {
    skip: stack !== "dev-dedicated" && unlessLong("tried with dev-dedicated, which has nodes of both kinds"),
  };
  save();

  describe(`a local cluster: ${stack}`, () => {
    after(async () => {
      await cli(home, "down", file, "--delete-data", "--yes");
      remove();
    });

    test("up provisions and verifies it", async () => {
      const result = JSON.parse(await run(0, "up", file, "--yes", "--json"));
      assert.equal(result.smoke.passed, true);
      assert.equal(result.health.healthy, true);
      assert.equal([...processes().values()].filter(Boolean).length, nodes);
      // By what Kafka logged: ZooKeeper says nothing of the kind.
      const told = [...processes().keys()].filter((id) => hasServedByLog(home, name, id));
      assert.equal(told.length, stack === "dev-zookeeper" ? brokers.length : nodes);
    });

    test("outputs say how to connect", async () => {
      const outputs = JSON.parse(await run(0, "outputs", file, "--json"));
      assert.equal(outputs.stack, name);
      assert.equal(outputs.nodes.length, nodes);
      assert.equal(outputs.bootstrapServers.length, brokers.length);
      const properties = await run(0, "outputs", file, "--client-properties");
      assert.ok(properties.includes(`bootstrap.servers=${outputs.bootstrapServers.join(",")}\n`));
    });

    test("a second up changes nothing and touches no process", async () => {
      const before = processes();
      const result = JSON.parse(await run(0, "up", file, "--yes", "--json"));
      assert.equal(result.changes, 0);
      assert.deepEqual(processes(), before);
    });

    test("topics are as declared: plan finds no drift", async () => {
      const plan = JSON.parse(await run(0, "topics", "plan", file, "--json"));
      assert.equal(plan.inSync, true);
    });

    test("smoke passes on its own, nothing lost, doubled or out of order", async () => {
      const report = JSON.parse(await run(0, "smoke", file, "--json"));
      const { sent, acked, received, lost, duplicated, outOfOrder } = report.records;
      assert.ok(sent > 0 && acked === sent && received === sent);
      assert.deepEqual({ lost, duplicated, outOfOrder }, { lost: 0, duplicated: 0, outOfOrder: 0 });
    });

    test("a broker killed with SIGKILL: health exits 3 and names it", async () => {
      process.kill(processes().get(victim)!.pid, "SIGKILL");
      const report = JSON.parse(await run(3, "health", file, "--json"));
      assert.equal(report.healthy, false);
      const failing = report.checks.filter(({ status }: { status: string }) => status === "fail");
      assert.ok(JSON.stringify(failing).includes(`node ${victim}`), JSON.stringify(failing, null, 2));
    });

    test("up heals it and leaves the others alone", async () => {
      const before = processes();
      const result = JSON.parse(await run(0, "up", file, "--yes", "--json"));
      assert.equal(result.changes, 1);
      for (const [id, found] of processes())
        if (id === victim) assert.ok(found, "the victim runs again");
        else assert.deepEqual(found, before.get(id));
      await run(0, "health", file);
    });

    test("what Kafka takes while it runs changes without a restart, and stays after one", async () => {
      document.setIn(["brokers", "config", "num.network.threads"], 4);
      save();
      const before = processes();
      const result = JSON.parse(await run(0, "up", file, "--yes", "--json"));
      assert.equal(result.changes, brokers.length);
      assert.equal(result.health.healthy, true);
      assert.deepEqual(processes(), before);
      assert.deepEqual(
        await valuesOf("num.network.threads"),
        brokers.map(() => ["4", true]),
      );
    });

    const rolled = {
      skip: stack !== "dev-zookeeper" && unlessLong("tried with dev-zookeeper, and with dev by plain pulumi"),
    };
    test("what it does not take rolls the brokers one at a time and leaves other nodes alone", rolled, async () => {
      document.setIn(["brokers", "config", "queued.max.requests"], 400);
      save();
      const before = processes();
      const { result: text, mostDown } = await watchNodes(home, name, () => run(0, "up", file, "--yes", "--json"));
      const result = JSON.parse(text);
      assert.ok(mostDown <= 1, `${mostDown} nodes down at once`);
      assert.equal(result.changes, brokers.length);
      for (const [id, found] of processes())
        if (brokers.includes(id)) assert.notDeepEqual(found, before.get(id), `node ${id} was restarted`);
        else assert.deepEqual(found, before.get(id), `node ${id} was left alone`);
      assert.deepEqual(
        await valuesOf("num.network.threads"),
        brokers.map(() => ["4", false]),
        "from the file now",
      );
      assert.deepEqual(await notLed(), [], "every partition is led by its preferred replica");
    });

    test("roll restarts every node, one at a time, and a later up none", long, async () => {
      const before = processes();
      const { result: text, mostDown } = await watchNodes(home, name, () =>
        run(0, "roll", file, "--reason", "new Java", "--yes", "--json"),
      );
      assert.ok(mostDown <= 1, `${mostDown} nodes down at once`);
      assert.equal(JSON.parse(text).changes, nodes);
      for (const [id, found] of processes()) assert.notDeepEqual(found, before.get(id), `node ${id} was restarted`);
      assert.equal(JSON.parse(await run(0, "up", file, "--yes", "--json")).changes, 0);
    });

    const set = (path: readonly string[], value: unknown) => {
      document.setIn(path, value);
      save();
    };
    more?.({ home, file, name, set, run, servers, processes });

    /** What a reinstalled machine or a mistaken rm does. */
    const loseState = () => {
      for (const entry of ["pulumi", `Pulumi.${name}.yaml`])
        rmSync(path.join(home, entry), { recursive: true, force: true });
    };
    const stored = async () => {
      const ends = await withAdmin(await servers(), (admin) => admin.fetchTopicOffsets("orders"));
      return ends.reduce((sum, { high }) => sum + Number(high), 0);
    };

    test("with Pulumi's state lost, up takes every node that runs as it should unchanged", long, async (t) => {
      const before = processes();
      const bootstrapServers = await servers();
      loseState();
      const report = await underLoad(
        bootstrapServers,
        "orders",
        async () => void (await run(0, "up", file, "--yes", "--skip", "smoke")),
      );
      tell(t, t.name, report);
      assert.deepEqual({ lost: report.lost, errors: report.errors }, { lost: [], errors: [] });
      assert.deepEqual(processes(), before);
    });

    test(
      "down stops what no state knows too and keeps the data; up takes it up, and no less than it",
      long,
      async () => {
        const [{ clusterId }, records] = [JSON.parse(await run(0, "outputs", file, "--json")), await stored()];
        loseState();
        await run(0, "down", file, "--yes");
        assert.deepEqual([...processes().values()].filter(Boolean), []);

        const data = quorum.slice(1).map((id) => path.join(home, "local", name, `node-${id}`, "data"));
        for (const folder of data) renameSync(folder, `${folder}.unmounted`);
        const { code, stderr } = await cli(home, "up", file, "--yes");
        assert.equal(code, 1, stderr);
        for (const folder of data) {
          assert.ok(stderr.includes(`wanted its data in ${folder}, found none`), stderr);
          assert.ok(!existsSync(folder), "nothing was formatted");
          renameSync(`${folder}.unmounted`, folder);
        }
        assert.deepEqual([...processes().values()].filter(Boolean), [], "nothing was started");

        await run(0, "up", file, "--yes", "--skip", "smoke");
        assert.equal(JSON.parse(await run(0, "outputs", file, "--json")).clusterId, clusterId);
        assert.equal(JSON.parse(await run(0, "topics", "plan", file, "--json")).inSync, true);
        assert.equal(await stored(), records);
      },
    );

    test("down --delete-data leaves nothing", async () => {
      await run(0, "down", file, "--delete-data", "--yes");
      assert.equal(processes().size, 0);
    });
  });
}
