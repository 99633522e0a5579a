import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, describe, test } from "node:test";
import { formatIssue, StackFileError } from "../../infra/errors.ts";
import { readPasswords } from "../../infra/given-passwords.ts";
import { loadStackFile } from "../../infra/stack-file.ts";

const folder = mkdtempSync(path.join(tmpdir(), "kafka-stacks-given-"));
after(() => rmSync(folder, { recursive: true }));
const file = path.join(folder, "app.password");
const stack = path.join(folder, "s.yaml");

function put(text: string, mode = 0o600): void {
  writeFileSync(file, text);
  chmodSync(file, mode);
}

/** What `up` reads, beside a stack file whose second line names the sources. */
function passwordsOf(...sources: readonly string[]): Record<string, string> {
  const users = sources.map((source, i) => `{ name: app${i || ""}, passwordFrom: { ${source} } }`);
  writeFileSync(stack, `security: { profile: scram }\nusers: [${users.join(", ")}]\n`);
  return readPasswords(loadStackFile(stack).passwords);
}

function problemsOf(...sources: readonly string[]): string[] {
  try {
    passwordsOf(...sources);
  } catch (error) {
    assert.ok(error instanceof StackFileError);
    return error.issues.map((issue) => formatIssue(issue).slice(formatIssue(issue).indexOf("s.yaml")));
  }
  return [];
}

const FILE = "file: app.password";
const at = "s.yaml:2:44 users[0].passwordFrom.file:";
const another = "give another, for example of: openssl rand -base64 24";

describe("files that hold a password", () => {
  for (const [title, text, password] of [
    ["one line", "correct horse\n", "correct horse"],
    ["without its end", "correct horse", "correct horse"],
    ["with the end of another system", "correct horse\r\n", "correct horse"],
    ["quotes and backslashes", `"a'b\\c;=#:,\n`, `"a'b\\c;=#:,`],
  ] as const)
    test(title, () => {
      put(text);
      assert.deepEqual(passwordsOf(FILE), { "given.app": password });
    });
});

describe("files that are refused, with the line that names them and without what they hold", () => {
  const rows: readonly (readonly [title: string, text: string, problem: string, mode?: number])[] = [
    [
      "others may read it",
      "correct horse\n",
      `wanted a file that others may not use, found mode 644 at ${file}; run: chmod 600 ${file}`,
      0o644,
    ],
    ["short", "horse\n", `wanted a password of at least 8 characters, found a shorter one; ${another}`],
    ["empty", "\n", `wanted a password of at least 8 characters, found a shorter one; ${another}`],
    [
      "two lines",
      "correct\nhorse\n",
      `wanted a password on one line, found a control character, or several lines; ${another}`,
    ],
    [
      "a tab",
      "correct\thorse\n",
      `wanted a password on one line, found a control character, or several lines; ${another}`,
    ],
    [
      "a letter that clients spell in several ways",
      "corréct horse\n",
      `wanted a password of ASCII characters, found another character; ${another}`,
    ],
    [
      "a space at its end",
      "correct horse \n",
      `wanted a password without spaces at its ends, found one there; ${another}`,
    ],
  ];
  for (const [title, text, problem, mode] of rows)
    test(title, () => {
      put(text, mode);
      assert.deepEqual(problemsOf(FILE), [`${at} ${problem}`]);
    });

  const next = "put the password there, on one line, and run: chmod 600 on the file";

  test("there is none", () => {
    rmSync(file, { force: true });
    assert.deepEqual(problemsOf(FILE), [`${at} wanted a file with the password, found none at ${file}; ${next}`]);
  });

  test("a folder", () => {
    mkdirSync(path.join(folder, "folder"), { mode: 0o700 });
    assert.deepEqual(problemsOf("file: folder"), [
      `${at} wanted a file with the password, found one that cannot be read (EISDIR) at ${path.join(folder, "folder")}; ${next}`,
    ]);
  });
});

describe("environment variables", () => {
  test("what it holds is taken out, so that no process that is started has it, and is known when asked again", () => {
    process.env.GIVEN_TEST = "correct horse";
    assert.deepEqual(passwordsOf("env: GIVEN_TEST"), { "given.app": "correct horse" });
    assert.equal(process.env.GIVEN_TEST, undefined);
    assert.deepEqual(passwordsOf("env: GIVEN_TEST"), { "given.app": "correct horse" });
  });

  test("not set; everything that is wrong is told at once", () => {
    put("horse\n");
    assert.deepEqual(problemsOf("env: GIVEN_NOWHERE", FILE), [
      "s.yaml:2:43 users[0].passwordFrom.env: wanted the password in the environment variable GIVEN_NOWHERE, found it not set; set GIVEN_NOWHERE for this command",
      `s.yaml:2:98 users[1].passwordFrom.file: wanted a password of at least 8 characters, found a shorter one; ${another}`,
    ]);
  });
});

test("the plan tells that a password is given, and has none made for that user", () => {
  put("correct horse\n");
  writeFileSync(
    stack,
    `security: { profile: scram }\nusers: [{ name: app, passwordFrom: { ${FILE} } }, { name: b }]\n`,
  );
  const { plan } = loadStackFile(stack);
  const { proof } = plan.security.identities.find(({ name }) => name === "app")!;
  assert.deepEqual(proof, { kind: "password", secret: "given.app", given: true });
  assert.deepEqual(
    plan.secrets.filter((name) => /app|\.b\./.test(name)),
    ["password.b.1"],
  );
});
