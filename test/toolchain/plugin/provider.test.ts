import assert from "node:assert/strict";
import { once } from "node:events";
import path from "node:path";
import { describe, type TestContext, test } from "node:test";
import { type ServiceError, status } from "@grpc/grpc-js";
import pb from "@pulumi/pulumi/proto/provider_pb.js";
import emptyPb from "google-protobuf/google/protobuf/empty_pb.js";
import { type JsonObject, toJson, toStruct } from "../../../toolchain/plugin/struct.ts";
import { processStart } from "../../../toolchain/process.ts";
import { eventually } from "../../helpers/eventually.ts";
import { startPlugin } from "./client.ts";

const PROVIDER = path.join(import.meta.dirname, "thing-provider.ts");
const URN = "urn:pulumi:dev::kafka-stacks::a:b:Parent$test:index:Thing::one";
const start = (t: TestContext) => startPlugin(t, process.execPath, [PROVIDER]);

function createRequest(properties: JsonObject, preview = false): pb.CreateRequest {
  const request = new pb.CreateRequest();
  request.setUrn(URN);
  request.setProperties(toStruct(properties));
  request.setPreview(preview);
  return request;
}

test("provider: its first line is its port, and nothing else", async (t) => {
  const { firstLine } = await start(t);
  assert.match(firstLine, /^\d+$/);
});

test("provider: create knows its type by the last part of the URN, and whether it is a preview", async (t) => {
  const { call } = await start(t);
  for (const preview of [true, false]) {
    const created = await call<pb.CreateRequest, pb.CreateResponse>("create", createRequest({}, preview));
    assert.equal(created.getId(), "thing-1");
    assert.deepEqual(toJson(created.getProperties()), { preview, urn: URN });
  }
});

test("provider: check gives inputs back and names refusals by property", async (t) => {
  const { call } = await start(t);
  const request = new pb.CheckRequest();
  request.setUrn(URN);
  request.setNews(toStruct({ how: "refuse" }));
  const answer = await call<pb.CheckRequest, pb.CheckResponse>("check", request);
  assert.deepEqual(toJson(answer.getInputs()), { how: "refuse" });
  assert.deepEqual(
    answer.getFailuresList().map((failure) => failure.toObject()),
    [{ property: "how", reason: "told to refuse" }],
  );
});

test("provider: diff hands over inputs, state and earlier inputs, each in its place", async (t) => {
  const { call } = await start(t);
  const request = new pb.DiffRequest();
  request.setUrn(URN);
  request.setNews(toStruct({ how: "input" }));
  request.setOlds(toStruct({ inState: 1 }));
  request.setOldInputs(toStruct({ before: 1 }));
  const answer = await call<pb.DiffRequest, pb.DiffResponse>("diff", request);
  assert.equal(answer.getChanges(), pb.DiffResponse.DiffChanges.DIFF_SOME);
  assert.deepEqual(answer.getDiffsList(), ["how", "inState", "before"]);
  assert.deepEqual(answer.getReplacesList(), ["how"]);
  const { UPDATE, UPDATE_REPLACE } = pb.PropertyDiff.Kind;
  const kinds: Record<string, number> = {};
  answer.getDetaileddiffMap().forEach((entry, name) => {
    kinds[name] = entry.getKind();
  });
  assert.deepEqual(kinds, { how: UPDATE_REPLACE, inState: UPDATE, before: UPDATE });
});

test("provider: no difference is told as none", async (t) => {
  const { call } = await start(t);
  const request = new pb.DiffRequest();
  request.setUrn(URN);
  const answer = await call<pb.DiffRequest, pb.DiffResponse>("diff", request);
  assert.equal(answer.getChanges(), pb.DiffResponse.DiffChanges.DIFF_NONE);
});

test("provider: a resource that is gone is read as one without id", async (t) => {
  const { call } = await start(t);
  for (const gone of [true, false]) {
    const request = new pb.ReadRequest();
    request.setUrn(URN);
    request.setId("thing-1");
    request.setProperties(toStruct({ gone }));
    request.setInputs(toStruct({ how: "well" }));
    const answer = await call<pb.ReadRequest, pb.ReadResponse>("read", request);
    assert.equal(answer.getId(), gone ? "" : "thing-1");
    assert.deepEqual(toJson(answer.getProperties()), gone ? {} : { gone, seen: true });
    assert.deepEqual(toJson(answer.getInputs()), gone ? {} : { how: "well" });
  }
});

test("provider: failures reach the engine with the code that says what is left", async (t) => {
  const { call } = await start(t);
  const failure = (how: string) =>
    call("create", createRequest({ how })).catch((error: ServiceError) => error) as Promise<ServiceError>;
  const [failed, half] = [await failure("fail"), await failure("half")];
  assert.deepEqual([failed.code, failed.details], [status.FAILED_PRECONDITION, "told to fail"]);
  assert.deepEqual([half.code, half.details], [status.UNKNOWN, "told to stay half-made"]);
  assert.equal(half.metadata.get("grpc-status-details-bin").length, 1);
});

describe("provider: a type that it does not have is an error that names those it has", () => {
  const requests = {
    check: new pb.CheckRequest(),
    diff: new pb.DiffRequest(),
    create: new pb.CreateRequest(),
    read: new pb.ReadRequest(),
    update: new pb.UpdateRequest(),
    delete: new pb.DeleteRequest(),
  };
  for (const [method, request] of Object.entries(requests))
    test(method, async (t) => {
      const { call } = await start(t);
      request.setUrn("urn:pulumi:dev::kafka-stacks::test:index:Other::one");
      const details = "this provider has no resource type test:index:Other; it has test:index:Thing";
      await assert.rejects(call(method, request), { code: status.FAILED_PRECONDITION, details });
    });
});

test("provider: Cancel ends what is under way, and its undoing is waited for", async (t) => {
  const { call, says } = await start(t);
  const hanging = call("create", createRequest({ how: "hang" }));
  hanging.catch(() => {});
  await says(/hanging\n/);
  await call("cancel", new emptyPb.Empty());
  await assert.rejects(hanging, { code: status.FAILED_PRECONDITION, details: "interrupted" });
  await says(/undone\n/);
});

for (const signal of ["SIGINT", "SIGTERM"] as const)
  test(`provider: ${signal} ends it, once everything under way is undone`, async (t) => {
    const { call, child, stderr } = await start(t);
    call("create", createRequest({ how: "hang" })).catch(() => {});
    await eventually("the create hangs", () => stderr().includes("hanging\n"));
    const exit = once(child, "exit");
    child.kill(signal);
    assert.deepEqual(await exit, [0, null]);
    await eventually("the create is undone", () => stderr().includes("undone\n"));
  });

test("provider: it does not outlive an engine that was killed", async (t) => {
  // A shell plays the engine: it waits for its child, so that the child is not the shell itself.
  const { child, stderr } = await startPlugin(t, "/bin/sh", [
    "-c",
    '"$0" "$1" & echo "pid $!" >&2; wait',
    process.execPath,
    PROVIDER,
  ]);
  await eventually("the shell tells its child", () => stderr().includes("\n"));
  const pid = Number(/^pid (\d+)$/m.exec(stderr())?.[1]);
  assert.ok(processStart(pid));
  child.kill("SIGKILL");
  await eventually("the provider is gone", () => processStart(pid) === undefined);
});
