import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, describe, test } from "node:test";
import type Docker from "dockerode";
import { parseDocument } from "yaml";
import { projectRoot } from "../../../infra/paths.ts";
import { type Deployed, readDeployed } from "../../../scripts/context.ts";
import { as, identityOf } from "../../../scripts/kafka/identity.ts";
import { cli, ownState, temporaryHome } from "../../helpers/cli.ts";
import { backInSync, wasSignedOff } from "../../helpers/cluster.ts";
import { findEngine, leftOf, listeningPorts, type NodeContainer, nodeContainers } from "../../helpers/docker.ts";
import { strayPorts } from "../../helpers/doors.ts";
import { type LoadReport, loginOf, tell, underLoad } from "../../helpers/load.ts";
import { unlessLong } from "../../helpers/long.ts";
import { assertRefused } from "../../helpers/refusals.ts";
import { secretsOf, within } from "../security/secrets.ts";
import { tryContainers } from "./outside.ts";

interface Shape {
  /** A file of stacks/, which is the tested example. */
  readonly stack: string;
  readonly nodes: number;
  /** A broker to kill. */
  readonly victim: number;
  /** Nodes that `brokers.config` and `brokers.heap` concern. */
  readonly brokers: readonly number[];
  /** Of security; absent: as the file says, plaintext on loopback. */
  readonly profile?: "scram" | "mtls";
  /** Whether also what takes long and is the same for every shape: a roll that fails, and what was done by hand. */
  readonly thorough: boolean;
}

const TOPIC = "orders";

/** Whose records the load is, where records are somebody's. */
const USER = {
  name: "shop",
  can: [
    { topic: TOPIC, do: ["read", "write"] },
    { group: "load-*", do: ["read"] },
  ],
};

/**
 * The life of a cluster of containers as its user sees it, on a real engine: up, refusals, up again, smoke from both sides, a
 * broker killed and healed, chaos, rolls under load, a container removed by hand, drift, down with the data kept, up with the
 * data there, down with the data deleted.
 */
export async function lifecycle({ stack, nodes, victim, brokers, profile, thorough }: Shape): Promise<void> {
  const { docker, skip } = await findEngine();
  const { home, remove } = temporaryHome();
  const name = `e2e-${stack}`;
  const file = path.join(home, `${name}.yaml`);
  const document = parseDocument(readFileSync(path.join(projectRoot, "stacks", `${stack}.yaml`), "utf8"));
  if (profile) {
    document.set("security", document.createNode({ profile }));
    document.set("users", document.createNode([USER]));
  }
  const save = () => writeFileSync(file, document.toString());
  const containers = () => nodeContainers(docker, name);
  /** Everything that commands printed. */
  const printed: string[] = [];
  const run = async (code: number, ...args: string[]) => {
    const finished = await cli(home, ...args);
    printed.push(finished.stdout, finished.stderr);
    assert.equal(finished.code, code, `${args.join(" ")}\n${finished.stdout}\n${finished.stderr}`);
    return finished.stdout;
  };
  const json = async (code: number, ...args: string[]) => JSON.parse(await run(code, ...args, "--json"));
  const up = (...args: string[]) => json(0, "up", file, "--yes", ...args);
  const deployed = (): Promise<Deployed> => readDeployed(name);
  /** Load of a user who may do just that, while something is done to the cluster. */
  const loaded = async (act: () => Promise<void>): Promise<LoadReport> => {
    const { cluster, access } = await deployed();
    return underLoad(cluster.bootstrapServers, TOPIC, act, loginOf(identityOf(access, USER.name)));
  };
  const asAdmin = async <T>(work: (cluster: Deployed["cluster"]) => Promise<T>): Promise<T> => {
    const { cluster, access } = await deployed();
    return as(identityOf(access, "admin"), () => work(cluster));
  };
  const untilInSync = () => asAdmin(({ bootstrapServers }) => backInSync(bootstrapServers));
  save();

  describe(`a cluster of containers: ${stack}, ${profile ?? "plaintext"}`, { skip }, () => {
    // What is read here is the test's own state.
    Object.assign(process.env, ownState(home));
    after(async () => {
      await cli(home, "down", file, "--delete-data", "--yes");
      remove();
    });

    test("up provisions and verifies it, from this machine and from a container", async () => {
      const result = await up();
      assert.equal(result.smoke.passed, true);
      assert.equal(result.health.healthy, true);
      const inside = result.smoke.checks.find((check: { name: string }) => check.name === "inside");
      assert.equal(inside?.status, "pass");
      assert.equal([...(await containers()).values()].filter(({ running }) => running).length, nodes);
    });

    test("outputs say how to connect from both places", async () => {
      const { bootstrapServers, inside } = await json(0, "outputs", file);
      assert.equal(bootstrapServers.length, brokers.length);
      for (const server of bootstrapServers) assert.match(server, /^127\.0\.0\.1:[23]\d{4}$/);
      assert.deepEqual(
        inside?.bootstrapServers,
        brokers.map((id) => `kafka-${name}-${id}:${profile ? 9097 : 9092}`),
      );
    });

    const secured = { skip: !profile && "a plaintext cluster refuses nobody" };
    test("what must be refused is, from this machine, the cluster's network and another", secured, async (t) => {
      const { nodes: planned } = await json(0, "plan", file);
      const own = { topic: TOPIC, group: "load-refused" };
      const directory = path.join(home, "docker", name);
      const tried = { name, nodes: planned, deployed: await deployed(), directory, user: USER.name, own };
      const results = await tryContainers(docker, tried);
      for (const { row, how } of results) t.diagnostic(`${row}: ${how}`);
      assertRefused(results);
    });

    test("nodes listen where the plan says and nowhere else: JMX neither", async () => {
      const [{ nodes: planned }, found] = [await json(0, "plan", file), await containers()];
      for (const node of planned)
        assert.deepEqual(strayPorts(node, await listeningPorts(docker, found.get(node.id)!)), [], `node ${node.id}`);
    });

    test("a second up changes nothing and touches no container", async () => {
      const before = await containers();
      assert.equal((await up("--skip", "smoke")).changes, 0);
      assert.deepEqual(await containers(), before);
      assert.equal((await json(0, "topics", "plan", file)).inSync, true);
    });

    const killed = { skip: stack === "docker-zookeeper" && unlessLong("tried with the other stacks") };
    test("a broker killed under load: nothing lost, and up brings it back into the ISR", killed, async (t) => {
      const report = await loaded(async () => {
        await kill(victim);
        const health = await json(3, "health", file);
        const found = health.checks.find((check: { name: string }) => check.name === "containers");
        assert.match(found.detail, new RegExp(`node ${victim} \\(kafka-${name}-${victim}\\): exited`));
        assert.equal((await up("--skip", "smoke")).changes, 1);
        await untilInSync();
      });
      tell(t, `broker ${victim} killed`, report);
      assert.deepEqual(report.lost, []);
    });

    const fault = stack === "docker-zookeeper" ? "kill-zookeeper-leader" : "cut-controller";
    const chaos = { skip: stack === "docker-dedicated" && unlessLong("tried with the other stacks") };
    test(`chaos, ${fault}, under load: no acknowledged record is lost`, chaos, async (t) => {
      const words = ["--fault", fault, "--times", "1", "--duration", "1s", "--pause", "8s"];
      const report = await json(0, "chaos", file, "--yes", ...words);
      t.diagnostic(`node ${report.faults[0].node}: ${JSON.stringify({ ...report.records, ...report.longestStall })}`);
      assert.deepEqual([report.passed, report.records.lost, report.faults[0].note], [true, 0, null]);
      assert.ok(report.records.acked > 100);
    });

    const everyShape = { skip: !thorough && "the same for every shape: tried with the stack docker" };
    const roll = { skip: stack !== "docker" && unlessLong("tried with the stack docker") };
    test("a change of config and heap rolls the brokers one by one: no record lost, no error", roll, async (t) => {
      document.setIn(["brokers", "config", "num.network.threads"], 4);
      document.setIn(["brokers", "heap"], "640MiB");
      save();
      const before = await containers();
      let mostDown = 0;
      const report = await loaded(async () => {
        mostDown = await watching(docker, name, nodes, () => up("--skip", "smoke"));
      });
      tell(t, "a change of config and heap", report);
      assert.equal(mostDown, 1, "containers down at once");
      assert.deepEqual({ lost: report.lost, errors: report.errors }, { lost: [], errors: [] });
      for (const [id, { id: container }] of await containers())
        assert.equal(container !== before.get(id)!.id, brokers.includes(id), `node ${id}`);
    });

    test("a change with which no node starts stops at the first one; putting it back heals", everyShape, async () => {
      const before = await containers();
      document.setIn(["brokers", "config", "metric.reporters"], "org.example.Missing");
      save();
      const { code, stderr } = await cli(home, "up", file, "--yes", "--skip", "smoke");
      assert.equal(code, 1);
      assert.match(stderr, /Class org\.example\.Missing cannot be found/);
      assert.match(stderr, /node \d was left unchanged, because node \d failed before it/);
      const now = await containers();
      assert.equal([...now].filter(([id, { id: container }]) => container !== before.get(id)?.id).length, 1);
      document.deleteIn(["brokers", "config", "metric.reporters"]);
      save();
      await up("--skip", "smoke");
    });

    test("a container removed by hand is healed by up, and the others are left alone", everyShape, async () => {
      const before = await containers();
      await docker.getContainer(before.get(victim)!.id).remove({ force: true });
      assert.equal((await up("--skip", "smoke")).changes, 1);
      assertOnlyChanged(before, await containers(), victim);
    });

    test("what was changed by hand is found and put back, without a restart", everyShape, async () => {
      const before = await containers();
      await docker.getContainer(before.get(victim)!.id).update({ RestartPolicy: { Name: "no" } });
      assert.equal((await json(0, "preview", file)).changes, 1);
      await up("--skip", "smoke");
      const { HostConfig } = await docker.getContainer(before.get(victim)!.id).inspect();
      assert.equal(HostConfig.RestartPolicy?.Name, "unless-stopped");
      assert.deepEqual(await containers(), before);
    });

    test("a fourth broker comes and, once it is empty, goes: nothing lost, its volume stays", everyShape, async (t) => {
      const before = await containers();
      const report = await loaded(async () => {
        document.setIn(["brokers", "count"], 4);
        save();
        await up("--skip", "smoke");
        await json(0, "rebalance", "apply", file, "--yes");
        document.setIn(["brokers", "count"], 3);
        save();
        for (const words of [["preview"], ["up", "--yes"]]) {
          const { stderr } = await cli(home, words[0]!, file, ...words.slice(1));
          assert.match(stderr, /broker 4 would go, and broker 4 holds \d+ replicas; .*--drain 4/);
        }
        await json(0, "rebalance", "apply", file, "--drain", "4", "--yes");
        assert.equal((await up("--skip", "smoke")).health.healthy, true);
      });
      tell(t, "3 → 4 → 3 brokers", report);
      assert.deepEqual({ lost: report.lost, errors: report.errors }, { lost: [], errors: [] });
      assert.deepEqual(await containers(), before, "the others were left alone");
      assert.ok(await asAdmin((cluster) => wasSignedOff(cluster, 4)));
    });

    test("down leaves nothing but the data; up takes it up again", everyShape, async () => {
      const { clusterId } = (await deployed()).cluster;
      await run(0, "down", file, "--yes");
      const { containers: left, networks, volumes } = await leftOf(docker, name);
      assert.deepEqual([left, networks], [[], []]);
      // With that of the broker that had left.
      assert.equal(volumes.length, nodes + 1);
      for (const volume of volumes) assert.match(volume, /-data$/);
      await up("--skip", "smoke");
      assert.equal((await deployed()).cluster.clusterId, clusterId);
      assert.equal((await json(0, "topics", "plan", file)).inSync, true);
      // Whoever could log in before still can.
      assert.deepEqual((await loaded(async () => {})).lost, []);
    });

    test("no secret is in what commands print, or what the engine tells of containers", async () => {
      const secrets = secretsOf(path.join(home, "docker", name), (await deployed()).access);
      if (profile) assert.ok(secrets.size >= nodes + 2, `${secrets.size} secrets`);
      for (const [id, { id: container }] of await containers())
        assert.deepEqual(within(await toldOf(docker.getContainer(container)), secrets), [], `node ${id}`);
      assert.deepEqual(within(printed.join("\n"), secrets), []);
    });

    test("down --delete-data leaves nothing", async () => {
      await run(0, "down", file, "--delete-data", "--yes");
      assert.deepEqual(await leftOf(docker, name), { containers: [], networks: [], volumes: [] });
    });
  });

  async function kill(id: number): Promise<void> {
    await docker.getContainer((await containers()).get(id)!.id).kill({ signal: "SIGKILL" });
  }
}

/** What it was made with, its health, its processes and its log. */
async function toldOf(container: Docker.Container): Promise<string> {
  const [about, processes, log] = await Promise.all([
    container.inspect(),
    container.top(),
    container.logs({ stdout: true, stderr: true, follow: false }),
  ]);
  return JSON.stringify(about) + JSON.stringify(processes) + log.toString("latin1");
}

function assertOnlyChanged(
  before: ReadonlyMap<number, NodeContainer>,
  now: ReadonlyMap<number, NodeContainer>,
  changed: number,
): void {
  for (const [id, container] of now)
    if (id === changed) assert.notEqual(container.id, before.get(id)?.id);
    else assert.deepEqual(container, before.get(id), `node ${id} was left alone`);
}

/** Does something and says how many containers were down at once at the most meanwhile. */
async function watching(docker: Docker, stack: string, nodes: number, act: () => Promise<unknown>): Promise<number> {
  let mostDown = 0;
  const timer = setInterval(async () => {
    const found = await nodeContainers(docker, stack);
    const running = [...found.values()].filter((container) => container.running).length;
    mostDown = Math.max(mostDown, nodes - running);
  }, 50);
  try {
    await act();
    return mostDown;
  } finally {
    clearInterval(timer);
  }
}
