import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { type TestContext, test } from "node:test";
import { archiveDirectory, ensureAppCds } from "../../toolchain/app-cds.ts";
import { classPath } from "../../toolchain/class-path.ts";
import { ensureKafkaLibs } from "../../toolchain/kafka.ts";
import { JAVA, requireTool } from "../../toolchain/prerequisites.ts";
import { makeMachine } from "./machine.ts";

/** Main classes that end at once, and a class that each must have got from the archive. */
const uses = [
  { kafkaVersion: "4.3.1", main: ["kafka.Kafka"], fromArchive: "kafka.Kafka$" },
  { kafkaVersion: "4.3.1", main: ["kafka.tools.StorageTool", "random-uuid"], fromArchive: "kafka.tools.StorageTool$" },
  { kafkaVersion: "3.9.2", main: ["kafka.Kafka"], fromArchive: "kafka.Kafka$" },
  {
    kafkaVersion: "3.9.2",
    main: ["org.apache.zookeeper.server.quorum.QuorumPeerMain"],
    fromArchive: "org.apache.zookeeper.server.quorum.QuorumPeerMain",
  },
] as const;

for (const { kafkaVersion, main, fromArchive } of uses) {
  test(`app-cds: ${main[0]} of ${kafkaVersion} starts from the archive`, { timeout: 300_000 }, async () => {
    const setup = { env: process.env, yes: false, progress: () => undefined };
    const { path: java } = await requireTool(JAVA, setup);
    const kafkaLibs = await ensureKafkaLibs(kafkaVersion, setup);
    const archive = await ensureAppCds({ java, kafkaLibs, kafkaVersion, progress: setup.progress });
    assert.ok(archive);
    // -Xshare:on refuses to start without the archive.
    const flags = [
      "-Xshare:on",
      `-XX:SharedArchiveFile=${archive}`,
      "-Xlog:class+load:stdout",
      "-cp",
      classPath(kafkaLibs),
    ];
    const { stdout } = spawnSync(java, [...flags, ...main], { encoding: "utf8", maxBuffer: 1 << 26 });
    assert.match(stdout, new RegExp(`${fromArchive.replace("$", "\\$")}.* source: shared objects file`));
    const loaded = stdout.split("\n").filter((line) => line.includes(" source: "));
    const shared = loaded.filter((line) => line.includes("shared objects file"));
    assert.ok(shared.length / loaded.length > 0.8, `${shared.length} of ${loaded.length} classes are from the archive`);
  });
}

/** A machine whose Java ends at once, and says why. */
function brokenMachine(t: TestContext) {
  const { root, setup, told, script } = makeMachine(t);
  script("libs/a.jar", "");
  const java = script("bin/java", "echo cannot run >&2; exit 1");
  setup.env.PATH = process.env.PATH;
  // A temporary folder of this test's own: in the shared one, others leave their traces as we look.
  const { TMPDIR } = process.env;
  t.after(() => {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
  });
  process.env.TMPDIR = join(root, "tmp");
  mkdirSync(process.env.TMPDIR);
  const request = {
    java,
    kafkaLibs: join(root, "libs"),
    kafkaVersion: "4.3.1",
    progress: setup.progress,
    env: setup.env,
  };
  const tries = () => told.filter((line) => line.startsWith("→ make the class archive")).length;
  return { request, told, tries, cache: join(root, "cache", "app-cds"), temporary: process.env.TMPDIR };
}

test("app-cds: a node that cannot start costs its archive, not the command, and leaves nothing behind", async (t) => {
  const { request, told, cache, temporary } = brokenMachine(t);
  assert.equal(await ensureAppCds(request), undefined);
  const [why = "", next = ""] = told.slice(-2);
  assert.match(why, /^nodes will start more slowly, without a class archive: .*\n {2}\w+: cannot run/);
  assert.equal(
    next,
    `it is tried again after a day; at once: rm '${archiveDirectory(request)}.failed', then run the same command again`,
  );
  assert.deepEqual(readdirSync(cache), [`${basename(archiveDirectory(request))}.failed`]);
  assert.deepEqual(readdirSync(temporary), []);
});

test("app-cds: a failure is said once, and not tried again before a day has passed", async (t) => {
  const { request, told, tries } = brokenMachine(t);
  await ensureAppCds(request);
  const said = told.length;
  for (const hours of [0, 23]) await ensureAppCds(request, Date.now() + hours * 3_600_000);
  assert.deepEqual([told.length, tries()], [said, 1]);
  await ensureAppCds(request, Date.now() + 25 * 3_600_000);
  assert.equal(tries(), 2);
  rmSync(`${archiveDirectory(request)}.failed`);
  await ensureAppCds(request);
  assert.equal(tries(), 3, "at once when the file that remembers it is removed");
});

test("app-cds: an interrupt ends the throw-away run, is no failure, and leaves nothing behind", async (t) => {
  const { request, cache, temporary } = brokenMachine(t);
  writeFileSync(request.java, "#!/bin/sh\nexec sleep 600\n");
  const stop = new AbortController();
  const reason = new Error("interrupted");
  setTimeout(() => stop.abort(reason), 300);
  await assert.rejects(ensureAppCds({ ...request, signal: stop.signal }), reason);
  assert.deepEqual([readdirSync(cache), readdirSync(temporary)], [[], []]);
});
