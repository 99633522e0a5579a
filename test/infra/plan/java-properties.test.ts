import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { bindProperties } from "../../../infra/plan/bind.ts";
import { parseProperties, renderProperties } from "../../../infra/plan/java-properties.ts";

const hasCompiler = (() => {
  try {
    return execFileSync("java", ["--list-modules"], { encoding: "utf8" }).includes("jdk.compiler");
  } catch {
    return false;
  }
})();
const skip = hasCompiler ? false : "no JDK on this machine";

const ODD = [
  "\\",
  "\\\\",
  "=",
  ":",
  "#",
  "!",
  " ",
  "\t",
  "\n",
  "\r",
  "\f",
  ",",
  '"',
  "'",
  "ü",
  "日",
  "😀",
  "\u0000",
  "\u007f",
  "\u00a0",
  "\\u0041",
  "\\n",
  "%",
  "${x",
];
const text = fc
  .array(fc.oneof(fc.constantFrom(...ODD), fc.string({ unit: "binary" })), { maxLength: 6 })
  .map((parts) => parts.join(""));
const properties = fc.dictionary(
  text.filter((key) => key !== "__proto__"),
  text,
  { maxKeys: 6 },
);

const edges: readonly Readonly<Record<string, string>>[] = [
  Object.fromEntries(ODD.map((odd) => [`key${odd}`, odd])),
  Object.fromEntries(ODD.map((odd) => [`${odd}key`, `${odd}value${odd}`])),
  { "log.dirs": "/home/jürgen/a b/#1!/x=y:z", "": "no key", "no value": "", rack: " Zürich " },
];

/** What Java reads of files with these texts. */
function readByJava(texts: readonly string[]): Record<string, string>[] {
  const folder = mkdtempSync(path.join(tmpdir(), "kafka-stacks-properties-"));
  try {
    const files = texts.map((each, index) => {
      const file = path.join(folder, `${index}.properties`);
      writeFileSync(file, each);
      return file;
    });
    const program = path.join(import.meta.dirname, "ReadProperties.java");
    const env = { ...process.env, LC_ALL: "C" };
    const printed = execFileSync("java", ["-XX:TieredStopAtLevel=1", program, ...files], { encoding: "utf8", env });
    const plain = (hex: string) =>
      String.fromCharCode(...(hex.match(/.{4}/g) ?? []).map((unit) => Number.parseInt(unit, 16)));
    return printed
      .split("\n")
      .slice(0, texts.length)
      .map((line) =>
        Object.fromEntries(
          line
            .split(" ")
            .filter(Boolean)
            .map((pair) => pair.split(":").map(plain) as [string, string]),
        ),
      );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("Java reads what was written, whatever it is", { skip }, () => {
  const wanted = [...edges, ...fc.sample(properties, 300)];
  const read = readByJava(wanted.map(renderProperties));
  for (const [index, each] of wanted.entries()) assert.deepEqual(read[index], { ...each });
});

test("and so do we", () => {
  for (const each of edges) assert.deepEqual(parseProperties(renderProperties(each)), each);
  fc.assert(fc.property(properties, (each) => assert.deepEqual(parseProperties(renderProperties(each)), { ...each })));
});

test("what need not be escaped is not: running clusters see no change", () => {
  const plain = { "a.b": "x=y:z #1!, 'q' \"p\" {t} $1 ~@^", "ssl.principal.mapping.rules": "RULE:^CN=(.*?),.*$/$1/" };
  assert.equal(
    renderProperties(plain),
    Object.entries(plain)
      .map(([key, value]) => `${key}=${value}\n`)
      .join(""),
  );
});

test("a value is bound before it is escaped", () => {
  const bindings = { dir: () => "/jürgen\\x" } as unknown as Parameters<typeof bindProperties>[1];
  assert.equal(bindProperties({ "log.dirs": "{{dir:data}}" }, bindings), "log.dirs=/j\\u00fcrgen\\\\x\n");
});
