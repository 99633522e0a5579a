import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { nextStep } from "../../../../../infra/targets/kubernetes/rollout/decide.ts";
import { World, type WorldNode } from "./world.ts";

const SHAPES = {
  combined: [1, 2, 3].map((id) => ({ id, roles: ["broker", "controller"] as const })),
  dedicated: [
    ...[1001, 1002, 1003].map((id) => ({ id, roles: ["controller"] as const })),
    ...[1, 2, 3, 4].map((id) => ({ id, roles: ["broker"] as const })),
  ],
  single: [{ id: 1, roles: ["broker", "controller"] as const }],
};

const anyNode = fc.record({
  is: fc.constantFrom("gone", "ending", "down", "up", "ready", "ready", "ready"),
  version: fc.constantFrom("old", "old", "new", "bad"),
});

const anyWorld = fc
  .constantFrom(...Object.values(SHAPES))
  .chain((shape) => fc.tuple(...shape.map((node) => anyNode.map((state) => ({ ...node, ...state })))))
  .map((nodes) => new World(nodes.map((node): WorldNode => ({ ...node, forMs: 0, owed: false }))));

/** What the world does of itself: who moves in each tick, and whose check fails. */
const anyLuck = fc.record({
  slow: fc.array(fc.nat(3), { maxLength: 60 }),
  flaps: fc.array(fc.option(fc.constantFrom(1, 2, 3, 1001, 1002), { freq: 8 }), { maxLength: 60 }),
  asksKafka: fc.boolean(),
});

test("next step: whatever the start and whatever fails meanwhile, it ends, in order, with one pod taken at a time", () => {
  let [restarts, wedges] = [0, 0];
  fc.assert(
    fc.property(anyWorld, anyLuck, (world, { slow, flaps, asksKafka }) => {
      for (let tick = 0; tick < 600; tick++) {
        const observed = world.observe(asksKafka);
        const step = nextStep(observed);
        assert.notEqual(step.action, "fail");
        if (step.action === "done") {
          assert.ok(world.nodes.every(({ is, version }) => is === "ready" && version === "new"));
          return;
        }
        if (step.action === "restart") {
          const node = observed.nodes.find(({ id }) => id === step.id)!;
          const others = observed.nodes.filter(({ id }) => id !== step.id);
          assert.ok(node.stale, "what is current stays");
          assert.equal(step.how, node.is === "ready" ? "evict" : "delete");
          if (node.is === "ready") {
            restarts++;
            assert.ok(
              others.every(({ is }) => is === "ready"),
              "a pod that serves goes only when all others serve",
            );
            const earlier = others.filter(
              ({ roles }) => roles.join() === "controller" && node.roles.join() === "broker",
            );
            assert.ok(!earlier.some((one) => one.stale), "controllers go before brokers");
          }
          if (node.is === "up") {
            wedges++;
            assert.ok(!others.some(({ owed }) => owed), "none that runs goes while one that served is away");
          }
          world.take(step.id);
          assert.ok(world.nodes.filter(({ owed }) => owed).length <= 1, "never two down because of us");
        }
        world.tick((id) => slow[tick] === undefined || id % 4 !== slow[tick]);
        const flap = flaps[tick];
        if (typeof flap === "number") world.flap(flap);
      }
      assert.fail(`no end: ${JSON.stringify(world.nodes)}, ${JSON.stringify(nextStep(world.observe(asksKafka)))}`);
    }),
    { numRuns: 2_000 },
  );
  assert.ok(restarts > 1_000 && wedges > 100, "both kinds of restart happened");
});
