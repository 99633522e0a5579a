import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { keptAdmin } from "../../../../infra/targets/security/admin.ts";
import { keep } from "../../../../infra/targets/security/kept.ts";

const home = mkdtempSync(path.join(tmpdir(), "kept-admin-"));
after(() => rmSync(home, { recursive: true }));

const pair = (name: string) => ({ certificate: `${name}.crt\n`, key: `${name}.key\n` });
const authority = "old.crt\nnew.crt\n";
const passwords = { "password.kafka-admin.1": "first", "password.kafka-admin.2": "second", "zookeeper.x": "other" };

const rows: readonly (readonly [
  what: string,
  pems: readonly string[] | undefined,
  kept: { readonly rotation?: number; readonly secrets: Readonly<Record<string, string>> },
  expected: object | undefined,
])[] = [
  ["nothing was kept", undefined, { secrets: passwords }, undefined],
  ["by password", ["node-1"], { secrets: passwords }, { name: "kafka-admin", authority, password: "first" }],
  [
    "by password, the second",
    ["node-1"],
    { rotation: 2, secrets: passwords },
    { name: "kafka-admin", authority, password: "second", earlier: ["first"] },
  ],
  [
    "by certificate",
    ["node-1", "user-kafka-admin.1"],
    { secrets: {} },
    { name: "kafka-admin", authority, ...pair("user-kafka-admin.1") },
  ],
  ["where nobody has a name", ["node-1"], { secrets: {} }, { name: "anonymous", authority }],
];

for (const [what, pems, kept, expected] of rows)
  test(`the admin, by what was kept: ${what}`, () => {
    const directory = mkdtempSync(path.join(home, "cluster-"));
    const issued = pems && Object.fromEntries(pems.map((name) => [name, pair(name)]));
    const authorities = ["old", "new"].map((name) => ({ ...pair(name), given: false }));
    if (issued) keep(directory, { phase: "trustBoth", authorities, pems: issued });
    assert.deepEqual(keptAdmin(directory, kept), expected);
  });
