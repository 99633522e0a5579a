import assert from "node:assert/strict";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, describe, test } from "node:test";
import { parseDocument } from "yaml";
import { projectRoot } from "../../../infra/paths.ts";
import { cli, startCli, temporaryHome } from "../../helpers/cli.ts";
import { plainPulumi, stackSettings } from "../../helpers/pulumi.ts";
import { nodeProcesses, watchNodes } from "./nodes.ts";

const NAME = "e2e-plain";

/** A machine behind a proxy that knows nothing of what is on it, and whose locale knows ASCII only. */
const OFFICE = {
  http_proxy: "http://127.0.0.1:9",
  https_proxy: "http://127.0.0.1:9",
  no_proxy: "a, b",
  LANG: "C",
  LC_ALL: "",
};

describe("a local cluster by plain pulumi", () => {
  const { home: temporary, remove } = temporaryHome();
  const home = path.join(temporary, "Zoë's 日本 #1 =+&;(x)@^!");
  mkdirSync(home);
  const file = path.join(home, `${NAME}.yaml`);
  const document = parseDocument(readFileSync(path.join(projectRoot, "stacks/dev.yaml"), "utf8"));
  const pulumi = plainPulumi(home, OFFICE);
  const up = () => pulumi("up", "-s", NAME, "--yes", "--skip-preview");
  writeFileSync(file, document.toString());

  after(async () => {
    await cli(home, "down", file, "--delete-data", "--yes");
    rmSync(stackSettings(NAME), { force: true });
    remove();
  });

  test("up provisions it, tells where it is, and keeps its secrets", async () => {
    await pulumi("stack", "init", NAME);
    await pulumi("config", "set", "-s", NAME, "kafka-stacks:file", file);
    const shown = await up();
    assert.match(shown, /\+ 6 created/);
    assert.match(shown, /bootstrapServers/);
    assert.doesNotMatch(shown, /cluster *: \[secret\]/);
  });

  test("it is the cluster that kafka-stacks knows: topics, health and smoke work on it", async () => {
    for (const command of [
      ["topics", "apply", file, "--yes"],
      ["health", file],
      ["smoke", file],
    ]) {
      const { code, stdout, stderr } = await startCli(home, command, OFFICE).finished;
      assert.equal(code, 0, `${command.join(" ")}\n${stdout}${stderr}`);
    }
  });

  test("a change rolls one node at a time", async () => {
    document.setIn(["brokers", "config", "queued.max.requests"], 600);
    writeFileSync(file, document.toString());
    const before = nodeProcesses(home, NAME);
    const { result, mostDown } = await watchNodes(home, NAME, up);
    assert.match(result, /~ 3 updated/);
    assert.ok(mostDown <= 1, `${mostDown} nodes down at once`);
    for (const [id, found] of nodeProcesses(home, NAME)) assert.notDeepEqual(found, before.get(id), `node ${id}`);
  });

  test("a stack file with errors is refused with all of them, and nothing changes", async () => {
    const before = nodeProcesses(home, NAME);
    writeFileSync(file, "preset: smal\nbrokers: { count: 0 }\n");
    const failure = await up().then(
      () => assert.fail("it was accepted"),
      (error: { readonly stdout: string; readonly stderr: string }) => error.stdout + error.stderr,
    );
    assert.match(failure, /e2e-plain\.yaml:1:9 preset: /);
    assert.match(failure, /e2e-plain\.yaml:2:19 brokers\.count: /);
    assert.doesNotMatch(failure, /at .*\.ts:\d+/, "no stack trace");
    assert.deepEqual(nodeProcesses(home, NAME), before);
    writeFileSync(file, document.toString());
  });

  test("destroy stops every process and keeps the data", async () => {
    await pulumi("destroy", "-s", NAME, "--yes", "--skip-preview");
    const nodes = nodeProcesses(home, NAME);
    assert.equal(nodes.size, 3);
    assert.deepEqual([...nodes.values()].filter(Boolean), []);
  });
});
