import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, describe, test } from "node:test";
import { projectRoot } from "../../../infra/paths.ts";
import { type RunningLoad, startLoad } from "../../../scripts/kafka/chaos/load.ts";
import { checkHistory } from "../../../scripts/ops/chaos/check.ts";
import { childrenOf, cli, startCli, temporaryHome } from "../../helpers/cli.ts";
import { eventually } from "../../helpers/eventually.ts";
import { unlessLong } from "../../helpers/long.ts";

const NAME = "e2e-upgrade";
const [OLD, NEW] = ["3.9.2", "4.3.1"];
/** Levels of metadata.version. */
const [OLD_LEVEL, NEW_LEVEL] = [21, 30];

/** Up, half-way back, cut off, up again, raised; all of it under load. */
describe("a local cluster that goes to another Kafka", () => {
  const { home, remove } = temporaryHome();
  const file = path.join(home, `${NAME}.yaml`);
  const shipped = readFileSync(path.join(projectRoot, "stacks/dev.yaml"), "utf8");
  writeFileSync(file, shipped.replace(NEW, OLD));
  const quick = ["--yes", "--skip", "smoke"];
  const go = (version: string) => ["upgrade", file, "--to", version, "--soak", "1s", ...quick];
  const run = async (code: number, ...args: string[]) => {
    const finished = await cli(home, ...args);
    assert.equal(finished.code, code, `${args.join(" ")}\n${finished.stdout}\n${finished.stderr}`);
    return finished;
  };
  const status = async () => JSON.parse((await run(0, "upgrade", file, "--json")).stdout);
  const versions = async () =>
    (await status()).versions.brokers.map(({ version }: { readonly version: string }) => version);
  let load: RunningLoad | undefined;

  after(async () => {
    await load?.remove().catch(() => {});
    await cli(home, "down", file, "--delete-data", "--yes");
    remove();
  });

  test("a newer version, node after node, with the features where they were", async () => {
    await run(0, "up", file, ...quick);
    const outputs = JSON.parse((await run(0, "outputs", file, "--json")).stdout);
    load = await startLoad(outputs, { seed: 1, patienceMs: 30_000 });
    const report = JSON.parse((await run(0, ...go(NEW), "--json")).stdout);
    assert.deepEqual(
      [report.from, report.to, report.ok, report.finalized["metadata.version"]],
      [OLD, NEW, true, OLD_LEVEL],
    );
    assert.equal(readFileSync(file, "utf8"), shipped, "nothing but the version changed in the stack file");
    const { finalized, next } = await status();
    assert.equal(finalized["metadata.version"], OLD_LEVEL);
    assert.deepEqual(
      next.map(({ action }: { readonly action: string }) => action),
      ["finalize", "downgrade"],
    );
  });

  const long = { skip: unlessLong("takes a minute") };
  test("back again, as far as a node that serves; killed there, the other way goes on", long, async () => {
    const cut = startCli(home, go(OLD));
    try {
      await eventually("a node is back", () => /-node-\d updated/.test(cut.stderr()), 300_000);
    } finally {
      for (const pid of [...childrenOf(cut.pid), cut.pid]) process.kill(pid, "SIGKILL");
    }
    await cut.finished;
    const mixed = await versions();
    assert.ok(mixed.includes(OLD) && mixed.includes(NEW), `${mixed}`);
    assert.match((await run(0, ...go(NEW))).stdout, /^warn +brokers .*this one goes on$/m);
    assert.deepEqual(await versions(), [NEW, NEW, NEW]);
  });

  test("raised once, after which an older version is refused, and why", async () => {
    const raised = JSON.parse((await run(0, "upgrade", file, "--finalize", "--yes", "--json")).stdout);
    assert.equal(raised.finalized["metadata.version"], NEW_LEVEL);
    assert.match(
      (await run(0, "upgrade", file, "--finalize", "--yes")).stdout,
      /are those of Kafka 4\.3\.1 already\n$/,
    );
    const { stdout } = await run(3, ...go(OLD));
    assert.match(
      stdout,
      /^fail +path +4\.3\.1 cannot go back to 3\.9\.2: metadata\.version is finalized at 30 \(4\.3-IV0\)/m,
    );
    assert.equal(readFileSync(file, "utf8"), shipped);
  });

  test("no acknowledged record was lost", async () => {
    const history = await load!.finish();
    const { anomalies, unproven } = checkHistory(history);
    assert.deepEqual([anomalies, unproven], [[], []]);
    assert.ok(load!.acked() > 500);
  });
});
