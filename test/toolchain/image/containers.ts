import assert from "node:assert/strict";
import { buffer } from "node:stream/consumers";
import type { TestContext } from "node:test";
import type Docker from "dockerode";
import { dockerAt, dockerHost } from "../../../toolchain/docker.ts";
import { ensureImageArchive } from "../../../toolchain/image/archive.ts";
import { knownBase } from "../../../toolchain/image/base.ts";
import { requireDebian } from "../../../toolchain/image/debian.ts";
import { loadImage } from "../../../toolchain/image/load.ts";

const docker = dockerAt(dockerHost(undefined));

/** Why no image can be tried here; undefined where it can. */
export async function noContainers(): Promise<string | undefined> {
  return (
    noDebian() ??
    (await docker.ping().then(
      () => undefined,
      () => "no Docker engine answers",
    ))
  );
}

/** Why no image can be made here. */
export function noDebian(): string | undefined {
  try {
    if (knownBase(process.env) === undefined) requireDebian(process.env);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

export async function loadedImage(kafkaVersion: string): Promise<string> {
  const setup = { env: process.env, yes: false, progress: () => undefined };
  const image = await ensureImageArchive({ kafkaVersion, setup });
  assert.ok(image.hasClassArchive, "the image has a class archive");
  await loadImage(docker, image, () => undefined, AbortSignal.timeout(120_000));
  return image.reference;
}

export interface Lab {
  /** Starts a shell script in a container that is as locked up as a node's; others reach it by its name. */
  start(name: string, script: string, port?: number): Promise<Docker.Container>;
  /** Runs a script to its end, and gives what it wrote; its failure is the test's. */
  run(name: string, script: string): Promise<string>;
  fullName(name: string): string;
}

/** A network with containers of one image, all of it gone when the test is over. */
export async function makeLab(t: TestContext, image: string): Promise<Lab> {
  const prefix = `kafka-stacks-image-test-${process.pid}-${image.replaceAll(/[^0-9a-z]/g, "-").slice(-18)}`;
  const fullName = (name: string) => `${prefix}-${name}`;
  const containers: Docker.Container[] = [];
  const network = await docker.createNetwork({ Name: prefix });
  t.after(async () => {
    await Promise.all(containers.map((container) => container.remove({ force: true, v: true })));
    await docker.getVolume(prefix).remove({ force: true });
    await network.remove();
  });
  const start = async (name: string, script: string, port?: number): Promise<Docker.Container> => {
    const container = await docker.createContainer({
      name: fullName(name),
      Image: image,
      Cmd: ["/bin/bash", "-c", script],
      User: "1000:1000",
      ExposedPorts: { "9092/tcp": {} },
      HostConfig: {
        ReadonlyRootfs: true,
        CapDrop: ["ALL"],
        SecurityOpt: ["no-new-privileges"],
        Tmpfs: { "/tmp": "exec,mode=1777" },
        NetworkMode: prefix,
        Binds: [`${prefix}:/var/lib/kafka/data`],
        PortBindings: port === undefined ? {} : { "9092/tcp": [{ HostIp: "127.0.0.1", HostPort: String(port) }] },
      },
    });
    containers.push(container);
    await container.start();
    return container;
  };
  return {
    fullName,
    start,
    async run(name, script) {
      const container = await start(name, script);
      const { StatusCode } = await container.wait();
      const written = await logs(container);
      assert.equal(StatusCode, 0, `${name} exited with ${StatusCode}: ${written}`);
      return written;
    },
  };
}

/** What a container wrote, without the frames in which the engine sends it. */
export async function logs(container: Docker.Container): Promise<string> {
  const frames = await container.logs({ stdout: true, stderr: true });
  const bytes = Buffer.isBuffer(frames) ? frames : await buffer(frames as NodeJS.ReadableStream);
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += 8 + bytes.readUInt32BE(at + 4))
    parts.push(bytes.subarray(at + 8, at + 8 + bytes.readUInt32BE(at + 4)));
  return Buffer.concat(parts).toString();
}
