import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { dockerHost } from "../../toolchain/docker.ts";

const home = mkdtempSync(path.join(tmpdir(), "kafka-stacks-docker-"));
after(() => rmSync(home, { recursive: true }));

const config = path.join(home, ".docker");
const folderOf = (context: string) =>
  path.join(config, "contexts", "meta", createHash("sha256").update(context).digest("hex"));
mkdirSync(folderOf("far"), { recursive: true });
writeFileSync(
  path.join(folderOf("far"), "meta.json"),
  JSON.stringify({ Name: "far", Endpoints: { docker: { Host: "ssh://me@far" } } }),
);
const choose = (text: string) => writeFileSync(path.join(config, "config.json"), text);

const rows: readonly (readonly [
  name: string,
  explicit: string | undefined,
  env: object,
  config: string,
  host: string,
])[] = [
  ["nothing chosen", undefined, {}, "{}", "unix:///var/run/docker.sock"],
  ["the default context", undefined, {}, '{"currentContext":"default"}', "unix:///var/run/docker.sock"],
  ["a context in use", undefined, {}, '{"currentContext":"far"}', "ssh://me@far"],
  ["a context by environment", undefined, { DOCKER_CONTEXT: "far" }, "{}", "ssh://me@far"],
  ["DOCKER_HOST wins over contexts", undefined, { DOCKER_HOST: "tcp://h:1" }, '{"currentContext":"far"}', "tcp://h:1"],
  ["the stack wins over everything", "unix:///s", { DOCKER_HOST: "tcp://h:1" }, "{}", "unix:///s"],
];

for (const [name, explicit, env, text, host] of rows)
  test(`the engine's address: ${name}`, () => {
    choose(text);
    assert.equal(dockerHost(explicit, { HOME: home, ...env }), host);
  });

test("the engine's address: a context that is not there, and a configuration that is no JSON, are errors with a next step", () => {
  assert.throws(
    () => dockerHost(undefined, { HOME: home, DOCKER_CONTEXT: "lost" }),
    /Docker context lost is chosen, but/,
  );
  choose("{");
  assert.throws(() => dockerHost(undefined, { HOME: home }), /config\.json: wanted JSON/);
});
