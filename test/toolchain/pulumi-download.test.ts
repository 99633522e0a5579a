import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { buffer } from "node:stream/consumers";
import { type TestContext, test } from "node:test";
import { gzipSync } from "node:zlib";
import { type Header, pack } from "tar-stream";
import { KAFKA_IMAGE, officialImage, PULUMI_CLI } from "../../toolchain/checksums.ts";
import { pinnedKafkaVersions } from "../../toolchain/kafka.ts";
import { downloadCli, ensurePulumi } from "../../toolchain/pulumi.ts";
import { makeMachine } from "./machine.ts";

type Entry = Partial<Header> & { readonly name: string };

const PLATFORM = "linux-x64";
const CLI: Entry = { name: "pulumi/pulumi", mode: 0o6777, uid: 4242, uname: "stranger" };

/** What Pulumi's own archive is like, with owners and modes that nobody should have. */
const WHOLE: readonly Entry[] = [
  { name: "pulumi/", type: "directory", mode: 0o777 },
  CLI,
  { name: "pulumi/pulumi-language-nodejs", mode: 0o644 },
  { name: "pulumi/notes.txt", mode: 0o4755 },
];

const FORBIDDEN: readonly (readonly [what: string, entry: Entry, says: RegExp])[] = [
  ["a file above", { name: "pulumi/../../evil" }, /outside of itself/],
  ["an absolute file", { name: "/tmp/evil" }, /outside of itself/],
  ["a link", { name: "pulumi/pulumi-x", type: "symlink", linkname: "/etc/passwd" }, /is a symlink/],
  ["a hard link", { name: "pulumi/pulumi-x", type: "link", linkname: "/etc/passwd" }, /is a link/],
  ["a device", { name: "pulumi/null", type: "character-device" }, /is a character-device/],
  ["the same file twice", CLI, /EEXIST/],
];

test("download: the archive that Pulumi published is unpacked as files of this user", async (t) => {
  const { unpacked, fetchCli } = await served(t, await archiveOf(WHOLE));
  await fetchCli();
  assert.deepEqual(readdirSync(unpacked), ["bin"], "the archive itself is gone");
  const modes = readdirSync(path.join(unpacked, "bin")).map((name) => {
    const { mode, uid } = statSync(path.join(unpacked, "bin", name));
    return [name, mode & 0o7777, uid];
  });
  const [own, umask] = [process.getuid?.(), process.umask()];
  assert.deepEqual(modes, [
    ["notes.txt", 0o666 & ~umask, own],
    ["pulumi", 0o777 & ~umask, own],
    ["pulumi-language-nodejs", 0o777 & ~umask, own],
  ]);
});

test("download: a tampered archive is refused, and nothing of it is unpacked", async (t) => {
  const archive = await archiveOf(WHOLE);
  const tampered = Buffer.from(archive);
  tampered[tampered.length >> 1]! ^= 1;
  const { unpacked, fetchCli } = await served(t, tampered, sum(archive));
  const wanted = `wanted SHA-256 ${sum(archive)}, found ${sum(tampered)}; it was deleted`;
  await assert.rejects(fetchCli(), (error: Error) => error.message.endsWith(wanted));
  assert.deepEqual(readdirSync(unpacked), []);
});

test("download: an archive that ends early is refused", async (t) => {
  const archive = await archiveOf(WHOLE);
  const { unpacked, fetchCli } = await served(t, archive.subarray(0, -20), sum(archive));
  await assert.rejects(fetchCli(), /is not what its makers published/);
  assert.deepEqual(readdirSync(unpacked), []);
});

for (const [what, entry, says] of FORBIDDEN)
  test(`download: ${what} in an archive is not unpacked`, async (t) => {
    const { root, fetchCli } = await served(t, await archiveOf([CLI, entry]));
    await assert.rejects(fetchCli(), says);
    assert.ok(!existsSync(path.join(root, "evil")) && !existsSync("/tmp/evil"));
  });

test("download: for a platform without a known checksum nothing is asked", async (t) => {
  const { unpacked, asked } = await served(t, await archiveOf(WHOLE));
  await assert.rejects(
    downloadCli(unpacked, () => {}, undefined, { platform: "linux-riscv64" }),
    /no checksum of the Pulumi CLI is known for linux-riscv64: it is not downloaded/,
  );
  assert.equal(asked(), 0);
});

test("download: a tampered archive is said, and the CLI is built instead", async (t) => {
  const archive = await archiveOf(WHOLE);
  const { from } = await served(t, archive);
  const { setup, told, script } = makeMachine(t);
  const how = { from, platform: PLATFORM, sums: { [PLATFORM]: sum(Buffer.from("another")) } };
  await ensurePulumi(setup, {
    download: (aside, say, signal) => downloadCli(aside, say, signal, how),
    build: async (aside) => void script(path.relative(path.dirname(setup.env.HOME ?? ""), aside), ""),
  }).catch(() => {});
  assert.ok(told.some((line) => /^✗ download the Pulumi CLI .* is not what its makers published/.test(line)));
});

test("download: an interrupt ends one that says nothing more, and leaves no file", async (t) => {
  const silent = new AbortController();
  const { unpacked, from } = await serving(t, (_, response) => {
    response.writeHead(200).write("begun");
    setTimeout(() => silent.abort(new Error("interrupted")), 100);
  });
  const how = { from, platform: PLATFORM, sums: { [PLATFORM]: "ab" } };
  await assert.rejects(
    downloadCli(unpacked, () => {}, silent.signal, how),
    /interrupted/,
  );
  assert.deepEqual(readdirSync(unpacked), []);
});

test("checksums: every platform and every version of Kafka has its own", () => {
  const hex = /^(sha256:)?[0-9a-f]{64}$/;
  for (const sums of [PULUMI_CLI, KAFKA_IMAGE]) {
    for (const one of Object.values(sums)) assert.match(one, hex);
    assert.equal(new Set(Object.values(sums)).size, Object.keys(sums).length);
  }
  assert.deepEqual(Object.keys(PULUMI_CLI), ["linux-x64", "linux-arm64", "darwin-x64", "darwin-arm64"]);
  for (const version of pinnedKafkaVersions()) assert.match(officialImage(version), /^apache\/kafka@sha256:/);
});

const sum = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");

async function archiveOf(entries: readonly Entry[]): Promise<Buffer> {
  const packing = pack();
  for (const header of entries) {
    // It writes into the header that it is given.
    if (header.type === undefined) packing.entry({ ...header }, "#!/bin/sh\n");
    else packing.entry({ ...header });
  }
  packing.finalize();
  return gzipSync(await buffer(packing));
}

async function serving(t: TestContext, listener: RequestListener) {
  const { root } = makeMachine(t);
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const unpacked = path.join(root, "unpacked");
  mkdirSync(unpacked);
  return { root, unpacked, from: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

async function served(t: TestContext, archive: Buffer, sha256 = sum(archive)) {
  let count = 0;
  const place = await serving(t, (_, response) => {
    count++;
    response.end(archive);
  });
  const how = { from: place.from, platform: PLATFORM, sums: { [PLATFORM]: sha256 } };
  return { ...place, asked: () => count, fetchCli: () => downloadCli(place.unpacked, () => {}, undefined, how) };
}
