import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { test } from "node:test";
import { createClient } from "../../../scripts/kafka/client.ts";
import { withNode } from "../../../scripts/kafka/gaps.ts";
import { leadTo, wayTo } from "../../../scripts/kafka/ways.ts";

const TOLD = "127.0.0.1:1";

test("both client libraries go where an address leads, and straight to every other", async () => {
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    socket.on("error", () => {}).end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const connectionsOf = async (use: () => Promise<unknown>) => {
    const before = connections;
    await use().catch(() => {});
    return connections - before;
  };
  const admin = () => createClient([TOLD], "test", { retry: { retries: 0 } }).admin();
  const ask = [
    () => withNode(TOLD, 1_000, async () => {}),
    async () => {
      const client = admin();
      await client.connect().finally(() => client.disconnect());
    },
  ];
  for (const use of ask) assert.equal(await connectionsOf(use), 0);
  leadTo(TOLD, (server.address() as AddressInfo).port);
  for (const use of ask) assert.ok((await connectionsOf(use)) > 0);
  assert.deepEqual(wayTo("127.0.0.1", 2), { host: "127.0.0.1", port: 2 });
  server.close();
});
