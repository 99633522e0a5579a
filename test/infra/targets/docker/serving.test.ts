import assert from "node:assert/strict";
import { test } from "node:test";
import type { ContainerInspectInfo, default as Docker } from "dockerode";
import { hopeless, waitUntilServing } from "../../../../infra/targets/docker/serving.ts";
import { FakeClock } from "../../../helpers/fake-clock.ts";

type State = Partial<ContainerInspectInfo["State"]> & { readonly restarts?: number };

const look = ({ restarts = 0, ...state }: State) =>
  ({
    State: { Status: "running", Running: true, Restarting: false, ExitCode: 0, ...state },
    RestartCount: restarts,
  }) as ContainerInspectInfo;

const restarting = { Status: "restarting", Restarting: true, ExitCode: 1 };

for (const [what, state, end] of [
  ["starts", {}, undefined],
  ["crashed once and is started again", { ...restarting, restarts: 1 }, undefined],
  ["was started in vain too often", { ...restarting, restarts: 8 }, /^exited with code 1 .* started 9 times/],
  ["ended for good", { Status: "exited", Running: false, ExitCode: 137 }, /^exited with code 137/],
  ["refused its data", { ...restarting, ExitCode: 64, restarts: 1 }, /^exited with code 64/],
  ["runs again after it refused its data", { ExitCode: 64, restarts: 1 }, undefined],
] as const)
  test(`a container that ${what} ${end ? "will not serve" : "may serve yet"}`, () => {
    const found = hopeless(look(state));
    if (end) assert.match(found ?? "", end);
    else assert.equal(found, undefined);
  });

/** An engine with one container, which stands as the clock says. */
function engine(clock: FakeClock, standsAt: (ms: number) => State): Docker {
  const line = "[now] ERROR Exiting Kafka due to fatal exception\n";
  const header = Buffer.from([1, 0, 0, 0, 0, 0, 0, line.length]);
  const container = {
    inspect: async () => look(standsAt(clock.now())),
    logs: async () => Buffer.concat([header, Buffer.from(line)]),
  };
  return { getContainer: () => container } as unknown as Docker;
}

const health = (Status: string, Output = "") => ({ Status, FailingStreak: 0, Log: [{ Output, ExitCode: 1 }] }) as never;

test("a crash is told when it happens, and a crash loop ends the wait with state and log", async () => {
  const clock = new FakeClock();
  const said: string[] = [];
  const docker = engine(clock, (ms) => ({ ...restarting, restarts: Math.floor(ms / 4_000) }));
  await assert.rejects(
    waitUntilServing(docker, "kafka-s-1", { log: (message) => void said.push(message), clock }),
    /^Error: kafka-s-1 exited with code 1 before it was healthy, started 9 times\n(.*\n)*errors in its log:\n.*fatal exception/,
  );
  assert.match(said[0] ?? "", /^it ended with exit code 1 and is started again\n(.*\n)*.*fatal exception/);
  assert.ok(clock.now() < 40_000, `after ${clock.now()} ms`);
});

test("a start that gets somewhere may take longer than the patience; one that does not ends", async () => {
  const clock = new FakeClock();
  const progress = engine(clock, (ms) => ({
    Health: ms > 900_000 ? health("healthy") : health("starting", `not in sync in ${1e6 - ms} of its partitions`),
  }));
  await waitUntilServing(progress, "kafka-s-1", { log: () => {}, clock });
  const stuck = new FakeClock();
  const same = engine(stuck, () => ({ Health: health("starting", "nothing listens") }));
  await assert.rejects(
    waitUntilServing(same, "kafka-s-1", { log: () => {}, clock: stuck }),
    /nothing new for 5 minutes/,
  );
});

test("an interrupt ends the wait", async () => {
  const clock = new FakeClock();
  const abort = new AbortController();
  const docker = engine(clock, (ms) => {
    if (ms > 5_000) abort.abort(new Error("interrupted"));
    return { Health: health("starting") };
  });
  await assert.rejects(
    waitUntilServing(docker, "kafka-s-1", { log: () => {}, clock, signal: abort.signal }),
    /interrupted/,
  );
});
