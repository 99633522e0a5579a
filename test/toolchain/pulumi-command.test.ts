import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { pulumiCommandEnvironment } from "../../toolchain/pulumi-command.ts";

const home = mkdtempSync(path.join(tmpdir(), "kafka-stacks-command-"));
after(() => rmSync(home, { recursive: true }));
const env = { HOME: home, PATH: "/usr/bin", KAFKA_STACKS_HOME: home };

test("a destroy runs the program, which is told why; nothing else does", () => {
  const of = (...args: string[]) => pulumiCommandEnvironment("/opt/pulumi/bin/pulumi", env, args).env;
  const told = ({ PULUMI_RUN_PROGRAM, KAFKA_STACKS_DESTROYING }: NodeJS.ProcessEnv) => [
    PULUMI_RUN_PROGRAM,
    KAFKA_STACKS_DESTROYING,
  ];
  assert.deepEqual(told(of("destroy", "-s", "dev")), ["true", "true"]);
  assert.deepEqual(told(of("up", "-s", "dev")), [undefined, undefined]);
});

test("the CLI's own folder comes first on PATH, stand-ins last", () => {
  const folders = pulumiCommandEnvironment("/opt/pulumi/bin/pulumi", env).env.PATH!.split(":");
  assert.deepEqual(folders.slice(0, 2), ["/opt/pulumi/bin", "/usr/bin"]);
  assert.deepEqual(
    folders.slice(2).map((folder) => path.basename(folder)),
    ["language-host", "docker", "kubernetes"],
  );
});
