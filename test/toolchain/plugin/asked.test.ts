import assert from "node:assert/strict";
import path from "node:path";
import { after, test } from "node:test";
import type { ServiceError } from "@grpc/grpc-js";
import pb from "@pulumi/pulumi/proto/provider_pb.js";
import statusPb from "@pulumi/pulumi/proto/status_pb.js";
import emptyPb from "google-protobuf/google/protobuf/empty_pb.js";
import { toJson, toStruct } from "../../../toolchain/plugin/struct.ts";
import { processStart } from "../../../toolchain/process.ts";
import { eventually } from "../../helpers/eventually.ts";
import { startPlugin } from "./client.ts";

const PROVIDER = path.join(import.meta.dirname, "asked-provider.ts");
const URN = "urn:pulumi:dev::kafka-stacks::any:group/v1:Thing::one";
const { call } = await startPlugin({ after }, process.execPath, [PROVIDER]);

const NOTHING = { preview: false, oldInputs: {}, ignoreChanges: [], timeoutSeconds: "none" };

function withUrn<T extends { setUrn(urn: string): void }>(request: T): T {
  request.setUrn(URN);
  return request;
}

test("asked: a provider without end of types makes the handler of each", async () => {
  const request = withUrn(new pb.CreateRequest());
  request.setTimeout(7);
  const answer = await call<pb.CreateRequest, pb.CreateResponse>("create", request);
  const { type, timeoutSeconds, kept } = toJson(answer.getProperties());
  assert.deepEqual([type, timeoutSeconds], ["any:group/v1:Thing", 7]);
  // The signature by which Pulumi's engine knows a secret, from its sdk/go/common/resource/sig/sig.go.
  assert.deepEqual(kept, { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value: "hidden" });
});

test("asked: inputs may be completed later", async () => {
  const request = withUrn(new pb.CheckRequest());
  request.setNews(toStruct({ a: 1 }));
  const answer = await call<pb.CheckRequest, pb.CheckResponse>("check", request);
  assert.deepEqual(toJson(answer.getInputs()), { a: 1, completed: true });
});

test("asked: what the program leaves as it is, how long it may take, and what the inputs were", async () => {
  const diff = withUrn(new pb.DiffRequest());
  diff.setIgnorechangesList(["spec.replicas"]);
  const found = await call<pb.DiffRequest, pb.DiffResponse>("diff", diff);
  assert.deepEqual(found.getDiffsList(), ["spec.replicas"]);

  const update = withUrn(new pb.UpdateRequest());
  update.setIgnorechangesList(["spec.replicas"]);
  update.setOldInputs(toStruct({ before: 1 }));
  update.setTimeout(8);
  const updated = await call<pb.UpdateRequest, pb.UpdateResponse>("update", update);
  const wanted = { preview: false, oldInputs: { before: 1 }, ignoreChanges: ["spec.replicas"], timeoutSeconds: 8 };
  assert.deepEqual(toJson(updated.getProperties()), wanted);

  const remove = withUrn(new pb.DeleteRequest());
  remove.setOldInputs(toStruct({ before: 2 }));
  remove.setTimeout(9);
  await assert.rejects(call("delete", remove), ({ details }: ServiceError) => {
    assert.deepEqual(JSON.parse(details), { ...NOTHING, oldInputs: { before: 2 }, timeoutSeconds: 9 });
    return true;
  });
});

test("asked: what was read gives the inputs that would have made it", async () => {
  const request = withUrn(new pb.ReadRequest());
  request.setId("one");
  request.setInputs(toStruct({ a: 1 }));
  const answer = await call<pb.ReadRequest, pb.ReadResponse>("read", request);
  assert.deepEqual(toJson(answer.getProperties()), { ...NOTHING, oldInputs: { a: 1 }, found: 1 });
  assert.deepEqual(toJson(answer.getInputs()), { a: 1, found: 1 });
});

test("asked: what was read and does not work is told with its state and inputs", async () => {
  const request = withUrn(new pb.ReadRequest());
  request.setId("one");
  request.setProperties(toStruct({ broken: true }));
  const error = (await call("read", request).catch((fault: unknown) => fault)) as ServiceError;
  assert.equal(error.details, "it does not work");
  const [bytes] = error.metadata.get("grpc-status-details-bin") as Buffer[];
  const [detail] = statusPb.Status.deserializeBinary(bytes!).getDetailsList();
  const failure = pb.ErrorResourceInitFailed.deserializeBinary(detail!.getValue_asU8());
  assert.deepEqual([failure.getId(), toJson(failure.getProperties())], ["one", { broken: true }]);
  assert.deepEqual(toJson(failure.getInputs()), { asWas: true });
});

test("asked: functions and components that a provider does not have are named", async () => {
  const invoke = new pb.InvokeRequest();
  invoke.setTok("any:yaml:decode");
  const details = "the provider asked that is used here has no function any:yaml:decode";
  await assert.rejects(call("invoke", invoke), { details });
  const construct = new pb.ConstructRequest();
  construct.setType("any:helm:Chart");
  await assert.rejects(call("construct", construct), { details: /has no component any:helm:Chart$/ });
});

function hang(): pb.CreateRequest {
  const request = withUrn(new pb.CreateRequest());
  request.setProperties(toStruct({ how: "hang" }));
  return request;
}

test("asked: an interruption is not the end of the engine", async (t) => {
  const plugin = await startPlugin(t, process.execPath, [PROVIDER]);
  const hanging = plugin.call("create", hang());
  await eventually("the create hangs", () => plugin.stderr().includes("hanging\n"));
  await plugin.call("cancel", new emptyPb.Empty());
  await hanging;
  await plugin.says(/interrupted\n/);
});

test("asked: the end of the engine is told to what is under way", async (t) => {
  // A shell plays the engine: it waits for its child, so that the child is not the shell itself.
  const shell = ["-c", '"$0" "$1" & echo "pid $!" >&2; wait', process.execPath, PROVIDER];
  const plugin = await startPlugin(t, "/bin/sh", shell);
  plugin.call("create", hang()).catch(() => {});
  await eventually("the create hangs", () => plugin.stderr().includes("hanging\n"));
  const pid = Number(/^pid (\d+)$/m.exec(plugin.stderr())?.[1]);
  plugin.child.kill("SIGKILL");
  await eventually("the provider is gone", () => processStart(pid) === undefined);
  await plugin.says(/gone\n/);
});
