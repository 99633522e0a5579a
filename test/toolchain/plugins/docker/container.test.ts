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
    cpus: "0.5",
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
});
