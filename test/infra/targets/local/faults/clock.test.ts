import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { clockFile } from "../../../../../infra/targets/local/faults/clock.ts";
import { nodeFaults } from "../../../../../infra/targets/local/faults.ts";
import { launch, stop } from "../../../../../infra/targets/local/provider/process.ts";
import { makeAuthority } from "../../../../../infra/targets/security/make.ts";
import { temporaryHome } from "../../../../helpers/cli.ts";
import { eventually } from "../../../../helpers/eventually.ts";
import { javaWithOwnClocks, noOwnClocks } from "../../../../helpers/own-clocks.ts";

const { home, remove } = temporaryHome();
after(remove);
const lasting = nodeFaults(home).lasting;
const HOUR_MS = 3_600_000;
const WAIT_MS = 100;

const LIBRARY = "/usr/lib/faketime/libfaketimeMT.so.1";
const refused: readonly (readonly [name: string, environment: Record<string, string>, why: RegExp])[] = [
  ["no library", { FAKETIME_TIMESTAMP_FILE: "/n/node-1/clock" }, /share the clock/],
  ["no file", { LD_PRELOAD: LIBRARY }, /share the clock/],
  ["a file of many", { LD_PRELOAD: LIBRARY, FAKETIME_TIMESTAMP_FILE: "/n/clock" }, /of other nodes too/],
];
for (const [name, environment, why] of refused)
  test(`a node whose clock is not its own is left alone: ${name}`, () =>
    assert.throws(() => clockFile(environment, "/n/node-1"), why));

test("a node with a clock of its own is known by its environment", () => {
  const environment = { LD_PRELOAD: `other.so ${LIBRARY}`, FAKETIME_TIMESTAMP_FILE: "/n/node-1/clock" };
  assert.equal(clockFile(environment, "/n/node-1"), "/n/node-1/clock");
});

describe("a JVM with a clock of its own", { skip: noOwnClocks() ?? false }, () => {
  const directory = path.join(home, "node-1");
  const [pidFile, consoleLog] = [path.join(directory, "node.pid"), path.join(directory, "console.log")];
  /** What it read last, and for how long it waited before. */
  const told = () => readFileSync(consoleLog, "utf8").trim().split("\n").at(-1)?.split(" ").map(Number) ?? [];
  /** How far from ours, in hours. */
  const shown = () => Math.round((Number(told()[0]) - Date.now()) / HOUR_MS);

  before(async () => {
    mkdirSync(directory, { recursive: true });
    writeFileSync(path.join(directory, "Kafka.java"), SOURCE);
    const command = path.join(await javaWithOwnClocks(), "bin/java");
    // A source file is run as it is; the name of the class that a node has is what the wrapper looks for.
    const args = [path.join(directory, "Kafka.java"), "kafka.Kafka", "server.properties"];
    launch({ command, args, directory, pidFile, consoleLog });
    await eventually("it tells the time", () => shown() === 0, 120_000);
  });
  after(() => stop(pidFile, 0));

  for (const [name, hours] of [["clock-ahead", 1] as const, ["clock-behind", -1] as const])
    test(`${name}: jumps, and jumps back`, async () => {
      assert.equal(await lasting[name]!.unfit!(1), undefined);
      await lasting[name]!.begin(1, 600_000);
      await eventually("it jumped", () => shown() === hours);
      await lasting[name]!.end(1);
      await eventually("it jumped back", () => shown() === 0);
    });

  test("waits for as long as it is told to, at another time too", async () => {
    assert.ok(told()[1]! >= WAIT_MS, `waited ${told()[1]} ms`);
    await lasting["clock-ahead"]!.begin(1, 600_000);
    await eventually("it jumped", () => shown() === 1);
    assert.ok(told()[1]! >= WAIT_MS, `waited ${told()[1]} ms`);
    await lasting["clock-ahead"]!.end(1);
    await eventually("it jumped back", () => shown() === 0);
  });

  test("jumps back by itself", async () => {
    await lasting["clock-ahead"]!.begin(1, 3_000);
    await eventually("it jumped", () => shown() === 1);
    await eventually("it jumped back", () => shown() === 0);
  });

  test("beyond the end of its certificate, unless that is so far that records would be too old", async () => {
    const { expire } = lasting;
    assert.match((await expire!.unfit!(1))!, /have no certificates/);
    mkdirSync(path.join(directory, "config"));
    const certify = async (days: number) => {
      const { certificate } = await makeAuthority("test", days, new Date());
      writeFileSync(path.join(directory, "config/keystore.pem"), certificate);
    };
    await certify(30);
    assert.match((await expire!.unfit!(1))!, /ends in 30 days/);
    await certify(2);
    await expire!.begin(1, 600_000);
    await eventually("it jumped", () => shown() === 49);
    await expire!.end(1);
    await eventually("it jumped back", () => shown() === 0);
  });
});

const SOURCE = `public class Kafka {
  public static void main(String[] args) throws Exception {
    Object nobody = new Object();
    for (;;) {
      long begun = System.nanoTime();
      synchronized (nobody) {
        nobody.wait(${WAIT_MS});
      }
      System.out.println(System.currentTimeMillis() + " " + Math.round((System.nanoTime() - begun) / 1e6));
    }
  }
}
`;
