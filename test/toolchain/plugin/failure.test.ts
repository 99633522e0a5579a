import assert from "node:assert/strict";
import { test } from "node:test";
import { status } from "@grpc/grpc-js";
import pb from "@pulumi/pulumi/proto/provider_pb.js";
import statusPb from "@pulumi/pulumi/proto/status_pb.js";
import { UserError } from "../../../infra/errors.ts";
import { toServiceError } from "../../../toolchain/plugin/failure.ts";
import { InitFailed } from "../../../toolchain/plugin/resource.ts";
import { toJson } from "../../../toolchain/plugin/struct.ts";

const plain: readonly (readonly [name: string, error: unknown, details: string])[] = [
  ["an error", new Error("the port is taken"), "the port is taken"],
  ["an error of the user's", new UserError("Java is missing", "install it"), "Java is missing\n  next: install it"],
  ["an error with a cause", new Error("it did not start", { cause: new Error("ENOENT") }), "it did not start"],
  ["an abort", AbortSignal.abort(new Error("interrupted")).reason, "interrupted"],
  ["a word", "broken", "broken"],
  ["nothing", undefined, "undefined"],
];

for (const [name, error, details] of plain)
  test(`failure: after ${name} the engine knows that nothing happened`, () =>
    assert.deepEqual(toServiceError(error), { code: status.FAILED_PRECONDITION, details }));

test("failure: a resource that exists but does not work keeps its id, outputs and reason", () => {
  const outputs = { nodeId: 1, running: false, endpoints: { EXTERNAL: "127.0.0.1:9094" } };
  const { code, details, metadata } = toServiceError(new InitFailed("node-1", outputs, "node 1 does not serve"));
  assert.deepEqual([code, details], [status.UNKNOWN, "node 1 does not serve"]);

  const [trailer, ...more] = metadata?.get("grpc-status-details-bin") ?? [];
  assert.deepEqual(more, []);
  const answer = statusPb.Status.deserializeBinary(trailer as Buffer);
  assert.deepEqual([answer.getCode(), answer.getMessage()], [status.UNKNOWN, "node 1 does not serve"]);
  const [detail] = answer.getDetailsList();
  // The engine finds the type by this name.
  assert.equal(detail?.getTypeUrl(), "type.googleapis.com/pulumirpc.ErrorResourceInitFailed");
  const failure = pb.ErrorResourceInitFailed.deserializeBinary(detail!.getValue_asU8());
  assert.equal(failure.getId(), "node-1");
  assert.deepEqual(failure.getReasonsList(), ["node 1 does not serve"]);
  assert.deepEqual(toJson(failure.getProperties()), outputs);
});
