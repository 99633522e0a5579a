import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import type Docker from "dockerode";
import { hasServed, isUp } from "../../../../infra/targets/docker/runs.ts";

for (const [what, state, up] of [
  ["runs", { Running: true, Restarting: false }, true],
  ["waits between two starts of a crash loop", { Running: true, Restarting: true }, false],
  ["has ended", { Running: false, Restarting: false }, false],
] as const)
  test(`a container that ${what} is ${up ? "up" : "down"}`, () => assert.equal(isUp(state), up));

/** An engine with one container; `code` is that of the command that looks for the mark, undefined where it cannot run. */
function engine(health: string, code: number | undefined): Docker {
  const exec = {
    start: async () => {
      const stream = new PassThrough();
      stream.resume().end();
      return stream;
    },
    inspect: async () => ({ ExitCode: code }),
  };
  const container = {
    inspect: async () => ({ State: { Health: { Status: health } } }),
    exec: () => (code === undefined ? Promise.reject(new Error("is not running")) : Promise.resolve(exec)),
    modem: { demuxStream: () => {} },
  };
  return { getContainer: () => container } as unknown as Docker;
}

for (const [what, health, code, served] of [
  ["is healthy", "healthy", 1, true],
  ["was healthy before the engine itself was restarted", "starting", 0, true],
  ["fell ill after it had served", "unhealthy", 0, true],
  ["was never healthy", "starting", 1, false],
  ["was never healthy in ten minutes", "unhealthy", 1, false],
  ["nobody can tell of", "starting", undefined, true],
] as const)
  test(`a container that ${what} ${served ? "has served" : "has served nobody"} since its start`, async () =>
    assert.equal(await hasServed(engine(health, code), "kafka-s-1"), served));
