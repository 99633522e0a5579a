import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { adminSecret } from "../../../infra/plan/identities.ts";
import { planCluster } from "../../../infra/plan/plan.ts";
import { parseStack } from "../../../infra/spec/load.ts";

const combined = "brokers: { count: 4 }\ncontrollers: { count: 3 }";
const dedicated = "brokers: { count: 2 }\ncontrollers: { count: 3, placement: dedicated }";
const zookeeper = "brokers: { count: 2 }\nkafka: { mode: zookeeper, version: 3.9.2 }";
const migrating = (phase: string) =>
  `brokers: { count: 2 }\nkafka: { mode: zookeeper, version: 3.9.2, migration: ${phase} }\ncontrollers: { count: 3, placement: dedicated }`;

/** Nodes whose files hold the super user's password. It must stand in no other part of the plan of a node. */
function holders(target: string, stack: string, security = "{ profile: scram }"): number[] {
  const { nodes } = planCluster(parseStack(`target: ${target}\n${stack}\nsecurity: ${security}\n`, "s.yaml").spec, "s");
  const token = `{{secret:${adminSecret()}}}`;
  return nodes.flatMap((node) => {
    const { "scram-admin": file, ...files } = node.files;
    assert.ok(!JSON.stringify({ ...node, files }).includes(token), `node ${node.id}: in scram-admin alone`);
    assert.equal(file?.includes(token) ?? false, file !== undefined);
    return file === undefined ? [] : [node.id];
  });
}

describe("the password of kafka-admin lies only where storage is formatted with it, or ZooKeeper is told of it", () => {
  for (const [target, stack, expected] of [
    ["local", combined, []],
    ["local", dedicated, []],
    ["local", zookeeper, [1]],
    ["local", migrating("dualWrite"), [1]],
    ["docker", combined, [1, 2, 3]],
    ["docker", dedicated, [1001, 1002, 1003]],
    ["docker", zookeeper, [1]],
    ["docker", migrating("prepare"), [1]],
    ["docker", migrating("kraftBrokers"), []],
    ["kubernetes", combined, [1, 2, 3]],
    ["kubernetes", dedicated, [1001, 1002, 1003]],
    // The pods of a pool share one Secret.
    ["kubernetes", zookeeper, [1, 2]],
  ] as const)
    test(`${target}: ${stack.replaceAll("\n", ", ")}`, () => assert.deepEqual(holders(target, stack), expected));

  for (const profile of ["plaintext", "tls", "mtls"])
    test(`${profile}: there is none`, () =>
      assert.deepEqual(holders("docker", dedicated, `{ profile: ${profile} }`), []));
});
