import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { type ImageDescription, writeImage } from "../../../toolchain/image/oci.ts";
import { run } from "../../../toolchain/process.ts";
import { makeMachine } from "../machine.ts";

const sha256 = (content: string | Buffer): string => createHash("sha256").update(content).digest("hex");

function describe(root: string): ImageDescription {
  const layers = ["base", "kafka"].map((what) => {
    const tar = join(root, what);
    writeFileSync(tar, what);
    return { what, tar, digest: sha256(what), size: what.length };
  });
  return {
    reference: "kafka-stacks/kafka:4.3.1-0123456789ab",
    kafkaVersion: "4.3.1",
    architecture: "amd64",
    layers,
    packages: ["bash=5.2.15-2"],
  };
}

/** What a reader of OCI layouts, and one of `docker save` archives, find in an image. */
async function unpacked(root: string, file: string) {
  const place = join(root, "unpacked");
  mkdirSync(place);
  await run("tar", ["-xf", file, "-C", place], { env: process.env });
  const read = (path: string): Buffer => readFileSync(join(place, path));
  const json = (path: string) => JSON.parse(read(path).toString());
  const blob = ({ digest, size }: { digest: string; size: number }) => {
    const content = read(`blobs/${digest.replace(":", "/")}`);
    assert.equal(`sha256:${sha256(content)}`, digest);
    assert.equal(content.length, size);
    return content;
  };
  return { json, blob, read };
}

test("an image: one file that is an OCI layout and a docker-save archive of the same blobs", async (t) => {
  const { root } = makeMachine(t);
  const image = describe(root);
  const written = await writeImage(image, join(root, "image.tar"));
  const { json, blob, read } = await unpacked(root, join(root, "image.tar"));

  assert.deepEqual(json("oci-layout"), { imageLayoutVersion: "1.0.0" });
  const [descriptor] = json("index.json").manifests;
  assert.equal(descriptor.digest, written.manifestDigest);
  assert.deepEqual(descriptor.annotations, {
    "io.containerd.image.name": "docker.io/kafka-stacks/kafka:4.3.1-0123456789ab",
    "org.opencontainers.image.ref.name": "4.3.1-0123456789ab",
  });
  const manifest = JSON.parse(blob(descriptor).toString());
  assert.equal(manifest.config.digest, written.imageId);
  assert.deepEqual(
    manifest.layers.map((layer: { digest: string; size: number }) => blob(layer).toString()),
    ["base", "kafka"],
  );

  const [docker] = json("manifest.json");
  assert.deepEqual(docker.RepoTags, [image.reference]);
  assert.deepEqual(read(docker.Config), blob(manifest.config));
  assert.deepEqual(
    docker.Layers.map((path: string) => read(path).toString()),
    ["base", "kafka"],
  );
});

test("an image: its configuration, to the letter", async (t) => {
  const { root } = makeMachine(t);
  const { imageId } = await writeImage(describe(root), join(root, "image.tar"));
  const { json, read } = await unpacked(root, join(root, "image.tar"));
  assert.equal(`sha256:${sha256(read(json("manifest.json")[0].Config))}`, imageId);
  assert.deepEqual(json(json("manifest.json")[0].Config), {
    created: "2024-01-01T00:00:00.000Z",
    architecture: "amd64",
    os: "linux",
    config: {
      User: "1000:1000",
      ExposedPorts: { "9092/tcp": {} },
      Env: [
        "PATH=/opt/java/openjdk/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "JAVA_HOME=/opt/java/openjdk",
        "LANG=C.UTF-8",
      ],
      Cmd: ["/bin/bash"],
      WorkingDir: "/",
      Volumes: { "/var/lib/kafka/data": {} },
      Labels: {
        "kafka-stacks.packages": "bash=5.2.15-2",
        "kafka-stacks.recipe": "1",
        "org.opencontainers.image.created": "2024-01-01T00:00:00.000Z",
        "org.opencontainers.image.description":
          "Apache Kafka's libraries, Java and a shell, in the layout of apache/kafka",
        "org.opencontainers.image.title": "kafka-stacks/kafka",
        "org.opencontainers.image.version": "4.3.1",
      },
    },
    rootfs: { type: "layers", diff_ids: [`sha256:${sha256("base")}`, `sha256:${sha256("kafka")}`] },
    history: [
      { created: "2024-01-01T00:00:00.000Z", created_by: "base" },
      { created: "2024-01-01T00:00:00.000Z", created_by: "kafka" },
    ],
  });
});

test("an image: described twice, the same bytes", async (t) => {
  const { root } = makeMachine(t);
  const first = await writeImage(describe(root), join(root, "1.tar"));
  const second = await writeImage(describe(root), join(root, "2.tar"));
  assert.deepEqual(second, first);
  assert.deepEqual(readFileSync(join(root, "1.tar")), readFileSync(join(root, "2.tar")));
});
