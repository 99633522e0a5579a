import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after } from "node:test";
import { CoreV1Api } from "@kubernetes/client-node";
import { Api, type Ask } from "../../../../toolchain/plugins/kubernetes/api.ts";
import type { KubeObject } from "../../../../toolchain/plugins/kubernetes/object.ts";
import { findCluster } from "../../../helpers/kube.ts";

export const { access, skip } = await findCluster();

/** Pods need an image, which a cluster without a registry gets by a command. */
export const noPods: string | false =
  skip ||
  (process.env.KAFKA_STACKS_TEST_IMPORT ? false : "KAFKA_STACKS_TEST_IMPORT names no command that brings an image");

/** A namespace of the test file's own, which goes with it. */
export async function testNamespace(): Promise<string> {
  const name = `kplug-${randomBytes(4).toString("hex")}`;
  const core = access!.config.makeApiClient(CoreV1Api);
  await core.createNamespace({ body: { metadata: { name } } });
  after(() => core.deleteNamespace({ name }).catch(() => {}));
  return name;
}

/** What someone else does to the cluster. */
export async function ask(method: string, url: string, more: Ask = {}): Promise<KubeObject> {
  return (await new Api(access!.config).ask(method, url, more)).body as KubeObject;
}

/** Changes an object as another manager would. */
export function meddle(url: string, manager: string, body: object): Promise<KubeObject> {
  return ask("PATCH", url, { query: { fieldManager: manager }, body, contentType: "application/merge-patch+json" });
}

const REFERENCE = "kafka-stacks-test/tiny:1";
const COMMANDS = ["bash", "sleep"];

/** An image of this machine's own bash, on the cluster's machine: nothing is downloaded. */
export function tinyImage(): string {
  const directory = mkdtempSync(path.join(tmpdir(), "kafka-stacks-tiny-"));
  after(() => rmSync(directory, { recursive: true }));
  const files = COMMANDS.map((name) =>
    execFileSync("/bin/sh", ["-c", `command -v ${name}`], { encoding: "utf8" }).trim(),
  );
  const linked = execFileSync("ldd", files, { encoding: "utf8" });
  const libraries = [...linked.matchAll(/(?:=> |^\s)(\/\S+) \(/gm)].map(([, file]) => file!);
  const members = [...new Set([...files, ...libraries])].map((file) => file.slice(1));
  const layer = execFileSync("tar", ["-C", "/", "-chf", "-", ...members], { maxBuffer: 100_000_000 });
  const digest = (bytes: Buffer | string) => createHash("sha256").update(bytes).digest("hex");
  const config = JSON.stringify({
    architecture: process.arch === "arm64" ? "arm64" : "amd64",
    os: "linux",
    config: { Env: ["PATH=/usr/local/bin:/usr/bin:/bin"], User: "1000:1000" },
    rootfs: { type: "layers", diff_ids: [`sha256:${digest(layer)}`] },
  });
  const names = { config: `${digest(config)}.json`, layer: `${digest(layer)}/layer.tar` };
  mkdirSync(path.join(directory, digest(layer)));
  writeFileSync(path.join(directory, names.layer), layer);
  writeFileSync(path.join(directory, names.config), config);
  const manifest = [{ Config: names.config, RepoTags: [REFERENCE], Layers: [names.layer] }];
  writeFileSync(path.join(directory, "manifest.json"), JSON.stringify(manifest));
  const archive = path.join(directory, "tiny.tar");
  execFileSync("tar", ["-C", directory, "-cf", archive, "manifest.json", names.config, names.layer]);
  execFileSync("/bin/sh", ["-c", `${process.env.KAFKA_STACKS_TEST_IMPORT} "$1"`, "sh", archive]);
  return REFERENCE;
}
