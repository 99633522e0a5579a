import assert from "node:assert/strict";
import { appendFileSync, copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { setInterval as every } from "node:timers/promises";
import { makeShell, missing, SCRIPTS, TOOLS } from "./bash.ts";
import { kafka, kafkaWithLogin, listen, metadata, type Partition } from "./fake-kafka.ts";

const NEEDS = ["od", "awk", "sleep", "stat"];
const PASSWORD = String.raw`100% s3cret \0\x41-_`;
const HELD: readonly Partition[] = [{ leader: 1, replicas: [1, 2], isr: [1, 2] }];

for (const tools of TOOLS)
  describe(`serves.sh of a secured node with the tools of ${tools}`, { skip: missing(tools, NEEDS) }, () => {
    /** As it lies in a node's configuration folder, with what else lies there. */
    function place(t: TestContext, files: Readonly<Record<string, string>>) {
      const shell = makeShell(t, tools, NEEDS);
      const script = join(shell.root, "serves.sh");
      copyFileSync(join(SCRIPTS, "serves.sh"), script);
      for (const [name, text] of Object.entries(files)) writeFileSync(join(shell.root, name), text);
      const check = async (...parts: string[]): Promise<[number | null, string]> => {
        const { code, stdout, stderr } = await shell.run(script, parts, { SERVES_MARK: "/", SERVES_LIMIT: "30" });
        assert.equal(stderr, "");
        return [code, stdout.trimEnd()];
      };
      return { ...shell, check };
    }

    const answers = { metadata: metadata([1, 2], { a: HELD }) };
    for (const [name, text] of [
      ["without a line's end", PASSWORD],
      ["with one", `${PASSWORD}\n`],
    ] as const)
      test(`logs in with the password of a file ${name}`, async (t) => {
        const { port } = await listen(t, kafkaWithLogin("health", PASSWORD, answers));
        const { check } = place(t, { "health-password": text });
        assert.deepEqual(await check(`broker:1:${port}:health`), [0, "broker 1: in sync in 1 partitions"]);
      });

    test("a password longer than a byte tells", async (t) => {
      const long = "p".repeat(300);
      const { port } = await listen(t, kafkaWithLogin("health", long, answers));
      const { check } = place(t, { "health-password": long });
      assert.deepEqual(await check(`broker:1:${port}:health`), [0, "broker 1: in sync in 1 partitions"]);
    });

    test("a wrong password, or another user", async (t) => {
      const { port } = await listen(t, kafkaWithLogin("health", PASSWORD, answers));
      const { check } = place(t, { "health-password": "other" });
      assert.deepEqual(await check(`broker:1:${port}:health`), [1, "broker 1: does not let user health in: error 58"]);
      const right = place(t, { "health-password": PASSWORD });
      const says = "broker 1: does not let user somebody in: error 58";
      assert.deepEqual(await right.check(`broker:1:${port}:somebody`), [1, says]);
    });

    test("no password at all", async (t) => {
      const { port } = await listen(t, kafkaWithLogin("health", "", answers));
      const { check, root } = place(t, {});
      const says = `broker 1: there is no ${root}/health-password to log in with`;
      assert.deepEqual(await check(`broker:1:${port}:health`), [1, says]);
    });

    test("a listener that knows no login hangs up", async (t) => {
      const { port } = await listen(t, kafka(answers));
      const { check } = place(t, { "health-password": PASSWORD });
      assert.deepEqual(await check(`broker:1:${port}:health`), [1, "broker 1: hung up without an answer"]);
    });

    test("a controller whose log of the cluster's metadata grows", async (t) => {
      const { check, root } = place(t, {});
      const log = join(root, "__cluster_metadata-0");
      assert.deepEqual(await check(`controller:1:${root}`), [
        1,
        "controller 1: has no log of the cluster's metadata yet",
      ]);
      mkdirSync(log);
      for (const first of ["0", "81"]) writeFileSync(join(log, `${first.padStart(20, "0")}.log`), "records");
      const still = "controller 1: is part of no quorum: its log of the cluster's metadata stands still";
      assert.deepEqual(await check(`controller:1:${root}`), [1, still]);
      const stop = new AbortController();
      const writes = (async () => {
        for await (const _ of every(100, undefined, { signal: stop.signal }))
          appendFileSync(join(log, `${"81".padStart(20, "0")}.log`), "record");
      })().catch(() => {});
      assert.deepEqual(await check(`controller:1:${root}`), [0, "controller 1: keeps up"]);
      stop.abort();
      await writes;
    });
  });
