import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { CATALOG } from "../../../capacity/catalog.ts";
import { defineWorkload } from "../../../capacity/workload.ts";
import { UserError } from "../../../infra/errors.ts";
import { writePage } from "../../../scripts/page/write-page.ts";

const folder = mkdtempSync(path.join(tmpdir(), "kafka-stacks-page-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const file = path.join(folder, "page.html");

const topics = [{ name: "</script><b>&amp;", share: 1, minPartitions: 1 }];
const plan = { workload: defineWorkload({ produceBytesPerSec: 5e6, topics }), machine: CATALOG["m7g.large"]! };

test("the page is one file that replaces the last one and names nothing outside", async () => {
  writeFileSync(file, "the last one");
  await writePage(file, plan);
  const page = readFileSync(file, "utf8");
  assert.deepEqual(readdirSync(folder), ["page.html"]);
  assert.match(page, /^<!doctype html>/);
  assert.doesNotMatch(page, /<script[^>]* src=|<link[^>]* href="(?!data:)|@import|url\(["']?http|\son\w+="/);
  assert.match(page, /Content-Security-Policy" content="default-src 'none'/);
});

test("what is in the plan cannot end the script", () => {
  const page = readFileSync(file, "utf8");
  assert.equal(page.match(/<\/script/g)?.length, 2);
  const [, json] = /<script type="application\/json" id="start">(.*?)<\/script>/s.exec(page) ?? [];
  assert.deepEqual(JSON.parse(json ?? ""), plan);
});

test("a page that cannot be written is a fault that says what to do, and leaves nothing behind", async () => {
  await assert.rejects(writePage(path.join(folder, "nowhere", "page.html"), plan), UserError);
  await assert.rejects(writePage(folder, plan), (error: UserError) => /name a file/.test(error.next));
  assert.deepEqual(
    readdirSync(path.dirname(folder)).filter((name) => name.startsWith(`${path.basename(folder)}.`)),
    [],
  );
});
