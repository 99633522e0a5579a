import assert from "node:assert/strict";
import { test } from "node:test";
import { requireUsablePath } from "../../../../infra/targets/local/usable-path.ts";
import { withUtf8 } from "../../../../toolchain/java-locale.ts";

for (const [directory, name] of [
  ["/a,b", "a comma"],
  ["/a\nb", "a control character"],
  ["/100%", "a percent sign"],
  ["/${HOME/x", "an opening brace"],
  ["/{{dir:x}}", "an opening brace"],
  ['/a"b', "a quote"],
  ["/a\\b", "a quote or a backslash"],
] as const)
  test(`a folder that Kafka cannot take is refused: ${JSON.stringify(directory)}`, () =>
    assert.throws(() => requireUsablePath(directory), {
      name: "UserError",
      message: new RegExp(`^the folder of a local cluster has ${name.replaceAll(/[^\w ]/g, ".")}`),
    }));

test("every other folder is taken", () => {
  for (const directory of ["/jürgen 日本 #1!=+&;'(x)@^:y/state", "/$HOME/~x", "/{x}"]) requireUsablePath(directory);
});

test("a JVM gets a locale by which it finds every file, unless it has one", () => {
  for (const env of [{}, { LANG: "C" }, { LANG: "de_DE.UTF-8", LC_ALL: "POSIX" }, { LC_CTYPE: "de_DE" }])
    assert.equal(withUtf8(env).LC_ALL, "C.UTF-8");
  for (const env of [{ LANG: "de_DE.UTF-8" }, { LANG: "C", LC_CTYPE: "en_US.utf8" }])
    assert.deepEqual(withUtf8(env), env);
});
