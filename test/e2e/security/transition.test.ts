import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { describe, type TestContext, test } from "node:test";
import { identityOf } from "../../../scripts/kafka/identity.ts";
import { cli } from "../../helpers/cli.ts";
import { loginOf, tell, underLoad } from "../../helpers/load.ts";
import { securedCluster } from "./cluster.ts";

const lab = securedCluster(
  "e2e-transition",
  `
target: local
environment: dev
kafka: { version: 4.3.1 }
brokers: { count: 3 }
controllers: { count: 3, placement: combined }
`,
);
const users = lab.document.get("users");

/** As docs/security.md has it, with clients that go on all the time. */
describe("a live cluster goes from plaintext to secured", () => {
  let before: readonly string[] = [];

  test("it begins without security", async () => {
    lab.document.delete("users");
    await lab.run("up", lab.file, "--yes", "--skip", "smoke");
    before = (await lab.deployed()).cluster.bootstrapServers;
  });

  test("one step is too large, and is refused before anything changes", async () => {
    lab.document.setIn(["security", "profile"], "scram");
    lab.document.set("users", users);
    writeFileSync(lab.file, lab.document.toString());
    const { code, stderr } = await cli(lab.home, "up", lab.file, "--yes");
    assert.equal(code, 1);
    assert.match(stderr, /security\.transition: open, then switch, then without it/);
  });

  test("open: the secured listeners come beside the others, and clients see nothing of it", async (t) => {
    await step(t, "open", before);
    const { cluster, access } = await lab.deployed();
    assert.deepEqual(cluster.bootstrapServers, before);
    assert.equal(access.profile, "plaintext");
  });

  test("switch: nodes use the secured listeners, clients are told them, and the earlier ones go on", async (t) => {
    await step(t, "switch", before);
    const { cluster, access } = await lab.deployed();
    assert.notDeepEqual(cluster.bootstrapServers, before);
    assert.equal(access.profile, "scram");
  });

  test("the end: clients that have moved see nothing of it, and nobody gets in without a name", async (t) => {
    const { cluster } = await lab.deployed();
    await step(t, undefined, cluster.bootstrapServers, "alice");
    const { code } = await cli(lab.home, "smoke", lab.file);
    assert.equal(code, 0);
    await assert.rejects(
      underLoad(before, "orders", async () => {}),
      /ECONNREFUSED|Connection error/,
    );
  });
});

/** An `up` at the next step, under load of a client at these addresses. */
async function step(
  t: TestContext,
  transition: string | undefined,
  servers: readonly string[],
  user?: string,
): Promise<void> {
  if (transition) lab.document.setIn(["security", "transition"], transition);
  else lab.document.deleteIn(["security", "transition"]);
  const { access } = await lab.deployed();
  const login = loginOf(user === undefined ? undefined : identityOf(access, user));
  const report = await underLoad(
    servers,
    "orders",
    async () => void (await lab.run("up", lab.file, "--yes", "--skip", "smoke")),
    login,
  );
  tell(t, transition ?? "the end", report);
  assert.deepEqual({ lost: report.lost, errors: report.errors }, { lost: [], errors: [] });
  assert.ok(report.acked > 0);
}
