import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, describe, test } from "node:test";
import type Docker from "dockerode";
import { parseDocument } from "yaml";
import type { ClusterOutputs } from "../../../infra/outputs.ts";
import { projectRoot } from "../../../infra/paths.ts";
import { cli, temporaryHome } from "../../helpers/cli.ts";
import { activeController, backInSync } from "../../helpers/cluster.ts";
import { findEngine, leftOf, type NodeContainer, nodeContainers } from "../../helpers/docker.ts";
import { type LoadReport, underLoad } from "../../helpers/load.ts";

interface Shape {
  /** A file of stacks/, which is the tested example. */
  readonly stack: string;
  readonly nodes: number;
  /** A broker to kill. */
  readonly victim: number;
  /** Nodes that `brokers.config` and `brokers.heap` concern. */
  readonly brokers: readonly number[];
  /** Whether also what takes long and is the same for every shape: a roll that fails, and what was done by hand. */
  readonly thorough: boolean;
}

const TOPIC = "orders";

/**
 * The life of a cluster of containers as its user sees it, on a real engine: up, up again, smoke from both sides, broker
 * and controller killed under load and healed, rolls under load, a container removed by hand, drift, down with the data
 * kept, up with the data there, down with the data deleted.
 */
export async function lifecycle({ stack, nodes, victim, brokers, thorough }: Shape): Promise<void> {
  const { docker, skip } = await findEngine();
  const { home, remove } = temporaryHome();
  const name = `e2e-${stack}`;
  const file = path.join(home, `${name}.yaml`);
  const document = parseDocument(readFileSync(path.join(projectRoot, "stacks", `${stack}.yaml`), "utf8"));
  const save = () => writeFileSync(file, document.toString());
  const containers = () => nodeContainers(docker, name);
  const run = async (code: number, ...args: string[]) => {
    const finished = await cli(home, ...args);
    assert.equal(finished.code, code, `${args.join(" ")}\n${finished.stdout}\n${finished.stderr}`);
    return finished.stdout;
  };
  const json = async (code: number, ...args: string[]) => JSON.parse(await run(code, ...args, "--json"));
  const up = (...args: string[]) => json(0, "up", file, "--yes", ...args);
  const outputs = (): Promise<ClusterOutputs> => json(0, "outputs", file);
  save();

  describe(`a cluster of containers: ${stack}`, { skip }, () => {
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
      const { bootstrapServers, inside } = await outputs();
      assert.equal(bootstrapServers.length, brokers.length);
      for (const server of bootstrapServers) assert.match(server, /^127\.0\.0\.1:[23]\d{4}$/);
      assert.deepEqual(
        inside?.bootstrapServers,
        brokers.map((id) => `kafka-${name}-${id}:9092`),
      );
    });

    test("a second up changes nothing and touches no container", async () => {
      const before = await containers();
      assert.equal((await up()).changes, 0);
      assert.deepEqual(await containers(), before);
      assert.equal((await json(0, "topics", "plan", file)).inSync, true);
    });

    test("a broker killed under load: no acknowledged record is lost, and up brings it back into the ISR", async (t) => {
      const { bootstrapServers } = await outputs();
      const report = await underLoad(bootstrapServers, TOPIC, async () => {
        await kill(victim);
        const health = await json(3, "health", file);
        const found = health.checks.find((check: { name: string }) => check.name === "containers");
        assert.match(found.detail, new RegExp(`node ${victim} \\(kafka-${name}-${victim}\\): exited`));
        assert.equal((await up("--skip", "smoke")).changes, 1);
        await backInSync(bootstrapServers);
      });
      tell(t, `broker ${victim} killed`, report);
      assert.equal(report.lost, 0);
    });

    test("the active controller killed under load: no acknowledged record is lost", async (t) => {
      const known = await outputs();
      const controller = await activeController(known);
      const report = await underLoad(known.bootstrapServers, TOPIC, async () => {
        await kill(controller);
        assert.equal((await up("--skip", "smoke")).changes, 1);
        await backInSync(known.bootstrapServers);
      });
      tell(t, `controller ${controller} killed`, report);
      assert.equal(report.lost, 0);
    });

    const everyShape = { skip: !thorough && "the same for every shape: tried with the stack docker" };
    test("a change of config and heap rolls the brokers one at a time: nothing lost, no error that a client would see", async (t) => {
      document.setIn(["brokers", "config", "num.network.threads"], 4);
      document.setIn(["brokers", "heap"], "640MiB");
      save();
      const before = await containers();
      const { bootstrapServers } = await outputs();
      let mostDown = 0;
      const report = await underLoad(bootstrapServers, TOPIC, async () => {
        mostDown = await watching(docker, name, nodes, () => up("--skip", "smoke"));
      });
      tell(t, "a change of config and heap", report);
      assert.equal(mostDown, 1, "containers down at once");
      assert.deepEqual({ lost: report.lost, errors: report.errors }, { lost: 0, errors: [] });
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
      assert.match(stderr, /node \d was left as it is, because node \d failed before it/);
      const now = await containers();
      assert.equal([...now].filter(([id, { id: container }]) => container !== before.get(id)?.id).length, 1);
      document.deleteIn(["brokers", "config", "metric.reporters"]);
      save();
      await up();
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

    test("down leaves nothing but the data; up takes it up again", async () => {
      const { clusterId } = await outputs();
      await run(0, "down", file, "--yes");
      const { containers: left, networks, volumes } = await leftOf(docker, name);
      assert.deepEqual([left, networks], [[], []]);
      assert.equal(volumes.length, nodes);
      for (const volume of volumes) assert.match(volume, /-data$/);
      await up("--skip", "smoke");
      assert.equal((await outputs()).clusterId, clusterId);
      assert.equal((await json(0, "topics", "plan", file)).inSync, true);
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

function tell(
  t: { diagnostic(text: string): void },
  what: string,
  { acked, lost, errors, longestStallMs }: LoadReport,
): void {
  t.diagnostic(`${what}: ${acked} acked, ${lost} lost, ${errors.length} errors, longest stall ${longestStallMs} ms`);
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
