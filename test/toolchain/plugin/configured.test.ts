import assert from "node:assert/strict";
import path from "node:path";
import { after, test } from "node:test";
import pb from "@pulumi/pulumi/proto/provider_pb.js";
import { type JsonObject, toJson, toStruct } from "../../../toolchain/plugin/struct.ts";
import { startPlugin } from "./client.ts";

const PROVIDER = path.join(import.meta.dirname, "thing-provider.ts");
const URN = "urn:pulumi:dev::kafka-stacks::test:index:Thing::one";
const { call, says } = await startPlugin({ after }, process.execPath, [PROVIDER, "configured"]);

/** What the engine adds to a provider's configuration for itself. */
const ENGINES: JsonObject = { version: "5.2.0", pluginDownloadURL: "", __internal: {} };

test("configuration: refusals are named by property", async () => {
  for (const [place, reasons] of [
    ["here", []],
    ["nowhere", ["there is no such place"]],
  ] as const) {
    const request = new pb.CheckRequest();
    request.setNews(toStruct({ place, ...ENGINES }));
    const answer = await call<pb.CheckRequest, pb.CheckResponse>("checkConfig", request);
    assert.deepEqual(
      answer.getFailuresList().map((failure) => failure.getReason()),
      reasons,
    );
    assert.deepEqual(toJson(answer.getInputs()), { place, ...ENGINES });
  }
});

test("configuration: a change is an update unless the provider says more, and what the engine adds is none", async () => {
  for (const [news, changed, replaces] of [
    [{ place: "here", ...ENGINES }, [], []],
    [{ place: "there" }, ["place"], []],
    [{}, ["place"], []],
    [{ place: "elsewhere", how: "soon" }, ["how", "place"], ["place"]],
  ] as const) {
    const request = new pb.DiffRequest();
    request.setOlds(toStruct({ place: "here", version: "5.1.0" }));
    request.setNews(toStruct(news));
    const answer = await call<pb.DiffRequest, pb.DiffResponse>("diffConfig", request);
    assert.deepEqual([answer.getDiffsList(), answer.getReplacesList()], [changed, replaces]);
  }
});

test("configuration: handlers are made of it, and the user is told once which provider is used", async () => {
  const create = new pb.CreateRequest();
  create.setUrn(URN);
  await assert.rejects(call("create", create), /no resource type test:index:Thing/, "not before it is configured");
  for (const place of ["here", "there"]) {
    const request = new pb.ConfigureRequest();
    request.setArgs(toStruct({ place, ...ENGINES }));
    await call("configure", request);
    const created = await call<pb.CreateRequest, pb.CreateResponse>("create", create);
    assert.deepEqual(toJson(created.getProperties()), { config: { place } });
  }
  await says(/^the test's provider is used\n$/);
});

test("check: inputs are completed before they are looked at", async () => {
  const request = new pb.CheckRequest();
  request.setUrn(URN);
  request.setNews(toStruct({ how: "refuse" }));
  request.setOlds(toStruct({ how: "before" }));
  request.setRandomseed(Uint8Array.of(1, 2));
  const answer = await call<pb.CheckRequest, pb.CheckResponse>("check", request);
  const inputs = { how: "refuse", olds: { how: "before" }, urn: URN, seed: [1, 2] };
  assert.deepEqual(toJson(answer.getInputs()), inputs);
  assert.equal(answer.getFailuresList().length, 1);
});

test("diff: nested changes, each of its kind, and what must be deleted first", async () => {
  const request = new pb.DiffRequest();
  request.setUrn(URN);
  const answer = await call<pb.DiffRequest, pb.DiffResponse>("diff", request);
  assert.deepEqual([answer.getDiffsList(), answer.getReplacesList()], [["ports", "sysctls"], ["ports"]]);
  assert.ok(answer.getDeletebeforereplace());
  const { ADD, ADD_REPLACE, DELETE, DELETE_REPLACE, UPDATE_REPLACE } = pb.PropertyDiff.Kind;
  const kinds: Record<string, number> = {};
  answer.getDetaileddiffMap().forEach((entry, name) => {
    kinds[name] = entry.getKind();
  });
  assert.deepEqual(kinds, {
    "ports[0].external": UPDATE_REPLACE,
    "ports[1]": ADD_REPLACE,
    "ports[2]": DELETE_REPLACE,
    'sysctls["a.b"]': ADD,
    'sysctls["c.d"]': DELETE,
  });
});
