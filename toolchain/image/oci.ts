import { createHash } from "node:crypto";
import { type Entry, type Written, writeTar } from "./layer.ts";
import { DATA, EPOCH, JAVA_HOME, RECIPE, USER_ID } from "./recipe.ts";

/** One layer of an image, as it lies on this machine. */
export interface Layer extends Written {
  readonly tar: string;
  /** For `docker history`. */
  readonly what: string;
}

export interface ImageDescription {
  readonly reference: string;
  readonly kafkaVersion: string;
  readonly architecture: string;
  readonly layers: readonly Layer[];
  /** `name=version`, for a label. */
  readonly packages: readonly string[];
}

export interface WrittenImage extends Written {
  /** Digest of the configuration: what a Docker engine calls the image's id. */
  readonly imageId: string;
  /** Digest of the manifest: what containerd, and an engine that stores images in it, call it. */
  readonly manifestDigest: string;
}

const CREATED = new Date(EPOCH * 1000).toISOString();
const TYPE = "application/vnd.oci.image";

/** The image's configuration (OCI image specification, config.md). */
export function imageConfig(image: ImageDescription): object {
  return {
    created: CREATED,
    architecture: image.architecture,
    os: "linux",
    config: {
      // By number: Kubernetes cannot tell of a name whether it is root.
      User: `${USER_ID}:${USER_ID}`,
      ExposedPorts: { "9092/tcp": {} },
      Env: [
        `PATH=/${JAVA_HOME}/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
        `JAVA_HOME=/${JAVA_HOME}`,
        "LANG=C.UTF-8",
      ],
      Cmd: ["/bin/bash"],
      WorkingDir: "/",
      Volumes: { [`/${DATA}`]: {} },
      Labels: {
        "kafka-stacks.packages": image.packages.join(" "),
        "kafka-stacks.recipe": String(RECIPE),
        "org.opencontainers.image.created": CREATED,
        "org.opencontainers.image.description":
          "Apache Kafka's libraries, Java and a shell, in the layout of apache/kafka",
        "org.opencontainers.image.title": "kafka-stacks/kafka",
        "org.opencontainers.image.version": image.kafkaVersion,
      },
    },
    rootfs: { type: "layers", diff_ids: image.layers.map(({ digest }) => `sha256:${digest}`) },
    history: image.layers.map(({ what }) => ({ created: CREATED, created_by: what })),
  };
}

/**
 * Writes an image as one archive that every engine reads: an OCI layout (containerd, newer Docker) which is a
 * `docker save` archive too (its manifest.json names the same blobs).
 */
export async function writeImage(image: ImageDescription, file: string): Promise<WrittenImage> {
  const config = blob(imageConfig(image), `${TYPE}.config.v1+json`);
  const manifest = blob(
    {
      schemaVersion: 2,
      mediaType: `${TYPE}.manifest.v1+json`,
      config: config.descriptor,
      layers: image.layers.map(({ digest, size }) => ({
        mediaType: `${TYPE}.layer.v1.tar`,
        digest: `sha256:${digest}`,
        size,
      })),
    },
    `${TYPE}.manifest.v1+json`,
  );
  const index = {
    schemaVersion: 2,
    mediaType: `${TYPE}.index.v1+json`,
    manifests: [
      {
        ...manifest.descriptor,
        platform: { architecture: image.architecture, os: "linux" },
        annotations: {
          "io.containerd.image.name": `docker.io/${image.reference}`,
          "org.opencontainers.image.ref.name": image.reference.split(":")[1],
        },
      },
    ],
  };
  const dockerManifest = [
    { Config: config.path, RepoTags: [image.reference], Layers: image.layers.map(({ digest }) => pathOf(digest)) },
  ];
  const written = await writeTar(
    [
      text("oci-layout", { imageLayoutVersion: "1.0.0" }),
      text("index.json", index),
      text("manifest.json", dockerManifest),
      { kind: "text", path: config.path, text: config.text },
      { kind: "text", path: manifest.path, text: manifest.text },
      ...image.layers.map(({ tar, digest, size }): Entry => {
        return { kind: "file", path: pathOf(digest), from: tar, size, mode: 0o644 };
      }),
    ],
    file,
  );
  return { ...written, imageId: config.descriptor.digest, manifestDigest: manifest.descriptor.digest };
}

const pathOf = (digest: string): string => `blobs/sha256/${digest}`;

const text = (path: string, content: object): Entry => ({ kind: "text", path, text: JSON.stringify(content) });

function blob(content: object, mediaType: string) {
  const text = JSON.stringify(content);
  const digest = createHash("sha256").update(text).digest("hex");
  return {
    text,
    path: pathOf(digest),
    descriptor: { mediaType, digest: `sha256:${digest}`, size: Buffer.byteLength(text) },
  };
}
