import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { JsonObject } from "../../../../toolchain/plugin/struct.ts";
import { docker, noEngine, tinyImage, unique } from "./engine.ts";
import { startDocker } from "./provider.ts";

describe("docker: a container", { skip: noEngine }, async () => {
  if (noEngine) return;
  const image = await tinyImage();
  const { create, read, diff, update, remove } = await startDocker();

  /** All that the project asks of a container. */
  const full = (name: string, network: string, volume: string): JsonObject => ({
    name,
    image,
    hostname: "node-1",
    user: "1000:1000",
    entrypoints: ["bash", "-c"],
    command: ["trap exit TERM; while :; do sleep 0.1; done"],
    envs: ["SECRET=hidden", "A=1"],
    labels: [
      { label: "b", value: "2" },
      { label: "a", value: "1" },
    ],
    networksAdvanced: [{ name: network, aliases: ["kafka", "kafka-1"] }],
    ports: [{ internal: 9092, ip: "127.0.0.1" }, { internal: 9093 }],
    volumes: [{ volumeName: volume, containerPath: "/data" }, { containerPath: "/scratch" }],
    tmpfs: { "/tmp": "rw,exec,size=1m" },
    readOnly: true,
    capabilities: { drops: ["ALL"] },
    securityOpts: ["no-new-privileges:true"],
    ulimits: [{ name: "nofile", soft: 1000, hard: 2000 }],
    memory: 64,
    cpus: "0.50",
    cpuShares: 512,
    restart: "unless-stopped",
    healthcheck: { tests: ["CMD", "bash", "-c", "true"], interval: "200ms", startInterval: "100ms", retries: 3 },
    wait: true,
    waitTimeout: 20,
    destroyGraceSeconds: 5,
    stopTimeout: 3,
    logDriver: "json-file",
    logOpts: { "max-size": "1m" },
    init: true,
    workingDir: "/data",
    groupAdds: ["2000"],
    sysctls: { "net.ipv4.tcp_keepalive_time": "600" },
    shmSize: 8,
  });

  test("with everything that is supported: created, read without a difference, changed in place, deleted", async (t) => {
    const [name, network, volume] = [unique("full"), unique("net"), unique("volume")];
    const { id: networkId } = await docker.createNetwork({ Name: network });
    t.after(() => docker.getNetwork(networkId).remove());
    t.after(() => docker.getVolume(volume).remove());
    const kept = await create("Container", full(name, network, volume));
    t.after(() => remove("Container", kept));

    assert.deepEqual(await read("Container", kept), kept);
    assert.deepEqual((await diff("Container", kept)).detailed, {});
    const ports = kept.state.ports as JsonObject[];
    assert.ok(ports.every(({ external }) => Number(external) > 1024));
    assert.deepEqual(
      (kept.state.networkDatas as JsonObject[]).map((data) => data.networkName),
      [network],
    );

    const news = { ...kept.inputs, memory: 96, restart: "no" };
    const found = await diff("Container", kept, news);
    assert.deepEqual([found.detailed, found.replaces], [{ memory: "UPDATE", restart: "UPDATE" }, []]);
    const updated = await update("Container", kept, news);
    assert.equal(updated.id, kept.id);
    assert.deepEqual((await diff("Container", updated)).detailed, {});
    const { HostConfig } = await docker.getContainer(name).inspect();
    assert.deepEqual([HostConfig.Memory, HostConfig.RestartPolicy?.Name], [96 * 1024 * 1024, "no"]);

    await remove("Container", updated);
    assert.equal(await read("Container", updated), undefined);
    await remove("Container", updated);
  });

  const simple = (change: JsonObject = {}): JsonObject => ({ name: unique("one"), image, ...change });

  test("one that stopped is found so, started again in place, and keeps its ports", async () => {
    const kept = await create("Container", simple({ ports: [{ internal: 9092, external: 39092, ip: "127.0.0.1" }] }));
    await docker.getContainer(kept.id).stop({ t: 0 });
    const stopped = (await read("Container", kept))!;
    const found = await diff("Container", stopped);
    assert.deepEqual([found.detailed, found.replaces], [{ mustRun: "UPDATE" }, []]);
    const healed = await update("Container", stopped, kept.inputs);
    assert.equal(healed.state.mustRun, true);
    assert.ok((await docker.getContainer(kept.id).inspect()).State.Running);
    assert.deepEqual((await diff("Container", healed)).changed, []);
    await remove("Container", healed);
  });

  test("one that need not run is left as it is", async () => {
    const kept = await create("Container", simple({ start: false }));
    const { State } = await docker.getContainer(kept.id).inspect();
    assert.equal(State.Status, "created");
    assert.deepEqual((await diff("Container", (await read("Container", kept))!)).changed, []);
    await remove("Container", kept);
    const done = await create("Container", simple({ mustRun: false, command: ["bash", "-c", "exit 3"] }));
    await docker.getContainer(done.id).wait();
    const after = (await read("Container", done))!;
    assert.equal(after.state.exitCode, 3);
    assert.deepEqual((await diff("Container", after)).changed, []);
    await remove("Container", done);
  });

  test("what somebody else changed is a difference: limits, restart policy, name, networks", async (t) => {
    const network = await docker.createNetwork({ Name: unique("net") });
    t.after(() => network.remove());
    const inputs = simple({ memory: 64, networksAdvanced: [{ name: network.id, aliases: ["a"] }] });
    const kept = await create("Container", inputs);
    t.after(() => remove("Container", kept));
    const container = docker.getContainer(kept.id);
    await container.update({ Memory: 96 * 1024 * 1024, MemorySwap: -1, RestartPolicy: { Name: "always" } });
    const changed = async () => (await diff("Container", (await read("Container", kept))!)).detailed;
    assert.deepEqual(await changed(), { memory: "UPDATE", restart: "UPDATE" });
    const healed = await update("Container", (await read("Container", kept))!, inputs);
    assert.deepEqual((await diff("Container", healed)).changed, []);
    await container.rename({ name: `${inputs.name}-other` });
    assert.deepEqual(await changed(), { name: "UPDATE_REPLACE" });
    await container.rename({ name: String(inputs.name) });
    await network.disconnect({ Container: kept.id });
    assert.deepEqual(await changed(), { networksAdvanced: "UPDATE_REPLACE" });
  });

  test("a change that the engine cannot make in place is told, and stays a difference", async () => {
    const health = (test: string) => simple({ name: "same", healthcheck: { tests: ["CMD", test] } });
    const { plugin, ...own } = await startDocker();
    const name = unique("one");
    const kept = await own.create("Container", { ...health("true"), name });
    const news = { ...health("false"), name };
    assert.deepEqual((await own.diff("Container", kept, news)).replaces, []);
    const updated = await own.update("Container", kept, news);
    await plugin.says(/^healthcheck: the engine cannot change this in a container that exists; .* replaceOnChanges$/m);
    assert.deepEqual((await own.diff("Container", updated)).detailed, { "healthcheck.tests[1]": "UPDATE" });
    await own.remove("Container", updated);
  });

  test("files are uploaded before the start, with their modes", async () => {
    const uploads = [
      { file: "/etc/one", content: "hush" },
      { file: "/etc/two", contentBase64: "aHVzaA==", permissions: "0600" },
    ];
    const command = ["bash", "-c", "cat /etc/one /etc/two; stat -c %a /etc/one /etc/two"];
    const kept = await create("Container", simple({ uploads, command, mustRun: false }));
    await docker.getContainer(kept.id).wait();
    const log = await docker.getContainer(kept.id).logs({ stdout: true, stderr: true });
    assert.match(log.toString("latin1"), /hushhush644\n.*600\n/s);
    await remove("Container", kept);
  });

  test("failures name the container and what to do, show no secret, and leave nothing", async () => {
    const taken = await create("Container", simple({ ports: [{ internal: 1, external: 39093, ip: "127.0.0.1" }] }));
    const secret = { envs: ["TOKEN=hush-hush"] };
    const rows: readonly (readonly [change: JsonObject, wanted: RegExp])[] = [
      [{ name: taken.inputs.name! }, /was not created: .* is already in use .*; remove the other container/],
      [
        { ports: [{ internal: 1, external: 39093, ip: "127.0.0.1" }] },
        /was not started: .*; end what listens on that port/,
      ],
      [
        { networksAdvanced: [{ name: "no-such-net" }] },
        /was not started: network no-such-net not found; create the network first/,
      ],
      [{ command: ["/no/such/command"] }, /was not started: .*; correct its inputs/],
      [{ securityOpts: ["hush-hush"] }, /was not \w+: .*\(hidden\).*; correct its inputs/],
      [{ image: `sha256:${"0".repeat(64)}` }, /an id cannot be pulled; name the image instead/],
    ];
    for (const [change, wanted] of rows) {
      const inputs: JsonObject = { ...simple(), ...secret, ...change };
      await assert.rejects(create("Container", inputs), ({ details }: { details: string }) => {
        assert.match(details, wanted);
        assert.doesNotMatch(details, /hush/);
        return true;
      });
      const left = await docker.listContainers({ all: true, filters: { name: [`^/${inputs.name}$`] } });
      assert.deepEqual(
        left.map(({ Id }) => Id),
        inputs.name === taken.inputs.name ? [taken.id] : [],
      );
    }
    await remove("Container", taken);
  });

  test("a grace at the end is kept to, and anonymous volumes go with the container", async () => {
    const command = ["bash", "-c", "trap '' TERM; while :; do sleep 0.1; done"];
    const inputs = simple({ command, destroyGraceSeconds: 3, volumes: [{ containerPath: "/scratch" }] });
    const kept = await create("Container", inputs);
    const [volume] = (await docker.getContainer(kept.id).inspect()).Mounts;
    const begin = performance.now();
    await remove("Container", kept);
    assert.ok(performance.now() - begin > 2_900);
    await assert.rejects(docker.getVolume(volume!.Name!).inspect(), { statusCode: 404 });
  });

  test("one that removes itself is gone, without an error", async () => {
    const kept = await create("Container", simple({ rm: true }));
    await remove("Container", kept);
    assert.equal(await read("Container", kept), undefined);
  });
});
