import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, describe, test } from "node:test";
import { projectRoot } from "../../../infra/paths.ts";
import type { ClusterPlan } from "../../../infra/plan/types.ts";
import { cli, startCli, temporaryHome } from "../../helpers/cli.ts";

const { home, remove } = temporaryHome();
after(remove);
const stacks = ["dev", "dev-dedicated", "dev-zookeeper"];

describe("plan", { concurrency: 2 }, () => {
  for (const stack of stacks)
    test(`${stack} --json is the ClusterPlan and nothing else`, async () => {
      const { code, stdout, stderr } = await cli(home, "plan", stack, "--json");
      const golden = readFileSync(path.join(projectRoot, "test/golden/plan", `${stack}.json`), "utf8");
      assert.deepEqual(JSON.parse(stdout), JSON.parse(golden));
      assert.deepEqual([code, stderr], [0, ""]);
    });

  test("for a person: nodes, restart order, topics", async () => {
    const { code, stdout, stderr } = await cli(home, "plan", "dev");
    assert.match(stdout, /^dev: Kafka 4\.3\.1 in kraft mode on local, 3 nodes\n\nNODE +ROLES /);
    assert.match(stdout, /^restart order: 1 → 2 → 3\n\nTOPIC [\s\S]*^orders +12 +3 /m);
    assert.deepEqual([code, stderr], [0, ""]);
  });

  test("warnings go to stderr, so stdout still parses", async () => {
    const file = path.join(home, "unwise.yaml");
    writeFileSync(file, "topics: [{ name: t, replicationFactor: 1 }]\n");
    const { code, stdout, stderr } = await cli(home, "plan", file, "--json");
    assert.equal((JSON.parse(stdout) as ClusterPlan).name, "unwise");
    assert.equal(code, 0);
    assert.ok(stderr.startsWith(`warning: ${file}:1:40 topics[0].replicationFactor: `), stderr);
  });

  test("touches nothing", () => assert.deepEqual(readdirSync(home), ["unwise.yaml"]));
});

test("plan shows the names of secrets, never the secrets that a cluster of that name has", async (t) => {
  const { home, remove } = temporaryHome();
  t.after(remove);
  const directory = path.join(home, "local", "dev-zookeeper");
  mkdirSync(directory, { recursive: true });
  const secrets = { "zookeeper-client": "a-word-to-hide", "zookeeper-quorum": "another-word-to-hide" };
  writeFileSync(
    path.join(directory, "cluster.json"),
    JSON.stringify({ clusterId: "c", directory, ports: {}, secrets }),
  );
  for (const flags of [[], ["--json"]]) {
    const { code, stdout, stderr } = await cli(home, "plan", "dev-zookeeper", ...flags);
    assert.equal(code, 0);
    assert.doesNotMatch(stdout + stderr, /to-hide/);
  }
  const { stdout } = await cli(home, "plan", "dev-zookeeper", "--json");
  const passwords = [...stdout.matchAll(/(?:password|user_\w+)=\\"([^"\\]*)\\"/g)].map((match) => match[1]);
  assert.ok(passwords.length > 0);
  for (const password of passwords) assert.match(password ?? "", /^\{\{secret:[a-z-]+\}\}$/);
});

describe("a reader that goes away", () => {
  const broken = path.join(home, "broken.yaml");

  test("from stdout ends the command quietly, as `| head` does", async () => {
    const running = startCli(home, ["plan", "dev", "--json"]);
    running.hangUp("stdout");
    const { code, stderr } = await running.finished;
    assert.deepEqual([code, stderr], [0, ""]);
  });

  test("from stderr is no reason to stop: the result and the exit code are the same", async () => {
    writeFileSync(broken, "brokers: { cuont: 3 }\n");
    const refused = startCli(home, ["plan", broken]);
    refused.hangUp("stderr");
    assert.equal((await refused.finished).code, 2);
    const unwise = startCli(home, ["plan", path.join(home, "unwise.yaml"), "--json"]);
    unwise.hangUp("stderr");
    const { code, stdout } = await unwise.finished;
    assert.equal(code, 0);
    assert.equal((JSON.parse(stdout) as ClusterPlan).name, "unwise");
  });
});
