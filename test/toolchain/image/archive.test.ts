import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { ensureImageArchive, imageReference } from "../../../toolchain/image/archive.ts";
import { baseDirectory } from "../../../toolchain/image/base.ts";
import { writeTar } from "../../../toolchain/image/layer.ts";
import { writeManifest } from "../../../toolchain/manifest.ts";
import { run } from "../../../toolchain/process.ts";
import { makeMachine } from "../machine.ts";

function putBase(env: NodeJS.ProcessEnv, digest: string): void {
  mkdirSync(baseDirectory(env), { recursive: true });
  writeFileSync(
    join(baseDirectory(env), "base.json"),
    JSON.stringify({ digest, size: 1, javaRelease: 17, packages: [] }),
  );
}

test("an image's reference: known once its base is, and another one for other inputs", (t) => {
  const { env } = makeMachine(t).setup;
  assert.equal(imageReference("4.3.1", env), undefined);
  const seen = ["aa", "bb"].flatMap((digest) => {
    putBase(env, digest);
    return ["4.3.1", "3.9.2"].map((kafkaVersion) => {
      const reference = imageReference(kafkaVersion, env);
      assert.match(reference ?? "", new RegExp(`^kafka-stacks/kafka:${kafkaVersion}-[0-9a-f]{12}$`));
      assert.equal(imageReference(kafkaVersion, env), reference);
      return reference;
    });
  });
  assert.equal(new Set(seen.map((reference) => reference?.slice(-12))).size, 4);
});

test("an image that is in the cache is answered without a word, and without one program on PATH", async (t) => {
  const { setup, told } = makeMachine(t);
  putBase(setup.env, "aa");
  const reference = imageReference("4.3.1", setup.env) ?? "";
  const directory = join(setup.env.KAFKA_STACKS_CACHE ?? "", "image", reference.split(":")[1] ?? "");
  mkdirSync(directory);
  writeFileSync(join(directory, "image.tar"), "tar");
  writeFileSync(join(directory, "image.json"), JSON.stringify({ reference, imageId: "sha256:1" }));
  await writeManifest(directory);
  const image = await ensureImageArchive({ kafkaVersion: "4.3.1", setup });
  assert.deepEqual(image, { reference, imageId: "sha256:1", archive: join(directory, "image.tar") });
  assert.deepEqual(told, []);
});

test("an image without class archives, where Java cannot run: told, and made of Maven's jars all the same", async (t) => {
  const { root, setup, told, script } = makeMachine(t);
  const jar = "a.jar";
  script(
    "bin/mvn",
    `[ "$1" = -v ] && echo "Apache Maven 3.9.0" && exit; for a; do case "$a" in -DoutputDirectory=*) cd "\${a#*=}"; printf jar > ${jar} ;; esac; done`,
  );
  // An installed Kafka of the same version, which other machines do not have.
  script("kafka/bin/kafka-server-start.sh", "");
  script("kafka/libs/kafka_2.13-4.3.1.jar", "");
  setup.env.PATH = `${join(root, "bin")}:${join(root, "kafka/bin")}:/usr/bin:/bin`;
  mkdirSync(baseDirectory(setup.env), { recursive: true });
  const base = await writeTar(
    [{ kind: "text", path: "etc/passwd", text: "" }],
    join(baseDirectory(setup.env), "layer.tar"),
  );
  writeFileSync(
    join(baseDirectory(setup.env), "base.json"),
    JSON.stringify({ ...base, javaRelease: 17, packages: [{ name: "bash", version: "5" }] }),
  );
  await writeManifest(baseDirectory(setup.env));

  const image = await ensureImageArchive({ kafkaVersion: "4.3.1", setup });
  assert.equal(image.reference, imageReference("4.3.1", setup.env));
  assert.equal(image.hasClassArchive, false);
  assert.match(told.join("\n"), /^nodes will start more slowly, without a class archive: .*; it is tried again when /m);
  assert.deepEqual(
    image.layers.map(({ what }) => what),
    ["Debian and Java", "Kafka 4.3.1"],
  );
  assert.equal(image.layers[0]?.digest, base.digest);

  await run("tar", ["-xf", image.archive, "-C", root], { env: setup.env });
  const kafka = join(root, "blobs/sha256", image.layers[1]?.digest ?? "");
  await run("tar", ["-xf", kafka, "-C", root], { env: setup.env });
  assert.deepEqual(readdirSync(join(root, "opt/kafka/libs")), [jar]);
  assert.deepEqual(JSON.parse(readFileSync(join(root, "opt/kafka/kafka-stacks.json"), "utf8")), {
    kafka: "4.3.1",
    java: 17,
    packages: [{ name: "bash", version: "5" }],
    jars: [{ name: jar, sha256: createHash("sha256").update("jar").digest("hex") }],
  });
  assert.deepEqual(readdirSync(dirname(image.archive)).toSorted(), [".kafka-stacks.json", "image.json", "image.tar"]);

  // The next requests try to complete it, but not for ever.
  for (const attempts of [2, 3, 4, 5]) {
    const again = await ensureImageArchive({ kafkaVersion: "4.3.1", setup });
    assert.deepEqual([again.classArchiveAttempts, again.reference], [attempts, image.reference]);
  }
  assert.match(told.join("\n"), /; to try again, remove /);
  const silent = told.length;
  await ensureImageArchive({ kafkaVersion: "4.3.1", setup });
  assert.equal(told.length, silent);
});

test("an image that cannot be made leaves nothing in the cache", async (t) => {
  const { setup } = makeMachine(t);
  const made = ensureImageArchive({ kafkaVersion: "4.3.1", setup });
  await assert.rejects(made, /an image without a registry is made from Debian packages; wanted Debian or Ubuntu/);
  assert.deepEqual(readdirSync(setup.env.HOME ?? ""), []);
});
