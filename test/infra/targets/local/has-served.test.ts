import assert from "node:assert/strict";
import { appendFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, describe, test } from "node:test";
import type { Role } from "../../../../infra/plan/types.ts";
import { hasServed, logPosition } from "../../../../infra/targets/local/provider/has-served.ts";
import { nodeLog, nodePaths } from "../../../../infra/targets/local/provider/node-files.ts";
import { launch, launchedAs, stop } from "../../../../infra/targets/local/provider/process.ts";

const STARTED =
  "[2026-01-01 00:00:00,000] INFO [KafkaRaftServer nodeId=1] Kafka Server started (kafka.server.KafkaRaftServer)\n";
const STARTED_ZOOKEEPER = "[2026-01-01 00:00:00,000] INFO [KafkaServer id=1] started (kafka.server.KafkaServer)\n";
const STARTING =
  "[2026-01-01 00:00:00,000] INFO [BrokerServer id=1] Transition from SHUTDOWN to STARTING (kafka.server.BrokerServer)\n";

describe("whether a local node's process has served since its start", () => {
  const directory = mkdtempSync(path.join(tmpdir(), "kafka-stacks-served-"));
  const paths = nodePaths(directory);
  const log = nodeLog(paths.logs);
  mkdirSync(paths.logs);
  after(async () => {
    await stop(paths.pidFile, 0);
    rmSync(directory, { recursive: true });
  });

  /** @param before what earlier starts logged; undefined: no log. */
  const start = async (before: string | undefined, roles: Role[] = ["broker"]) => {
    await stop(paths.pidFile, 0);
    rmSync(log, { force: true });
    if (before !== undefined) writeFileSync(log, before);
    launch({
      ...{ command: "/bin/sleep", args: ["600"], directory, pidFile: paths.pidFile },
      ...{ consoleLog: path.join(paths.logs, "console.log"), log: logPosition({ directory, roles }) },
    });
  };

  const said: readonly (readonly [what: string, before: string | undefined, since: string, served: boolean])[] = [
    ["at its first start logged nothing", undefined, "", false],
    ["is still starting", undefined, STARTING, false],
    ["served before, and not since this start", STARTED, STARTING, false],
    ["served at its first start", undefined, STARTING + STARTED, true],
    ["served again", STARTED, STARTING + STARTED, true],
    ["served, a broker with ZooKeeper", STARTING, STARTING + STARTED_ZOOKEEPER, true],
  ];
  for (const [what, before, since, served] of said)
    test(`a process that ${what}: ${served ? "yes" : "no"}`, async () => {
      await start(before);
      appendFileSync(log, since);
      assert.equal(hasServed(paths), served);
    });

  test("where nothing can tell, it has", async () => {
    await start(undefined);
    renameSync(log, `${log}.1`);
    assert.equal(hasServed(paths), true, "its log is gone");
    writeFileSync(log, STARTING);
    assert.equal(hasServed(paths), true, "its log was rotated");
    await start(STARTED);
    writeFileSync(log, "");
    assert.equal(hasServed(paths), true, "its log was cut");
    await start(undefined);
    writeFileSync(paths.pidFile, JSON.stringify({ ...launchedAs(paths.pidFile), log: undefined }));
    assert.equal(hasServed(paths), true, "an earlier release started it");
    await start(undefined, ["zookeeper"]);
    assert.equal(hasServed(paths), true, "a ZooKeeper node");
  });
});
