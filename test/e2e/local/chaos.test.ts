import assert from "node:assert/strict";
import { copyFileSync, globSync, readFileSync } from "node:fs";
import path from "node:path";
import { after, describe, test } from "node:test";
import { projectRoot } from "../../../infra/paths.ts";
import { nodeFaults } from "../../../infra/targets/local/faults.ts";
import { withAdmin } from "../../../scripts/kafka/admin.ts";
import { startLoad } from "../../../scripts/kafka/chaos/load.ts";
import type { Anomaly } from "../../../scripts/ops/chaos/anomaly.ts";
import { checkHistory } from "../../../scripts/ops/chaos/check.ts";
import type { History } from "../../../scripts/ops/chaos/history.ts";
import { chaosReport, type FaultResult } from "../../../scripts/ops/chaos/report.ts";
import { cli, startCli, temporaryHome } from "../../helpers/cli.ts";
import { eventually } from "../../helpers/eventually.ts";
import { nodeProcesses } from "./nodes.ts";

const NAME = "e2e-chaos";

describe("a local cluster whose nodes are broken under load", () => {
  const { home, remove } = temporaryHome();
  const file = path.join(home, `${NAME}.yaml`);
  copyFileSync(path.join(projectRoot, "stacks/dev.yaml"), file);
  const running = () => [...nodeProcesses(home, NAME).values()].filter((found) => found !== undefined);

  after(async () => {
    await cli(home, "down", file, "--delete-data", "--yes");
    remove();
  });

  test("the active controller, killed with the broker that it is, and a broker that is cut off cost no acknowledged record", async (t) => {
    const up = await cli(home, "up", file, "--yes", "--skip", "smoke");
    assert.equal(up.code, 0, up.stderr);
    const saved = path.join(home, "chaos.json");
    const whyNoCut = await nodeFaults(path.join(home, "local", NAME)).lasting.cut!.unfit!(1);
    if (whyNoCut !== undefined) t.diagnostic(`no broker is cut off: ${whyNoCut}`);
    const faults = ["kill-controller", ...(whyNoCut === undefined ? ["cut-broker"] : [])];
    const options = ["--times", "1", "--duration", "1s", "--pause", "15s", "--seed", "1", "--json", "--report", saved];
    const { code, stdout, stderr } = await cli(home, "chaos", file, "--yes", "--fault", ...faults, ...options);
    assert.equal(code, 0, `${stdout}\n${stderr}`);
    const report = JSON.parse(stdout);
    assert.deepEqual(JSON.parse(readFileSync(saved, "utf8")), report);
    assert.deepEqual(report.faults.map(({ fault }: FaultResult) => fault).toSorted(), faults.toSorted());
    const cutOff = report.faults.find(({ fault }: FaultResult) => fault === "cut-broker");
    if (cutOff) assertMissed(home, cutOff.node);
    assert.deepEqual([report.passed, report.records.lost, report.anomalies, report.unproven], [true, 0, [], []]);
    assert.ok(report.records.acked > 200 && report.transactions.committed > 0);
    assert.equal(running().length, 3);
  });

  /** What an update without the gate would do, and what nobody should do: the same load, the same checks. */
  test("it bites: deleted records are named with their offsets, and brokers that restart together fail the verdict", async () => {
    const outputs = JSON.parse((await cli(home, "outputs", file, "--json")).stdout);
    const load = await startLoad(outputs, { seed: 1, patienceMs: 30_000 });
    try {
      await eventually("records are acknowledged", () => load.acked() > 300, 60_000);
      await withAdmin(outputs.bootstrapServers, async (admin) => {
        // kafkajs deletes records of topics only whose metadata it happens to have.
        await admin.fetchTopicOffsets(load.topic);
        await admin.deleteTopicRecords({ topic: load.topic, partitions: [{ partition: 0, offset: "5" }] });
      });
      const atMs = load.now();
      for (const { pid } of running().slice(0, 2)) process.kill(pid!, "SIGTERM");
      await eventually("two brokers are down", () => running().length === 1, 60_000);
      const up = await cli(home, "up", file, "--yes", "--skip", "smoke");
      assert.equal(up.code, 0, up.stderr);
      const restarted: FaultResult = {
        fault: "roll",
        node: null,
        atMs,
        endedMs: null,
        healedMs: load.now(),
        note: null,
      };
      const history = await load.finish();
      const findings = checkHistory(history);
      const { changes, passed } = chaosReport({ stack: NAME, seed: 1, faults: [restarted], history, findings });
      assert.equal(changes?.passed, false, JSON.stringify(changes));
      assert.equal(passed, false);
      assertNamed(history, findings.anomalies);
    } finally {
      await load.remove();
    }
  });

  test("Ctrl-C while a node is frozen wakes it, and ends with 130", async () => {
    const cut = startCli(home, ["chaos", file, "--yes", "--fault", "pause-broker", "--pause", "10m"]);
    await eventually("a node is frozen", () => /pause-broker: node \d, for 600 s/.test(cut.stderr()), 120_000);
    process.kill(cut.pid, "SIGINT");
    const { code, stderr } = await cut.finished;
    assert.equal(code, 130, stderr);
    assert.match(stderr, /the cluster is whole\n/);
    const health = await cli(home, "health", file);
    assert.equal(health.code, 0, health.stdout);
  });
});

/** As the log of whoever was the active controller tells. */
function assertMissed(home: string, node: number): void {
  const logs = globSync(path.join(home, "local", NAME, "node-*", "logs", "*"));
  const fenced = new RegExp(`Fencing broker ${node} at epoch \\d+ because its session has timed out`);
  assert.ok(
    logs.some((log) => fenced.test(readFileSync(log, "utf8"))),
    `node ${node} was missed`,
  );
}

/** Of partition 0 everything below offset 5 is lost, and nothing else. */
function assertNamed({ sends }: History, anomalies: readonly Anomaly[]): void {
  const gone = sends.filter(
    ({ partition, offset, outcome, transaction }) =>
      partition === 0 && offset !== null && offset < 5 && outcome === "acked" && transaction === null,
  );
  assert.ok(gone.length > 0);
  const lost = anomalies.filter(({ kind, by }) => kind === "lost-write" && by === "cluster");
  for (const { id, offset } of gone)
    assert.ok(
      lost.some((one) => one.record === id && one.offset === offset && one.partition === 0),
      `${id} at ${offset} is named`,
    );
  assert.ok(lost.every(({ partition, offset }) => partition === 0 && offset! < 5));
}
