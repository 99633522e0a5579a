import assert from "node:assert/strict";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { wrongPassphrase } from "../../../toolchain/backend/passphrase.ts";
import { pulumiEnvironment, requireNoOwnState } from "../../../toolchain/state.ts";
import { makeMachine } from "../machine.ts";
import { checkpoint, put, SALT, STATE } from "./kept.ts";

const PLACE = `state/pulumi/${STATE}`;

for (const [what, empty] of [
  ["gone", false],
  ["empty", true],
] as const)
  test(`a passphrase that is ${what} is not replaced while a state is encrypted with it`, (t) => {
    const { root, setup } = makeMachine(t);
    const file = join(root, "state", "passphrase");
    put(root, PLACE, checkpoint("now"));
    if (empty) put(root, "state/passphrase", "\n");
    assert.throws(
      () => pulumiEnvironment(setup.env, { stack: "dev" }),
      ({ message, next }: Error & { next: string }) => {
        assert.match(message, new RegExp(`^the passphrase in ${file} is ${what}, and the state of dev is encrypted`));
        assert.match(next, /^put the file back from your backup, or set PULUMI_CONFIG_PASSPHRASE/);
        return true;
      },
    );
    assert.equal(existsSync(file), empty);
    // A person may give it in another way.
    pulumiEnvironment({ ...setup.env, PULUMI_CONFIG_PASSPHRASE: "known" }, { stack: "dev" });
  });

test("nor while a state cannot be read: it may be", (t) => {
  const { root, setup } = makeMachine(t);
  put(root, PLACE, "{");
  assert.throws(() => pulumiEnvironment(setup.env, { stack: "dev" }), /the state of stack dev .* is not whole/);
  assert.throws(() => pulumiEnvironment(setup.env, { stack: "other" }), /the passphrase in .* is gone/);
});

test("a salt that the settings lost, or that is another, is put back from the state", (t) => {
  const { root, setup } = makeMachine(t);
  put(root, PLACE, checkpoint("now"));
  put(root, "state/passphrase", "known");
  const file = join(root, "state", "Pulumi.dev.yaml");
  const settings = () => readFileSync(file, "utf8");
  const put1 = (text: string) => put(root, "state/Pulumi.dev.yaml", text);
  const repair = () => pulumiEnvironment(setup.env, { stack: "dev" }).notices;
  assert.equal(repair().length, 1);
  assert.equal(settings(), `encryptionsalt: ${SALT}\n`);
  assert.deepEqual(repair(), []);
  for (const text of ["", "encryptionsalt: v1:mW", "encryptionsalt: v1:aaaa:v1:bbbb:cccc\n"]) {
    put1(text);
    assert.equal(repair().length, 1, text);
    assert.match(settings(), new RegExp(`^encryptionsalt: ${SALT.replaceAll(/[+]/g, "\\$&")}$`, "m"));
  }
  put1("config:\n  kafka-stacks:roll: now\n");
  repair();
  assert.equal(settings(), `config:\n  kafka-stacks:roll: now\nencryptionsalt: ${SALT}\n`);
  put1("config:\n  kafka-st: {\n");
  assert.match(repair().join(), /its other settings are lost/);
  // Secrets of a person's are encrypted with the salt that stands there.
  const other = "encryptionsalt: v1:aaaa:v1:bbbb:cccc\nconfig:\n  x:\n    secure: v1:dddd:eeee\n";
  put1(other);
  assert.deepEqual([repair(), settings()], [[], other]);
});

test("a salt without a state goes when a new passphrase is made, for no passphrase would fit", (t) => {
  const { root, setup } = makeMachine(t);
  const file = put(root, "state/Pulumi.dev.yaml", `config:\n  kafka-stacks:roll: now\nencryptionsalt: ${SALT}\n`);
  assert.match(pulumiEnvironment(setup.env).notices.at(-1)!, /had the salt of a passphrase that is gone/);
  assert.equal(readFileSync(file, "utf8"), "config:\n  kafka-stacks:roll: now\n");
});

test("a file of the user's that is not there is named", (t) => {
  const { setup } = makeMachine(t);
  const env = { ...setup.env, PULUMI_CONFIG_PASSPHRASE_FILE: "/none" };
  assert.throws(() => pulumiEnvironment(env), /PULUMI_CONFIG_PASSPHRASE_FILE: .* found none at \/none/);
});

test("a wrong one: where it came from, and where the right one may be", (t) => {
  const { root, setup } = makeMachine(t);
  const own = put(root, "state/passphrase", "known");
  const set = wrongPassphrase({ ...setup.env, PULUMI_CONFIG_PASSPHRASE: "x" }, "dev");
  assert.match(set.message, /^the passphrase in PULUMI_CONFIG_PASSPHRASE is not the one/);
  assert.equal(set.next, `run it without that variable: the passphrase in ${own} is used then`);
  const file = wrongPassphrase({ ...setup.env, PULUMI_CONFIG_PASSPHRASE_FILE: "/p" }, "dev");
  assert.match(file.message, /^the passphrase in PULUMI_CONFIG_PASSPHRASE_FILE \(\/p\) is not/);
  writeFileSync(own, "");
  const empty = wrongPassphrase({ ...setup.env, PULUMI_CONFIG_PASSPHRASE: "x" }, "dev");
  assert.match(empty.next, /^give the one/, "an empty file is no way on");
  rmSync(own);
  assert.match(wrongPassphrase(setup.env, "dev").next, /^give the one with which dev was brought up/);
});

test("a stack that the state folder has is not made again in another backend", (t) => {
  const { root, setup } = makeMachine(t);
  put(root, PLACE, checkpoint("now"));
  const cloud = { ...setup.env, PULUMI_ACCESS_TOKEN: "token" };
  assert.throws(() => requireNoOwnState("dev", cloud), /Pulumi is logged in to Pulumi Cloud, which has no stack dev/);
  assert.throws(
    () => requireNoOwnState("dev", { ...setup.env, PULUMI_BACKEND_URL: "s3://x" }),
    /logged in to s3:\/\/x/,
  );
  requireNoOwnState("other", cloud);
  requireNoOwnState("dev", setup.env);
  requireNoOwnState("dev", { ...setup.env, PULUMI_BACKEND_URL: `file://${join(root, "state/pulumi")}?metadata=skip` });
  put(root, PLACE, checkpoint("down", 0));
  requireNoOwnState("dev", cloud);
});

test("a file backend of the user's own is looked after too, in every spelling of its place", (t) => {
  const { root, setup } = makeMachine(t);
  const place = put(root, `Zoë's/${STATE}`, "");
  for (const url of [`file://${root}/Zoë's`, `file://${encodeURI(`${root}/Zoë's`)}?metadata=skip`, "file://~/Zoë's"]) {
    put(root, `Zoë's/${STATE}`, "");
    put(root, `Zoë's/${STATE}.bak`, checkpoint("before"));
    assert.match(pulumiEnvironment({ ...setup.env, PULUMI_BACKEND_URL: url }).notices.join(), /put back/, url);
    assert.equal(readFileSync(place, "utf8"), checkpoint("before"));
  }
});
