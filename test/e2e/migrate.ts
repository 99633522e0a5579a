import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, describe, test } from "node:test";
import { readDeployed } from "../../scripts/context.ts";
import { type RunningLoad, startLoad } from "../../scripts/kafka/chaos/load.ts";
import { as, identityOf } from "../../scripts/kafka/identity.ts";
import { checkHistory } from "../../scripts/ops/chaos/check.ts";
import { chaosReport } from "../../scripts/ops/chaos/report.ts";
import { childrenOf, cli, ownState, startCli, temporaryHome } from "../helpers/cli.ts";
import { eventually } from "../helpers/eventually.ts";
import { unlessLong } from "../helpers/long.ts";

interface Way {
  readonly target: "local" | "docker";
  /** Further sections of the stack file. */
  readonly more?: string;
  /** What is printed when a broker that is not the first restarts. */
  readonly restarts: RegExp;
  /** Why nothing of it is tried. */
  readonly skip?: string | false;
}

/** An ensemble of one: with each node more every step would only take longer. */
const stackOf = ({ target, more = "" }: Way): string => `# A comment that stays.
target: ${target}
environment: dev
kafka: { version: 3.9.2, mode: zookeeper }
brokers: { count: 3 }
zookeeper: { count: 1 }
security: { profile: scram }
${more}users:
  - { name: alice, can: [{ topic: orders, do: [read, write] }], quota: { produce: 5MB/s } }
topics:
  - { name: orders, partitions: 6, config: { retention.ms: 3d, cleanup.policy: compact } }
`;

/** The whole way under load, with a turn back and a killed run, as docs/migration.md has it. */
export function migrates(way: Way): void {
  describe("a secured cluster goes from ZooKeeper to KRaft while clients go on", { skip: way.skip ?? false }, () =>
    goes(way, `e2e-migrate-${way.target}`, stackOf(way)),
  );
}

/** From which phase to which, whether all is copied there, and what brokers live by. */
const WAY_BACK = [
  ["prepare", false, "ZooKeeper"],
  ["zookeeper", false, "ZooKeeper"],
  ["kraftBrokers", true, "KRaft"],
  ["dualWrite", true, "ZooKeeper, in migration mode"],
  ["zookeeper", false, "ZooKeeper"],
] as const;

function goes({ target, restarts }: Way, name: string, stack: string): void {
  const { home, remove } = temporaryHome();
  Object.assign(process.env, ownState(home));
  const file = path.join(home, `${name}.yaml`);
  writeFileSync(file, stack);
  let load: RunningLoad | undefined;
  const run = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await cli(home, ...args);
    assert.equal(code, 0, `${args.join(" ")}\n${stdout}\n${stderr}`);
    return stdout;
  };
  const migrate = async (...args: string[]) => JSON.parse(await run("migrate", file, "--yes", "--json", ...args));

  after(async () => {
    await cli(home, "down", file, "--delete-data", "--yes");
    remove();
  });

  test("it begins with ZooKeeper, and one step is too large", async () => {
    await run("up", file, "--yes", "--skip", "smoke");
    const { cluster, access } = await readDeployed(name);
    load = await as(identityOf(access, "admin"), () => startLoad(cluster, { seed: 1, patienceMs: 60_000 }));
    const certificates = () => readFileSync(path.join(path.dirname(file), target, name, "certificates.json"), "utf8");
    const before = certificates();
    writeFileSync(file, stack.replace(", mode: zookeeper", "").replace("zookeeper: { count: 1 }", ""));
    const { code, stderr } = await cli(home, "up", file, "--yes");
    assert.equal(code, 1);
    assert.match(stderr, /from zookeeper to kraft in several steps, an up for each; write kafka: .*migration: prepare/);
    assert.equal(certificates(), before, "what is refused touches nothing");
    writeFileSync(file, stack);
  });

  const long = { skip: unlessLong("takes five minutes") };
  test("it is taken back from every phase, and begun again", long, async () => {
    for (const [to, copied, brokers] of WAY_BACK) {
      const there = await migrate("--to", to);
      assert.deepEqual([there.deployed, there.copied, brokersOf(there)], [to, copied, brokers]);
    }
    assert.equal(readFileSync(file, "utf8"), stack);
  });

  test("killed in the middle of a roll, it goes on to the end when it is run again", async () => {
    const cut = startCli(home, ["migrate", file, "--yes"]);
    await eventually("the second broker restarts", () => restarts.test(cut.stderr()), 600_000);
    for (const pid of [...childrenOf(cut.pid), cut.pid]) process.kill(pid, "SIGKILL");
    await cut.finished;
    const { file: written, deployed } = JSON.parse(await run("migrate", file, "--status", "--json"));
    assert.deepEqual([written, deployed], ["dualWrite", "prepare"]);
    const end = await migrate();
    assert.deepEqual([end.deployed, brokersOf(end)], ["kraft", "KRaft"]);
    assert.match(readFileSync(file, "utf8"), /^# A comment that stays\.\n/);
  });

  test("nothing that was acknowledged is lost", async (t) => {
    const { access } = await readDeployed(name);
    const report = await as(identityOf(access, "admin"), async () => {
      const history = await load!.finish();
      await load!.remove();
      return chaosReport({ stack: name, seed: 1, faults: [], history, findings: checkHistory(history) });
    });
    const { records, longestStall, errors, transactions } = report;
    t.diagnostic(JSON.stringify({ ...records, ...longestStall, errors, transactions, ms: report.durationMs }));
    assert.deepEqual([records.lost, report.anomalies, report.unproven], [0, [], []]);
    assert.ok(records.acked > 500 && transactions.committed > 0);
  });

  test("topics and their settings, users, permissions and quotas have arrived", async () => {
    await run("topics", "plan", file);
    await run("access", "plan", file);
    assert.equal((await cli(home, "up", file, "--yes")).code, 0);
  });
}

function brokersOf({ nodes }: { readonly nodes: readonly { roles: string[]; metadata: string | null }[] }): string {
  const found = nodes.filter(({ roles }) => roles.includes("broker")).map(({ metadata }) => String(metadata));
  return [...new Set(found)].join();
}
