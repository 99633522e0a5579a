import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { describe, it } from "node:test";
import { readGateState } from "../../../scripts/kafka/gate-state.ts";
import { brokerServes, controllerServes, zookeeperServes } from "../../../scripts/kafka/serves.ts";
import { zookeeperRole } from "../../../scripts/kafka/zookeeper.ts";

/** Runs `use` against a TCP server that treats every connection alike. */
async function against(handle: (socket: Socket) => void, use: (address: string) => Promise<void>): Promise<void> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    handle(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    await use(`127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
}

async function noneServes(address: string): Promise<void> {
  const answers = [brokerServes(address, 1, 300), controllerServes(address, 1, 300), zookeeperServes(address, 300)];
  assert.deepEqual(await Promise.all(answers), [false, false, false]);
}

describe("a node that does not serve is false, not an error", () => {
  it("when it refuses", () => noneServes("127.0.0.1:1"));
  it("when it hangs", () => against(() => {}, noneServes));
  it("when it hangs up", () => against((socket) => socket.end(), noneServes));
  it("when it speaks something else", () =>
    against((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"), noneServes));
});

describe("zookeeperRole", () => {
  const rows = [
    ["Zookeeper version: 3.8.6\nMode: follower\nNode count: 5\n", "follower"],
    ["Zookeeper version: 3.8.6\nMode: leader\nNode count: 5\n", "leader"],
    ["This ZooKeeper instance is not currently serving requests\n", null],
    ["srvr is not executed because it is not in the whitelist.\n", null],
  ] as const;
  for (const [answer, role] of rows)
    it(`reads ${role} from ${JSON.stringify(answer.split("\n")[0])}`, () =>
      against(
        (socket) => socket.once("data", () => socket.end(answer)),
        async (address) => assert.equal(await zookeeperRole(address, 30_000), role),
      ));
});

describe("readGateState", () => {
  it("names every address when none answers", () =>
    assert.rejects(readGateState(["127.0.0.1:1", "127.0.0.1:2"], true, 30_000), {
      message:
        "no broker answers (127.0.0.1:1: connect ECONNREFUSED 127.0.0.1:1; 127.0.0.1:2: connect ECONNREFUSED 127.0.0.1:2)",
    }));
});
