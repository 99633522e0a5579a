import assert from "node:assert/strict";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { classPath } from "../../toolchain/class-path.ts";
import { ensureKafkaLibs } from "../../toolchain/kafka.ts";
import { makeMachine } from "./machine.ts";

const jars = async (_pom: string, aside: string): Promise<void> => {
  for (const name of ["kafka-clients.jar", "a.jar", "b.jar"]) writeFileSync(join(aside, name), name);
};
const refuse = () => Promise.reject(new Error("Maven was asked"));

test("kafka: an installation on PATH wins, if it is of that very version", async (t) => {
  const { root, setup, script } = makeMachine(t);
  script("bin/kafka-server-start.sh", "");
  mkdirSync(join(root, "libs"));
  writeFileSync(join(root, "libs", "kafka_2.13-4.3.1.jar"), "");
  assert.equal(await ensureKafkaLibs("4.3.1", setup, refuse), join(root, "libs"));
  await assert.rejects(ensureKafkaLibs("3.9.2", setup, refuse), /Maven: Maven was asked/);
});

test("kafka: Maven fills the cache, and a jar that is lost from it is got again", async (t) => {
  const { setup, told } = makeMachine(t);
  const libs = await ensureKafkaLibs("4.3.1", setup, jars);
  assert.equal(classPath(libs), ["a.jar", "b.jar", "kafka-clients.jar"].map((name) => join(libs, name)).join(":"));
  assert.equal(await ensureKafkaLibs("4.3.1", setup, refuse), libs);
  rmSync(join(libs, "a.jar"));
  assert.equal(await ensureKafkaLibs("4.3.1", setup, jars), libs);
  assert.equal(await ensureKafkaLibs("4.3.1", setup, refuse), libs);
  assert.deepEqual(told, [`${libs} does not match its manifest (damaged or changed): making it again`]);
});

test("kafka: a version that is not pinned is refused", async (t) => {
  const { setup } = makeMachine(t);
  await assert.rejects(ensureKafkaLibs("2.8.0", setup, refuse), {
    message: "the libraries of Kafka 2.8.0 are not pinned; found 3.9.2, 4.3.1 in toolchain/kafka",
    next: "set kafka.version to one of these",
    exitCode: 2,
  });
});
