import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { test } from "node:test";
import Docker from "dockerode";
import type { UserError } from "../../../infra/errors.ts";
import { CLASSES, type ImageArchive } from "../../../toolchain/image/archive.ts";
import { loadImage } from "../../../toolchain/image/load.ts";

const image: ImageArchive = {
  archive: "/image.tar",
  reference: "kafka-stacks/kafka:4.3.1-0123456789ab",
  imageId: "sha256:1",
  manifestDigest: "sha256:2",
  architecture: "amd64",
  size: 2e8,
  hasClassArchive: true,
  layers: [
    { what: "Debian and Java", digest: "a", size: 1 },
    { what: "Kafka 4.3.1", digest: "b", size: 1 },
    { what: CLASSES, digest: "c", size: 1 },
  ],
};
const OURS = ["sha256:a", "sha256:b", "sha256:c"];

/** A pretended engine: what it has by name or id, what it answers to an archive, and what was asked of it. */
function engine(images: Record<string, readonly string[]>, answer: object = {}, arch = "amd64") {
  const asked: string[] = [];
  const docker = {
    modem: new Docker({ host: "localhost" }).modem,
    version: async () => ({ Os: "linux", Arch: arch }),
    getImage: (name: string) => ({
      async inspect() {
        if (images[name] === undefined) throw Object.assign(new Error("no such image"), { statusCode: 404 });
        return { Id: "sha256:any", RootFS: { Layers: images[name] } };
      },
      async tag({ repo, tag }: { repo: string; tag: string }) {
        asked.push(`tag ${name} ${repo}:${tag}`);
      },
    }),
    async loadImage(file: string) {
      asked.push(`load ${file}`);
      if (Object.keys(answer).length === 0) images[image.reference] = OURS;
      return Readable.from([`${JSON.stringify({ stream: "Loaded image\n", ...answer })}\n`]);
    },
  };
  return { docker: docker as unknown as Docker, asked };
}

const rows: readonly (readonly [name: string, images: Record<string, readonly string[]>, asked: readonly string[]])[] =
  [
    ["is loaded where there is none", {}, ["load /image.tar"]],
    ["is left alone where it is", { [image.reference]: OURS }, []],
    [
      "is left alone where another machine's class archives are in it",
      { [image.reference]: ["sha256:a", "sha256:b", "sha256:other"] },
      [],
    ],
    [
      "is loaded where what has its name is another",
      { [image.reference]: ["sha256:a", "sha256:x", "sha256:c"] },
      ["load /image.tar"],
    ],
    [
      "is loaded where the one that is there lacks the class archives",
      { [image.reference]: ["sha256:a", "sha256:b"] },
      ["load /image.tar"],
    ],
    ["gets its name back", { "sha256:1": OURS }, [`tag sha256:1 ${image.reference}`]],
  ];

for (const [name, images, wanted] of rows)
  test(`an image ${name}`, async () => {
    const { docker, asked } = engine({ ...images });
    await loadImage(docker, image, () => undefined);
    assert.deepEqual(asked, wanted);
  });

test("an image for another processor is refused before it is sent", async () => {
  const { docker, asked } = engine({}, {}, "arm64");
  await assert.rejects(
    loadImage(docker, image, () => undefined),
    (error: UserError) => {
      assert.match(error.message, /was made for linux\/amd64; the Docker engine runs linux\/arm64$/);
      assert.match(error.next, /docker\.image/);
      return true;
    },
  );
  assert.deepEqual(asked, []);
});

test("what the engine says while it takes an image is told; a complaint is an error", async () => {
  const lines: string[] = [];
  await loadImage(engine({}).docker, image, (line) => lines.push(line));
  assert.deepEqual(lines, [`loading ${image.reference} into the Docker engine (200 MB)`, "Loaded image"]);
  const full = engine({}, { error: "no space left on device" }).docker;
  await assert.rejects(
    loadImage(full, image, () => undefined),
    /no space left on device$/,
  );
});
