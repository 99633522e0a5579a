import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { stringify } from "yaml";
import { allOnPath } from "../../../toolchain/find.ts";
import { ensureImageArchive } from "../../../toolchain/image/archive.ts";
import { loadImage } from "../../../toolchain/image/load.ts";
import { freePorts } from "../../../toolchain/ports.ts";
import { stderrProgress } from "../../../toolchain/progress.ts";
import { cli, temporaryHome } from "../../helpers/cli.ts";
import { findEngine } from "../../helpers/docker.ts";
import { eventually } from "../../helpers/eventually.ts";
import { tinyStack } from "./tiny.ts";

const NAME = "e2e-docker-registry";
const { docker, skip } = await findEngine();
const [program] = allOnPath("docker-registry", process.env);
const why =
  skip || (program === undefined && "no docker-registry is installed (Debian: apt-get install docker-registry)");

describe("an image from a registry", { skip: why }, () => {
  const { home, remove } = temporaryHome();
  let stop = () => {};
  let repository = "";
  let digest = "";

  before(async () => {
    const [port] = await freePorts(1);
    repository = `127.0.0.1:${port}/team/kafka`;
    stop = await startRegistry(home, port!);
    digest = await push(`${repository}:4.3.1`);
  });
  after(async () => {
    stop();
    await docker
      .getImage(`${repository}@${digest}`)
      .remove()
      .catch(() => {});
    remove();
  });

  test("is pulled, pinned by its digest, and runs", async () => {
    const file = tinyStack(home, NAME, { image: `${repository}:4.3.1` });
    const { code, stdout, stderr } = await cli(home, "up", file, "--yes", "--json");
    assert.equal(code, 0, stdout + stderr);
    assert.match(stderr, new RegExp(`pulling ${repository}@${digest}`));
    assert.equal(JSON.parse(stdout).smoke.passed, true);
    const { RepoDigests } = await docker.getImage(`${repository}@${digest}`).inspect();
    // An engine that served a killed run knows the same image by that run's registry too.
    assert.ok(RepoDigests.includes(`${repository}@${digest}`), RepoDigests.join());
  });

  test("the registry may go away: what was decided stays, and nothing is pulled again", async () => {
    stop();
    const file = tinyStack(home, NAME, { image: `${repository}:4.3.1` });
    const { code, stdout, stderr } = await cli(home, "up", file, "--yes", "--json");
    assert.equal(code, 0, stdout + stderr);
    assert.equal(JSON.parse(stdout).changes, 0);
    assert.equal((await cli(home, "down", file, "--delete-data", "--yes")).code, 0);
  });

  /** Pushes the project's own image under that name and forgets it locally. @returns its digest. */
  async function push(reference: string): Promise<string> {
    const setup = { env: process.env, yes: false, progress: stderrProgress };
    const image = await ensureImageArchive({ kafkaVersion: "4.3.1", setup });
    await loadImage(docker, image, () => {});
    const [repo, tag] = [reference.slice(0, reference.lastIndexOf(":")), "4.3.1"];
    await docker.getImage(image.reference).tag({ repo, tag });
    const tagged = docker.getImage(reference);
    const stream = await tagged.push({ authconfig: {} });
    await new Promise<void>((resolve, reject) =>
      docker.modem.followProgress(stream, (error) => (error ? reject(error) : resolve())),
    );
    const { Descriptor } = await tagged.distribution();
    await tagged.remove();
    return Descriptor.digest;
  }
});

/** Debian's own registry on this machine, with its data in the test's folder. */
async function startRegistry(home: string, port: number): Promise<() => void> {
  const config = path.join(home, "registry.yaml");
  writeFileSync(
    config,
    stringify({
      version: 0.1,
      storage: { filesystem: { rootdirectory: path.join(home, "registry") } },
      http: { addr: `127.0.0.1:${port}` },
      log: { level: "error" },
    }),
  );
  const child = spawn(program!, ["serve", config], { stdio: "ignore" });
  const answers = () =>
    fetch(`http://127.0.0.1:${port}/v2/`).then(
      ({ ok }) => ok,
      () => false,
    );
  await eventually("the registry answers", answers);
  return () => void child.kill();
}
