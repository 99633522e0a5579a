import assert from "node:assert/strict";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { describe, it } from "node:test";
import { healthServer } from "../../../scripts/commands/health-server.ts";
import { type CheckResult, type HealthReport, healthReport } from "../../../scripts/ops/health/report.ts";

async function serving(
  check: () => Promise<HealthReport>,
  use: (get: (path: string) => Promise<Response>) => Promise<void>,
): Promise<void> {
  const server = healthServer("dev", check).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  try {
    await use((path) => fetch(`http://127.0.0.1:${port}${path}`));
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

const report = (...checks: CheckResult[]) => healthReport("dev", checks, 5);
const good: CheckResult = { name: "brokers", status: "pass", detail: "all" };
const bad: CheckResult = { name: "disk", status: "fail", detail: "full", hint: "empty it" };

describe("healthServer", () => {
  it("says OK", () =>
    serving(
      async () => report(good),
      async (get) => {
        const answer = await get("/healthcheck");
        assert.deepEqual([answer.status, await answer.text()], [200, "OK"]);
      },
    ));

  it("says what fails", () =>
    serving(
      async () => report(good, bad),
      async (get) => {
        const answer = await get("/healthcheck");
        assert.equal(answer.status, 503);
        assert.deepEqual(await answer.json(), { schemaVersion: 1, stack: "dev", healthy: false, checks: [bad] });
      },
    ));

  it("survives a check that throws", () =>
    serving(
      () => Promise.reject(new Error("boom")),
      async (get) => assert.equal((await get("/healthcheck")).status, 503),
    ));

  it("looks once for many who ask within a second", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    let looks = 0;
    const check = async () => {
      looks++;
      return report(good);
    };
    await serving(check, async (get) => {
      await Promise.all(Array.from({ length: 5 }, () => get("/healthcheck")));
      await get("/healthcheck");
      assert.equal(looks, 1);
      t.mock.timers.tick(1_000);
      await get("/healthcheck");
      assert.equal(looks, 2);
    });
  });

  it("knows no other path", () =>
    serving(
      async () => report(good),
      async (get) => assert.equal((await get("/")).status, 404),
    ));
});
