import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, describe, test } from "node:test";
import { formatIssue, StackFileError } from "../../infra/errors.ts";
import { loadStackFile } from "../../infra/stack-file.ts";
import { keytabOf } from "../helpers/keytab.ts";

const folder = mkdtempSync(path.join(tmpdir(), "kafka-stacks-test-"));
after(() => rmSync(folder, { recursive: true }));
const stack = path.join(folder, "given.yaml");
const at = (name: string) => path.join(folder, name);
writeFileSync(at("krb5.conf"), "[libdefaults]\n");
writeFileSync(at("good.keytab"), keytabOf("kafka/other@R.ORG", "kafka/localhost@R.ORG"));
writeFileSync(at("other.keytab"), keytabOf("kafka/other@R.ORG"));
writeFileSync(at("empty.keytab"), keytabOf());
writeFileSync(at("text"), "a text");

const kerberos = (keytab: string, krb5Conf = "krb5.conf") =>
  `security:\n  profile: scram\n  kerberos:\n    realm: R.ORG\n    krb5Conf: ${krb5Conf}\n    keytab: ${keytab}\n`;
const ADVICE =
  "have it made (kadmin: ktadd -k kafka.keytab kafka/localhost@R.ORG), or set host, serviceName and realm to what it has";
const unusable = (found: string) =>
  `6:13 security.kerberos.keytab: wanted a keytab with a key of kafka/localhost@R.ORG, found ${found}; ${ADVICE}`;

/** Title, stack, and what is wrong with it, after the name of the file. */
const rows: readonly (readonly [title: string, text: string, problems: readonly string[]])[] = [
  ["a keytab with the brokers' key", kerberos("good.keytab"), []],
  [
    "files that are not there",
    kerberos("none.keytab", "none.conf"),
    [
      `5:15 security.kerberos.krb5Conf: wanted a Kerberos configuration, found none at ${at("none.conf")}; name a file that you can read`,
      `6:13 security.kerberos.keytab: wanted a keytab, found none at ${at("none.keytab")}; name a file that you can read`,
    ],
  ],
  [
    "a folder",
    kerberos("good.keytab", "."),
    [
      `5:15 security.kerberos.krb5Conf: wanted a Kerberos configuration, found one that cannot be read (EISDIR) at ${folder}; name a file that you can read`,
    ],
  ],
  ["a keytab of another host", kerberos("other.keytab"), [unusable("keys of kafka/other@R.ORG")]],
  ["a keytab without keys", kerberos("empty.keytab"), [unusable("keys of nobody")]],
  ["a text", kerberos("text"), [unusable("no keytab")]],
  [
    "an authority that is not there",
    "security:\n  profile: tls\n  certificates:\n    authority: { certificate: text, key: ca.key }\n",
    [
      `4:42 security.certificates.authority.key: wanted a PEM file, found none at ${at("ca.key")}; name a file that you can read`,
    ],
  ],
];

describe("files that a stack names", () => {
  for (const [title, text, problems] of rows)
    test(title, () => {
      writeFileSync(stack, text);
      assert.equal(loadStackFile(stack).name, "given", "who looks at a cluster or stops it needs none of them");
      let found: readonly string[] = [];
      try {
        loadStackFile(stack, { toDeploy: true });
      } catch (error) {
        assert.ok(error instanceof StackFileError);
        found = error.issues.map(formatIssue);
      }
      const name = path.relative(process.cwd(), stack).startsWith("..") ? stack : path.relative(process.cwd(), stack);
      assert.deepEqual(
        found,
        problems.map((problem) => `${name}:${problem}`),
      );
    });
});
