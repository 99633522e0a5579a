import assert from "node:assert/strict";
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { pulumiEnvironment } from "../../toolchain/state.ts";
import { makeMachine } from "./machine.ts";

test("state: without a backend it is made in the state folder, once, and said once", (t) => {
  const { root, setup } = makeMachine(t);
  const first = pulumiEnvironment(setup.env);
  const passphrase = join(root, "state", "passphrase");
  assert.deepEqual(first.env, {
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_BACKEND_URL: `${pathToFileURL(join(root, "state", "pulumi")).href}?metadata=skip`,
    PULUMI_CONFIG_PASSPHRASE_FILE: passphrase,
  });
  assert.equal(first.notices.length, 2);
  assert.equal(statSync(passphrase).mode & 0o777, 0o600);
  const secret = readFileSync(passphrase, "utf8");
  assert.ok(secret.length >= 40);
  assert.ok(!first.notices.join().includes(secret));
  assert.deepEqual(pulumiEnvironment(setup.env), { env: first.env, notices: [] });
  assert.equal(readFileSync(passphrase, "utf8"), secret);
});

const chosen: Record<string, Record<string, string>> = {
  PULUMI_BACKEND_URL: { PULUMI_BACKEND_URL: "s3://bucket" },
  PULUMI_ACCESS_TOKEN: { PULUMI_ACCESS_TOKEN: "token" },
};
for (const [name, env] of Object.entries(chosen)) {
  test(`state: ${name} is left alone`, (t) => {
    const { setup } = makeMachine(t);
    assert.deepEqual(pulumiEnvironment({ ...setup.env, ...env }), {
      env: { PULUMI_SKIP_UPDATE_CHECK: "true" },
      notices: [],
    });
  });
}

for (const [current, expected] of [
  ["https://api.pulumi.com", undefined],
  ["", "file:"],
] as const) {
  test(`state: a login ${current ? "is used" : "that was logged out is not"}`, (t) => {
    const { root, setup } = makeMachine(t);
    mkdirSync(join(root, "pulumi"), { recursive: true });
    writeFileSync(join(root, "pulumi", "credentials.json"), JSON.stringify({ current }));
    assert.equal(pulumiEnvironment(setup.env).env.PULUMI_BACKEND_URL?.slice(0, 5), expected);
  });
}

test("state: a passphrase that the user set is used, even an empty one", (t) => {
  const { setup } = makeMachine(t);
  const { env, notices } = pulumiEnvironment({ ...setup.env, PULUMI_CONFIG_PASSPHRASE: "" });
  assert.equal(env.PULUMI_CONFIG_PASSPHRASE_FILE, undefined);
  assert.equal(notices.length, 1);
});
