import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { after, describe, it } from "node:test";
import { cli, temporaryHome } from "../../helpers/cli.ts";

describe("kafka-stacks access", () => {
  const { home, remove } = temporaryHome();
  after(remove);

  it("has nothing to manage where nobody has a name, whether the stack is up or not", async () => {
    const words = "nothing to manage: with security.profile plaintext nobody has a name; scram and mtls have users\n";
    for (const verb of ["plan", "apply"])
      assert.deepEqual(await cli(home, "access", verb, "dev"), { code: 0, stdout: words, stderr: "" });
    const { code, stdout } = await cli(home, "access", "plan", "dev", "--json");
    const report = { schemaVersion: 1, stack: "dev", profile: "plaintext", inSync: true, changes: [] };
    assert.deepEqual([code, JSON.parse(stdout)], [0, report]);
  });

  it("asks a stack with users for its cluster", async () => {
    const file = path.join(home, "shop.yaml");
    const security = { profile: "scram" };
    writeFileSync(file, JSON.stringify({ target: "local", environment: "dev", preset: "dev", security }));
    const { code, stderr } = await cli(home, "access", "plan", file);
    assert.deepEqual(
      [code, stderr.split("\n")[0]],
      [1, "error: stack shop is not up: it was never brought up from here"],
    );
  });

  it("shows its verbs and refuses others", async () => {
    assert.match(
      (await cli(home, "access", "--help")).stdout,
      /plan \[options\] <stack>[\s\S]*apply \[options\] <stack>/,
    );
    assert.equal((await cli(home, "access", "frob")).code, 2);
  });
});
