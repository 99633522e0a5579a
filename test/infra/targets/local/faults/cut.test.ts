import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import net from "node:net";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { nodeFaults } from "../../../../../infra/targets/local/faults.ts";
import { launch, stop } from "../../../../../infra/targets/local/provider/process.ts";
import { temporaryHome } from "../../../../helpers/cli.ts";
import { eventually } from "../../../../helpers/eventually.ts";

const { home, remove } = temporaryHome();
const directory = path.join(home, "node-1");
const pidFile = path.join(directory, "node.pid");
const { cut } = nodeFaults(home).lasting;
const why = await cut!.unfit!(1);

/** Listens, answers, keeps a connection open to its peer and says something on it, and opens new ones all the time. */
const NODE = `
  const net = require("node:net");
  const peer = Number(process.argv[1]);
  const server = net.createServer((socket) => socket.pipe(socket)).listen(0, "127.0.0.1", () => {
    const kept = net.connect(peer, "127.0.0.1");
    setInterval(() => kept.write("kept " + server.address().port + "\\n"), 50);
    setInterval(() => net.connect(peer, "127.0.0.1").on("error", () => {}).end("new\\n"), 50);
  });
`;

describe("a node of this machine without a network", { skip: why ?? false }, () => {
  const heard = { kept: 0, new: 0 };
  let port = 0;
  const peer = net.createServer((socket) => {
    socket.on("error", () => {}).setEncoding("utf8");
    socket.on("data", (text: string) => {
      port = Number(/kept (\d+)/.exec(text)?.[1] ?? port);
      if (text.includes("kept")) heard.kept++;
      if (text.includes("new")) heard.new++;
    });
  });
  const hears = async (what: keyof typeof heard) => {
    const since = heard[what];
    await sleep(500);
    return heard[what] > since;
  };

  before(async () => {
    mkdirSync(directory);
    await new Promise<void>((resolve) => peer.listen(0, "127.0.0.1", resolve));
    const args = ["-e", NODE, String((peer.address() as net.AddressInfo).port)];
    launch({ command: process.execPath, args, directory, pidFile, consoleLog: path.join(directory, "console.log") });
    await eventually("it speaks", () => port > 0 && heard.new > 0);
  });
  after(async () => {
    await cut!.end(1);
    await stop(pidFile, 0);
    peer.close();
    remove();
  });

  test("is not reached, reaches nobody, and others go on", async () => {
    const other = net.createServer((socket) => socket.pipe(socket));
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    assert.equal(await answers(port), true);
    await cut!.begin(1, 600_000);
    await sleep(200);
    assert.deepEqual([await hears("kept"), await hears("new"), await answers(port)], [false, false, false]);
    assert.equal(await answers((other.address() as net.AddressInfo).port), true);
    await cut!.end(1);
    assert.equal(await answers(port), true);
    await eventually("it speaks again, on the connection that it had too", () => hears("kept"));
    assert.equal(await hears("new"), true);
    other.close();
  });

  test("is back by itself when nobody ends it, and ending it then does nothing", async () => {
    await cut!.begin(1, 2_000);
    assert.equal(await answers(port), false);
    await eventually("it answers", () => answers(port));
    await cut!.end(1);
    assert.equal(await answers(port), true);
  });

  test("a run that was killed meanwhile is made good by the next", async () => {
    await cut!.begin(1, 600_000);
    await nodeFaults(home).lasting.cut!.end(1);
    assert.equal(await answers(port), true);
  });
});

/** Whether it echoes within half a second. */
function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, "127.0.0.1", () => socket.write("x"));
    const done = (answered: boolean) => {
      socket.destroy();
      resolve(answered);
    };
    socket.setTimeout(500, () => done(false));
    socket.on("error", () => done(false)).on("data", () => done(true));
  });
}
