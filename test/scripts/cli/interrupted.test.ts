/** Every command that waits for a cluster, at brokers that accept connections and say nothing more. */
import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import path from "node:path";
import { after, before, describe, type TestContext, test } from "node:test";
import type { ClusterOutputs, NodeOutputs } from "../../../infra/outputs.ts";
import { processStart } from "../../../toolchain/process.ts";
import { locatePulumi } from "../../../toolchain/pulumi.ts";
import { childrenOf, type Running, startCli, temporaryHome } from "../../helpers/cli.ts";
import { eventually } from "../../helpers/eventually.ts";
import { importStack } from "../../helpers/imported-stack.ts";

const skip = locatePulumi() ? false : "no Pulumi CLI on this machine: run `npx pulumi version`";

/** Only a test that fails waits so long. */
const BEGUN_WITHIN_MS = 120_000;

/** Seconds on a machine of its own; a minute is what a command waits that does not listen. */
const LISTENS_WITHIN_MS = 30_000;

/** Left alone, each of them waits for many seconds, or for ever. */
const WAITING: readonly (readonly [command: string, code: number])[] = [
  ["health dev", 130],
  ["health dev --watch", 0],
  ["topics plan dev", 130],
  ["topics apply dev --yes", 130],
  ["rebalance plan dev", 130],
  ["smoke dev", 130],
  ["upgrade dev", 130],
  ["upgrade dev --finalize --yes", 130],
  ["replace-node dev 2 --yes", 130],
  ["chaos dev --yes", 130],
];

describe("interrupted at silent brokers", { skip }, () => {
  const { home, remove } = temporaryHome();
  const servers: Server[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;

  before(async () => {
    const addresses = await Promise.all([1, 2, 3].map(() => listen()));
    importStack(home, clusterAt(addresses));
  });
  after(() => {
    for (const socket of sockets) socket.destroy();
    for (const server of servers) server.close();
    remove();
  });

  async function listen(): Promise<string> {
    const server = createServer((socket) => {
      connections++;
      sockets.add(socket);
      socket.on("error", () => {});
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return `127.0.0.1:${(server.address() as { port: number }).port}`;
  }

  for (const [command, code] of WAITING)
    test(command, async (t) => {
      // One after the other, so that a new connection is this one's.
      const before = connections;
      const running = startCli(home, command.split(" "));
      t.after(() => kill(running));
      await eventually("it waits for a broker", () => connections > before, BEGUN_WITHIN_MS);
      await interrupt(t, running, code);
    });
});

test("interrupted while Maven runs: it is ended, and nothing half-made is left", { skip }, async (t) => {
  const { home, remove } = temporaryHome();
  t.after(remove);
  const [bin, cache, begun] = ["bin", "cache", "begun"].map((name) => path.join(home, name)) as [
    string,
    string,
    string,
  ];
  mkdirSync(bin);
  const maven = path.join(bin, "mvn");
  // As the real one, it starts a program of its own.
  const slow = `[ "$1" = -v ] && { echo "Apache Maven 3.9.9"; exit 0; }\nsleep 600 &\necho $! > ${begun}\nwait`;
  writeFileSync(maven, `#!/bin/sh\n${slow}\n`);
  chmodSync(maven, 0o755);
  const env = { PATH: `${bin}:${process.env.PATH}`, KAFKA_STACKS_CACHE: cache };
  const running = startCli(home, ["up", "dev", "--yes"], env);
  t.after(() => kill(running));
  const runs = () => existsSync(begun) && readFileSync(begun, "utf8").trim() !== "";
  await eventually("Maven runs", runs, BEGUN_WITHIN_MS);
  await interrupt(t, running, 130);
  assert.equal(processStart(Number(readFileSync(begun, "utf8"))), undefined, "what Maven had started has ended");
  const left = readdirSync(cache, { recursive: true }).filter((name) => /\.part-|\.lock$/.test(String(name)));
  assert.deepEqual(left, []);
});

function kill({ pid }: Running): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended, as it should.
  }
}

/** Ctrl-C, and what is left of it: one message with a next step, one exit code, no child. */
async function interrupt(t: TestContext, { pid, finished }: Running, code: number): Promise<void> {
  const children = childrenOf(pid);
  const began = performance.now();
  process.kill(pid, "SIGINT");
  const ended = await finished;
  const tookMs = Math.round(performance.now() - began);
  t.diagnostic(`ended ${tookMs} ms after SIGINT`);
  assert.ok(tookMs < LISTENS_WITHIN_MS, "before its wait was over");
  assert.equal(ended.code, code, ended.stderr);
  const said = ended.stderr.split("\n").filter((line) => /^interrupted/.test(line));
  assert.equal(said.length, code === 0 ? 0 : 1, ended.stderr);
  for (const line of said) assert.match(line, /^interrupted: .+; next: .+/);
  assert.doesNotMatch(ended.stderr, /^error:/m);
  for (const child of children) assert.equal(processStart(child), undefined, "its child has ended");
}

function clusterAt(addresses: readonly string[]): ClusterOutputs {
  const nodes = addresses.map((address, i): NodeOutputs => {
    return { id: i + 1, roles: ["broker", "controller"], rack: null, address, controllerAddress: address };
  });
  return {
    ...{ schemaVersion: 1, stack: "dev", target: "local", mode: "kraft", kafkaVersion: "4.3.1", clusterId: "some-id" },
    ...{ bootstrapServers: [...addresses], nodes },
  };
}
