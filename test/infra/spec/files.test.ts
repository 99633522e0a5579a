import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, describe, test } from "node:test";
import { UserError } from "../../../infra/errors.ts";
import { loadStackFile } from "../../../infra/stack-file.ts";

const folder = mkdtempSync(path.join(tmpdir(), "stack-files-"));
after(() => rmSync(folder, { recursive: true }));
const at = (name: string) => path.join(folder, name);
writeFileSync(at("shop.yaml"), "preset: dev\nenvironment: dev\n");
writeFileSync(at("store.yml"), "preset: dev\nenvironment: dev\n");
writeFileSync(at("data.json"), '{ "preset": "dev" }\n');
mkdirSync(at("folder.yaml"));
writeFileSync(at("windows.yaml"), Buffer.from("\uFEFFpreset: dev\n", "utf16le"));
writeFileSync(at("latin.yaml"), Buffer.from("preset: dev # gr\xfc\xdfe\n", "latin1"));
writeFileSync(at("Shop_One.yaml"), "preset: dev\n");

/** What is told about an argument, with the folder's name taken out. */
function toldOf(argument: string): readonly [message: string, next: string] {
  try {
    loadStackFile(argument);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    assert.equal(error.exitCode, 2);
    return [error.message.replaceAll(folder, "F"), error.next.replaceAll(folder, "F")];
  }
  return ["", ""];
}

const ROWS: readonly (readonly [title: string, argument: string, message: string, next: string | RegExp])[] = [
  [
    "a misspelt name",
    "devv",
    "wanted a stack file, found no stacks/devv.yaml",
    /^did you mean dev\? Otherwise choose /,
  ],
  ["a misspelt path", at("shpo.yaml"), "wanted a stack file, found no F/shpo.yaml", /^did you mean shop\? Otherwise /],
  ["the other ending", at("store.yaml"), "wanted a stack file, found no F/store.yaml", "did you mean F/store.yml?"],
  ["a folder", folder, "wanted a stack file, found the folder F", /^name one of its files: .*F\/shop\.yaml/],
  [
    "a folder that ends in .yaml",
    at("folder.yaml"),
    "wanted a stack file, found the folder F/folder.yaml",
    "name a file that ends in .yaml",
  ],
  [
    "JSON",
    at("data.json"),
    "wanted a path that ends in .yaml, found F/data.json",
    "rename it to F/data.yaml (YAML reads JSON too)",
  ],
  [
    "another ending",
    at("shop.json"),
    "wanted a path that ends in .yaml, found F/shop.json",
    "did you mean F/shop.yaml?",
  ],
  ["no ending", at("shop"), "wanted a path that ends in .yaml, found F/shop", "did you mean F/shop.yaml?"],
  [
    "a path to nothing",
    at("no/where"),
    "wanted a path that ends in .yaml, found F/no/where",
    "give a path that ends in .yaml, or the name of a file of stacks/, for example dev",
  ],
  [
    "a folder that is not there",
    at("no/where.yaml"),
    "wanted a stack file, found no F/no/where.yaml",
    "write that file",
  ],
  ["a file as a folder", at("shop.yaml/x.yaml"), "wanted a stack file, found no F/shop.yaml/x.yaml", "write that file"],
  ["UTF-16", at("windows.yaml"), "wanted text in UTF-8, found UTF-16 in F/windows.yaml", "save the file as UTF-8"],
  [
    "another encoding",
    at("latin.yaml"),
    "wanted text in UTF-8, found another encoding in F/latin.yaml",
    "save the file as UTF-8",
  ],
  [
    "a file whose name no stack can have",
    at("Shop_One.yaml"),
    'stack name "Shop_One": wanted up to 40 lower-case letters, digits and inner hyphens',
    "rename the file, for example to shop-one.yaml",
  ],
];

describe("what is no stack file is told in a sentence", () => {
  for (const [title, argument, message, next] of ROWS)
    test(title, () => {
      const told = toldOf(argument);
      assert.equal(told[0], message);
      if (typeof next === "string") assert.equal(told[1], next);
      else assert.match(told[1], next);
    });

  test("a file that may not be read", { skip: process.getuid?.() === 0 && "root may read everything" }, () => {
    writeFileSync(at("secret.yaml"), "preset: dev\n");
    chmodSync(at("secret.yaml"), 0);
    assert.match(toldOf(at("secret.yaml"))[0], /^cannot read the stack file .*: you may not read it$/);
  });

  test("both endings are read", () => {
    assert.deepEqual(toldOf(at("shop.yaml")), ["", ""]);
    assert.deepEqual(toldOf(at("store.yml")), ["", ""]);
  });
});
