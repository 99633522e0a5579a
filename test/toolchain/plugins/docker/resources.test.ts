import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { docker, noEngine, tinyImage, unique } from "./engine.ts";
import { startDocker } from "./provider.ts";

describe("docker: networks, volumes and images", { skip: noEngine }, async () => {
  if (noEngine) return;
  const image = await tinyImage();
  const { check, create, read, diff, remove } = await startDocker();
  const labels = [{ label: "project", value: "kafka-stacks" }];

  test("a network: created, read without a difference, replaced for any change, deleted", async (t) => {
    const kept = await create("Network", { name: unique("net"), labels, ipamConfigs: [{ subnet: "10.213.7.0/24" }] });
    t.after(() => remove("Network", kept));
    const { Id, Labels } = await docker.getNetwork(String(kept.inputs.name)).inspect();
    assert.deepEqual([kept.id, Labels], [Id, { project: "kafka-stacks" }]);
    assert.deepEqual([kept.state.driver, kept.state.scope, kept.state.internal], ["bridge", "local", false]);
    assert.deepEqual(await read("Network", kept), kept);
    assert.deepEqual((await diff("Network", kept)).detailed, {});
    const found = await diff("Network", kept, { ...kept.inputs, internal: true });
    assert.deepEqual([found.replaces, found.deleteBeforeReplace], [["internal"], true]);
    await remove("Network", kept);
    assert.equal(await read("Network", kept), undefined);
  });

  test("a network has a gateway that the engine chose; another of its name is refused", async (t) => {
    const kept = await create("Network", { name: unique("net") });
    t.after(() => remove("Network", kept));
    const [range] = kept.state.ipamConfigs as { gateway: string }[];
    assert.match(range!.gateway, /^\d+\.\d+\.\d+\.\d+$/);
    await assert.rejects(create("Network", kept.inputs), {
      details: `network ${kept.inputs.name} was not created: network with name ${kept.inputs.name} already exists; remove it if nothing uses it (docker network rm ${kept.inputs.name}), or choose another name`,
    });
  });

  test("a network that a container still uses is waited for", async () => {
    const kept = await create("Network", { name: unique("net") });
    const inputs = { name: unique("user"), image, networksAdvanced: [{ name: kept.inputs.name! }] };
    const user = await create("Container", inputs);
    const removing = remove("Network", kept);
    await remove("Container", user);
    await removing;
    assert.equal(await read("Network", kept), undefined);
  });

  test("a volume: created, read without a difference, replaced for any change, deleted", async (t) => {
    const kept = await create("Volume", { name: unique("volume"), labels });
    t.after(() => remove("Volume", kept));
    const { Mountpoint, Labels } = await docker.getVolume(kept.id).inspect();
    assert.deepEqual([kept.id, kept.state.mountpoint], [kept.inputs.name, Mountpoint]);
    assert.deepEqual(Labels, { project: "kafka-stacks" });
    assert.deepEqual(await read("Volume", kept), kept);
    assert.deepEqual((await diff("Volume", kept)).detailed, {});
    const found = await diff("Volume", kept, { ...kept.inputs, driverOpts: { type: "tmpfs" } });
    assert.deepEqual([found.replaces, found.deleteBeforeReplace], [["driverOpts"], true]);
    await remove("Volume", kept);
    assert.equal(await read("Volume", kept), undefined);
    await remove("Volume", kept);
  });

  test("a volume that exists is adopted as it is, and stays without a difference", async () => {
    const name = unique("volume");
    await docker.createVolume({ Name: name, Labels: { made: "before" } });
    const kept = await create("Volume", { name, labels });
    assert.deepEqual((await docker.getVolume(name).inspect()).Labels, { made: "before" });
    assert.deepEqual((await diff("Volume", (await read("Volume", kept))!)).changed, []);
    await remove("Volume", kept);
  });

  test("a volume without a name gets one, and keeps it", async () => {
    const { inputs } = await check("Volume", {});
    assert.match(String(inputs.name), /^one-[0-9a-f]{7}$/);
    assert.equal((await check("Volume", {}, inputs)).inputs.name, inputs.name);
    const kept = await create("Volume", inputs);
    assert.equal((await diff("Volume", kept, { ...inputs, labels })).deleteBeforeReplace, false);
    await remove("Volume", kept);
  });

  test("an image that is there is found; it is removed, unless it is to be kept", async () => {
    const [repo, tag] = [unique("tagged"), "2"];
    await docker.getImage(image).tag({ repo, tag });
    const name = `${repo}:${tag}`;
    const kept = await create("RemoteImage", { name, keepLocally: true });
    const { Id } = await docker.getImage(image).inspect();
    assert.deepEqual([kept.id, kept.state.imageId, kept.state.repoDigest], [`${Id}${name}`, Id, ""]);
    assert.deepEqual(await read("RemoteImage", kept), kept);
    assert.deepEqual((await diff("RemoteImage", kept, { name })).detailed, { keepLocally: "DELETE" });
    await remove("RemoteImage", kept);
    const other = { ...kept, state: { ...kept.state, keepLocally: false, imageId: "sha256:other" } };
    await remove("RemoteImage", other);
    assert.ok(await read("RemoteImage", kept), "the name belongs to another image now, which is not ours");
    await remove("RemoteImage", { ...kept, state: { ...kept.state, keepLocally: false } });
    assert.equal(await read("RemoteImage", kept), undefined);
  });

  test("an image that cannot be pulled: what was wanted, what the engine answered, what to do", async () => {
    // Port 1 has no registry, and the engine goes to the registry of this machine without TLS.
    const name = "127.0.0.1:1/kafka-stacks/none:1";
    await assert.rejects(create("RemoteImage", { name }), ({ details }: { details: string }) => {
      assert.match(
        details,
        /^image 127\.0\.0\.1:1\/kafka-stacks\/none:1 is not on the engine's machine and could not be pulled: /,
      );
      assert.match(details, /connection refused; correct the name or the connection, or bring it there: docker pull /);
      return true;
    });
  });
});

const unreachable: readonly (readonly [host: string, wanted: RegExp])[] = [
  [
    "unix:///no/such/docker.sock",
    /^no Docker engine answers at unix:\/\/\/no\/such\/docker\.sock \(ENOENT\): start it /,
  ],
  ["tcp://127.0.0.1:1", /^no Docker engine answers at tcp:\/\/127\.0\.0\.1:1 \(ECONNREFUSED\): start it /],
];

for (const [host, wanted] of unreachable)
  test(`docker: an engine that does not answer at ${host} is one clear error`, async () => {
    const { create, diff } = await startDocker({ host });
    const inputs = { name: "one", image: "tiny:1" };
    for (const type of ["Container", "Network", "Volume", "RemoteImage"] as const)
      await assert.rejects(
        create(type, type === "Container" ? inputs : { name: "one" }),
        ({ details }: { details: string }) => {
          assert.match(details, wanted);
          return true;
        },
      );
    assert.deepEqual(
      (await diff("Volume", { id: "one", inputs: { name: "one" }, state: { name: "one" } })).changed,
      [],
    );
  });

test("docker: a preview needs no engine, and says what is not known yet", async () => {
  const { create } = await startDocker({ host: "unix:///no/such/docker.sock" });
  const { id, state } = await create("Container", { name: "one", image: "tiny:1", ports: [{ internal: 1 }] }, true);
  const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
  assert.deepEqual([id, state.hostname, state.networkDatas, state.name], [unknown, unknown, unknown, "one"]);
  assert.deepEqual(state.ports, [{ internal: 1, external: unknown }]);
});
