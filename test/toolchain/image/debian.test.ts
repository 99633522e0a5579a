import assert from "node:assert/strict";
import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { UserError } from "../../../infra/errors.ts";
import { architecture } from "../../../toolchain/image/architecture.ts";
import { fetchPackages, keepLinksInside, parseStanzas, requireDebian } from "../../../toolchain/image/debian.ts";
import { PACKAGES } from "../../../toolchain/image/recipe.ts";
import { makeMachine } from "../machine.ts";

/** A machine whose apt knows what `known` says, given the pattern of its arguments; it writes its calls to `calls`. */
function machineWithApt(t: TestContext, known: string, downloads: string) {
  const machine = makeMachine(t);
  machine.setup.env.PATH = `${machine.root}/bin:/usr/bin:/bin`;
  const describe = `for name in "$@"; do case "$name" in -*|*=*|show) ;; *)
    case "$*/$name" in ${known}) echo "Package: $name"; echo "Version: 1.0"; echo "Architecture: amd64"; echo "SHA256: ab"; echo ;;
    *) echo "E: No packages found: $name" >&2; exit 100 ;; esac ;; esac; done`;
  machine.script("bin/apt-cache", describe);
  machine.script(
    "bin/apt-get",
    `echo "$*" >> ${machine.root}/calls; case "$*" in *update) ;; ${downloads}) : > got.deb ;; *) exit 100 ;; esac`,
  );
  const directory = join(machine.root, "debs");
  mkdirSync(directory);
  const said: string[] = [];
  const fetch = () => fetchPackages(directory, { env: machine.setup.env, say: (line) => said.push(line) });
  const calls = () => readFileSync(join(machine.root, "calls"), "utf8").trim().split("\n");
  return { directory, fetch, calls, said };
}

test("packages: exactly the versions that the machine's apt names, and the preferred Java", async (t) => {
  const { fetch, calls, said } = machineWithApt(t, "*", "download*");
  const { packages, javaRelease } = await fetch();
  const names = [...PACKAGES, "openjdk-17-jre-headless", "openjdk-17-jdk-headless"];
  assert.equal(javaRelease, 17);
  assert.deepEqual(
    packages,
    names.map((name) => ({ name, version: "1.0", architecture: "amd64", sha256: "ab" })),
  );
  assert.deepEqual(calls(), [`download ${names.map((name) => `${name}=1.0`).join(" ")}`]);
  assert.deepEqual(said, []);
});

test("packages: the next Java where a release has no 17", async (t) => {
  const { fetch } = machineWithApt(t, "*/openjdk-17*) exit 100 ;; *", "download*");
  assert.equal((await fetch()).javaRelease, 21);
});

test("packages: stale lists of the machine are answered by fresh ones of our own, which are gone afterwards", async (t) => {
  const { directory, fetch, calls, said } = machineWithApt(t, "*", "*Dir::State=*download*");
  await fetch();
  assert.deepEqual(said, ["getting fresh package lists"]);
  const [stale, update, fresh] = calls();
  assert.match(stale ?? "", /^download bash|^download base-files/);
  assert.match(update ?? "", new RegExp(`^-o Dir::State=${directory}/apt/state .* update$`));
  assert.match(fresh ?? "", /^-o Dir::State=.* download base-files=1\.0 /);
  assert.deepEqual(readdirSync(directory), ["got.deb"]);
});

test("packages: what no source has is an error with its name and a next step", async (t) => {
  const { directory, fetch } = machineWithApt(t, "*/bash) exit 100 ;; *", "download*");
  await assert.rejects(fetch, (error: UserError) => {
    assert.ok(error instanceof UserError);
    assert.match(error.message, /^Debian packages for the image could not be had: apt-cache/);
    assert.match(error.next, /apt-get update/);
    return true;
  });
  assert.deepEqual(readdirSync(directory), []);
});

test("packages: a machine without apt is told what is missing and what else it can do", (t) => {
  const { setup, script } = makeMachine(t);
  script("bin/tar", "");
  assert.throws(
    () => requireDebian(setup.env),
    (error: UserError) => {
      assert.match(error.message, /found: (no apt-get, apt-cache, dpkg-deb on PATH|this is darwin)$/);
      assert.match(error.next, /docker\.image: apache\/kafka:<version>/);
      return true;
    },
  );
});

test("packages: an installed one that no source has is not described", () => {
  const text = `Package: bash
Version: 5.2
Architecture: amd64
SHA256: ab
Description: a shell
 Package: not a field

Package: ours
Status: install ok installed
Version: 1
Architecture: all
`;
  assert.deepEqual(parseStanzas(text), [{ name: "bash", version: "5.2", architecture: "amd64", sha256: "ab" }]);
});

test("packages: links into /etc lead into the unpacked /etc", async (t) => {
  const { root } = makeMachine(t);
  mkdirSync(join(root, "jvm"));
  symlinkSync("/etc/java/jvm.cfg", join(root, "jvm/jvm.cfg"));
  symlinkSync("../docs", join(root, "jvm/docs"));
  writeFileSync(join(root, "jvm/java"), "");
  await keepLinksInside(root);
  assert.equal(readlinkSync(join(root, "jvm/jvm.cfg")), join(root, "etc/java/jvm.cfg"));
  assert.equal(readlinkSync(join(root, "jvm/docs")), "../docs");
  assert.ok(lstatSync(join(root, "jvm/java")).isFile());
});

test("an image's architecture has the engine's name for it, and none for a processor that Kafka is not built for", () => {
  assert.deepEqual(["x64", "arm64"].map(architecture), ["amd64", "arm64"]);
  assert.throws(() => architecture("mips"), /wanted x64 or arm64, found mips/);
});
