import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import { test } from "node:test";
import { isPortFree, pickPorts } from "../../../../infra/targets/decisions/ports.ts";

test("ports are distinct, free, below the ephemeral range and not those of other nodes", async () => {
  const first = await pickPorts(["a", "b", "c"], "seed", new Set());
  const values = Object.values(first);
  assert.equal(new Set(values).size, 3);
  for (const port of values) assert.ok(port >= 1024 && port < 32_768);
  const next = await pickPorts(["d"], "seed", new Set(values));
  assert.ok(!values.includes(next.d!));
});

test("the same seed finds the same ports again", async () => {
  assert.deepEqual(await pickPorts(["a", "b"], "again", new Set()), await pickPorts(["a", "b"], "again", new Set()));
});

test("a port that someone listens on is passed over", async (t) => {
  const { a } = await pickPorts(["a"], "taken", new Set());
  const server = createServer().listen(a, "127.0.0.1");
  t.after(() => server.close());
  await once(server, "listening");
  assert.equal(await isPortFree(a!), false);
  assert.notEqual((await pickPorts(["a"], "taken", new Set())).a, a);
});
