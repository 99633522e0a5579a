import assert from "node:assert/strict";
import { homedir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import * as infra from "../../infra/paths.ts";
import { cacheHome, PROJECT_ROOT, pulumiHome, stateHome } from "../../toolchain/places.ts";

type Env = Record<string, string>;

/** What is asked, in which environment, and the answer. An empty variable is one that is not set, as in XDG's rules. */
const rows: readonly (readonly [ask: (env: Env) => string, env: Env, answer: string])[] = [
  [stateHome, {}, path.join(PROJECT_ROOT, ".kafka-stacks")],
  [stateHome, { KAFKA_STACKS_HOME: "" }, path.join(PROJECT_ROOT, ".kafka-stacks")],
  [stateHome, { KAFKA_STACKS_HOME: "/state" }, "/state"],
  [stateHome, { KAFKA_STACKS_HOME: "state" }, path.resolve("state")],
  [cacheHome, { HOME: "/me" }, "/me/.cache/kafka-stacks"],
  [cacheHome, { HOME: "/me", XDG_CACHE_HOME: "/cache" }, "/cache/kafka-stacks"],
  [cacheHome, { HOME: "/me", XDG_CACHE_HOME: "" }, "/me/.cache/kafka-stacks"],
  [cacheHome, { HOME: "/me", XDG_CACHE_HOME: "/cache", KAFKA_STACKS_CACHE: "/mine" }, "/mine"],
  [cacheHome, { HOME: "/me", KAFKA_STACKS_CACHE: "" }, "/me/.cache/kafka-stacks"],
  [cacheHome, {}, path.join(homedir(), ".cache/kafka-stacks")],
  [pulumiHome, { HOME: "/me" }, "/me/.pulumi"],
  [pulumiHome, { HOME: "/me", PULUMI_HOME: "" }, "/me/.pulumi"],
  [pulumiHome, { HOME: "/me", PULUMI_HOME: "/pulumi" }, "/pulumi"],
];

for (const [ask, env, answer] of rows)
  test(`places: ${ask.name} with ${JSON.stringify(env)}`, () => assert.equal(ask(env), answer));

test("places: infra and the toolchain mean the same folders", (t) => {
  const { KAFKA_STACKS_HOME } = process.env;
  t.after(() => {
    if (KAFKA_STACKS_HOME === undefined) delete process.env.KAFKA_STACKS_HOME;
    else process.env.KAFKA_STACKS_HOME = KAFKA_STACKS_HOME;
  });
  assert.equal(infra.projectRoot, PROJECT_ROOT);
  for (const value of ["", "state", "/state"]) {
    process.env.KAFKA_STACKS_HOME = value;
    assert.equal(infra.stateHome(), stateHome());
  }
});
