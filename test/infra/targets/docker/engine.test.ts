import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type Docker from "dockerode";
import { UserError } from "../../../../infra/errors.ts";
import { isThisMachine, readEngine } from "../../../../infra/targets/docker/engine.ts";

const HOST = "unix:///var/run/docker.sock";

/** An engine whose every answer is this error, as Node's sockets tell it. */
function failing(code: string | undefined, message: string): Docker {
  const fail = async () => {
    throw Object.assign(new Error(message), code === undefined ? {} : { code });
  };
  return {
    info: fail,
    version: fail,
    listContainers: fail,
    listNetworks: fail,
    listVolumes: fail,
  } as unknown as Docker;
}

const rows: readonly (readonly [code: string | undefined, message: string, wanted: RegExp, next: RegExp])[] = [
  ["EACCES", "connect EACCES", /does not admit this user$/, /^join the group docker/],
  [
    "ENOENT",
    "connect ENOENT",
    /is not running \(ENOENT\)$/,
    /^start it .*docker\.host, DOCKER_HOST, docker context use$/,
  ],
  ["ECONNREFUSED", "connect ECONNREFUSED", /is not running \(ECONNREFUSED\)$/, /^start it/],
  ["ETIMEDOUT", "connect ETIMEDOUT", /does not answer: connect ETIMEDOUT$/, /^check its address/],
  [undefined, "All configured authentication methods failed", /does not answer: All configured/, /docker info works$/],
];

describe("an engine that does not answer is an error with a next step", () => {
  for (const [code, message, wanted, next] of rows)
    test(code ?? message, async () => {
      await assert.rejects(readEngine(HOST, failing(code, message)), (error) => {
        assert.ok(error instanceof UserError);
        assert.match(error.message, wanted);
        assert.ok(error.message.startsWith(`the Docker engine at ${HOST} `));
        assert.match(error.next, next);
        return true;
      });
    });
});

test("an engine is on this machine when its address says so", () => {
  for (const host of [HOST, "tcp://127.0.0.1:2375", "tcp://localhost:2375", "npipe:////./pipe/docker_engine"])
    assert.equal(isThisMachine(host), true, host);
  for (const host of ["ssh://me@build1", "tcp://10.0.0.5:2376", "tcp://127.example.org:2375"])
    assert.equal(isThisMachine(host), false, host);
});
