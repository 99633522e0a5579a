import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { UserError } from "../../../infra/errors.ts";
import { openInBrowser } from "../../../scripts/page/open-in-browser.ts";
import { eventually } from "../../helpers/eventually.ts";

const PROGRAM = { darwin: "open", win32: "explorer.exe" }[process.platform as string] ?? "xdg-open";
const { PATH } = process.env;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "kafka-stacks-open-"));
  process.env.PATH = folder;
});
afterEach(() => {
  process.env.PATH = PATH;
  rmSync(folder, { recursive: true, force: true });
});

test("the machine's own opener gets the whole path", async () => {
  const told = path.join(folder, "told");
  writeFileSync(path.join(folder, PROGRAM), `#!/bin/sh\necho "$1" > ${told}.new && /bin/mv ${told}.new ${told}\n`, {
    mode: 0o755,
  });
  await openInBrowser("page.html");
  await eventually("the opener was told", () => existsSync(told));
  assert.equal(readFileSync(told, "utf8").trim(), path.resolve("page.html"));
});

test("without one it says to open the page by hand", async () => {
  await assert.rejects(openInBrowser("page.html"), (error: UserError) => {
    assert.ok(error instanceof UserError);
    assert.equal(error.next, `open ${path.resolve("page.html")} by hand`);
    return true;
  });
});
