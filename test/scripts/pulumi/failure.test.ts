import assert from "node:assert/strict";
import { test } from "node:test";
import { isWrongPassphrase, lockHolders, nextAfter, reasons } from "../../../scripts/pulumi/failure.ts";

// What the engine printed when a node did not come back, abridged.
const FAILED_ROLL = `code: 255
 stdout:
Diagnostics:
  kafka-local:index:Node (dev-node-1):
    error: before hook "dev-may-stop" failed: node 1 was left unchanged, because node 3 failed before it

  kafka-local:index:Node (dev-node-3):
    error: 1 error occurred:
    	* node 3 (broker) was stopped and does not serve again: its process ended before it served

  pulumi:pulumi:Stack (kafka-stacks-dev):
    error: update failed
 stderr: error: update failed`;

// Abridged, of several runs.
const FAILED_CLUSTER = `    kafka-docker:index:Cluster shop-cluster  error: kafka-docker:index:Cluster resource 'shop-cluster': property
Diagnostics:
  kafka-docker:index:Cluster (shop-cluster):
    error: kafka-docker:index:Cluster resource 'shop-cluster': property directory value {/state/docker/shop} has a problem: node 1: wanted its data in volume kafka-shop-1-data, found none; put the data back
    error: kafka-local:index:Cluster resource 'shop-cluster': property listeners value {[{INTERNAL@1} {EXTERNAL@1} {CONTROLLER@1}]} has a problem: brokers.count: broker 4 would go, and broker 4 holds 3 replicas; put the count back
    error: 1 error occurred:
    \t* node 2 (broker, controller) was not created: node 2: wanted its data in /state/node-2/data, found none; put the data back
  pulumi:pulumi:Stack (kafka-stacks-shop):
    error: preview failed`;

const FAILED_CONTAINER = `Diagnostics:
  pulumi:pulumi:Stack (kafka-stacks-shop):
    docker: the official plugin 5.2.0 is not installed; the project's stand-in is used
    error: One or more errors occurred. Check logs for more details
  kafka-stacks:docker:Kafka (shop):
    node 2: waiting until it serves: state running, health starting
    error: node 1 does not serve: kafka-shop-1 exited with code 64 before it was healthy, started 3 times
    errors in its log:
      start: this node has had data in /var/lib/kafka/data, and there is none now; put the volume back
    last log lines:
      start: this node has had data in /var/lib/kafka/data, and there is none now; put the volume back
 stderr: error: update failed`;

test("the reasons of a failure, without the engine's own frame", () => {
  assert.deepEqual(reasons(FAILED_ROLL), [
    "node 1 was left unchanged, because node 3 failed before it",
    "node 3 (broker) was stopped and does not serve again: its process ended before it served",
  ]);
  assert.deepEqual(reasons(FAILED_CLUSTER), [
    "node 1: wanted its data in volume kafka-shop-1-data, found none; put the data back",
    "brokers.count: broker 4 would go, and broker 4 holds 3 replicas; put the count back",
    "node 2 (broker, controller) was not created: wanted its data in /state/node-2/data, found none; put the data back",
  ]);
  assert.deepEqual(reasons(FAILED_CONTAINER), [
    "node 1 does not serve: kafka-shop-1 exited with code 64 before it was healthy, started 3 times",
    "start: this node has had data in /var/lib/kafka/data, and there is none now; put the volume back",
  ]);
  assert.deepEqual(reasons("nothing that looks like an error"), []);
});

const LOCKED = `error: the stack is currently locked by 2 lock(s). Either wait for the other process(es) to end or delete the lock file with \`pulumi cancel\`.
  file:///state/.pulumi/locks/organization/kafka-stacks/dev/a.json: created by ann@box.example.org (pid 42) at 2026-01-02T03:04:05Z
  file:///state/.pulumi/locks/organization/kafka-stacks/dev/b.json: created by ann@box.example.org (pid 43) at 2026-01-02T03:04:06Z`;

test("holders of a lock, each once though the engine's message is there twice", () => {
  const host = "box.example.org";
  assert.deepEqual(lockHolders(`stdout: ${LOCKED}\nstderr: ${LOCKED}`), [
    { host, pid: 42 },
    { host, pid: 43 },
  ]);
  assert.deepEqual(lockHolders("[409] Conflict: Another update is currently in progress."), []);
});

const nexts: readonly (readonly [what: string, output: string, next: RegExp])[] = [
  ["what the program advised", "error: no room\n  next: make some\n", /^make some$/],
  ["a full disk", "error: write /state/x: no space left on device", /^free some space there \(df -h \/state\)/],
  ["a read-only disk", "error: open /state/x: read-only file system", /^mount it for writing/],
  ["a torn state", "error: failed to load checkpoint: unexpected end of JSON input", /^look at \/state\/pulumi/],
  ["anything else", FAILED_ROLL, /^fix what is named above, then run the same command again/],
];
for (const [what, output, next] of nexts)
  test(`the next step after a failure: ${what}`, () => assert.match(nextAfter(output, "/state"), next));

test("a passphrase that does not fit is known by Pulumi's words", () => {
  assert.ok(isWrongPassphrase("error: getting stack configuration: get stack secrets manager: incorrect passphrase"));
  assert.ok(!isWrongPassphrase(FAILED_ROLL));
});
