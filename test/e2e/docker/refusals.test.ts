import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import { after, describe, test } from "node:test";
import { freePorts } from "../../../toolchain/ports.ts";
import { cli, temporaryHome } from "../../helpers/cli.ts";
import { findEngine, leftOf } from "../../helpers/docker.ts";
import { tinyStack } from "./tiny.ts";

const NAME = "e2e-docker-refused";
const { docker, skip } = await findEngine();
const NOTHING = { containers: [], networks: [], volumes: [] };

describe("what keeps a cluster off an engine is told before anything is created", { skip }, () => {
  const { home, remove } = temporaryHome();
  after(remove);

  /** Runs `up` and returns what a person reads of its failure. */
  const refused = async (options: object, brokers: object = {}): Promise<string> => {
    const file = tinyStack(home, NAME, options, brokers);
    const { code, stdout, stderr } = await cli(home, "up", file, "--yes", "--skip", "smoke");
    assert.equal(code, 1, stdout + stderr);
    assert.deepEqual(await leftOf(docker, NAME), NOTHING);
    return stderr;
  };

  test("no engine at that address", async () => {
    const file = tinyStack(home, NAME, { host: "unix:///nowhere/docker.sock" });
    const { code, stderr } = await cli(home, "up", file, "--yes");
    assert.equal(code, 1);
    assert.match(
      stderr,
      /the Docker engine at unix:\/\/\/nowhere\/docker\.sock is not running \(ENOENT\)\n +next: start it/,
    );
    assert.doesNotMatch(stderr, /at .*\.ts:\d+/, "no stack trace");
  });

  test("more memory than the machine has", async () => {
    const stderr = await refused({}, { heap: "1GiB", memory: "900TiB" });
    assert.match(stderr, /wanted 921600\.\d GiB of memory for 2 containers, found \S+ GiB on the engine's machine/);
  });

  test("more disk than there is free", async () => {
    const stderr = await refused({}, { disk: "900TiB" });
    assert.match(stderr, /brokers\.disk: wanted 900TiB for new volumes, found \S+ GiB free on the engine's disk/);
  });

  test("an image that nobody has", async () => {
    const stderr = await refused({ image: "127.0.0.1:1/no/such:image" });
    assert.match(
      stderr,
      /docker\.image: 127\.0\.0\.1:1\/no\/such:image is neither on the engine nor to be had from its registry/,
    );
  });

  test("a port that a process has, and which", async (t) => {
    const [port] = await freePorts(1);
    const server = createServer().listen(port, "127.0.0.1");
    t.after(() => server.close());
    await once(server, "listening");
    const stderr = await refused({ ports: { external: port } });
    assert.match(
      stderr,
      new RegExp(`docker\\.ports: .* has 127\\.0\\.0\\.1:${port}, wanted for EXTERNAL@1; end it or`),
    );
  });

  test("things of its names that are someone else's", async (t) => {
    await docker.createNetwork({ Name: `kafka-${NAME}` });
    t.after(() => docker.getNetwork(`kafka-${NAME}`).remove());
    const file = tinyStack(home, NAME);
    const { code, stderr } = await cli(home, "up", file, "--yes");
    assert.equal(code, 1);
    assert.match(stderr, new RegExp(`a network named kafka-${NAME} is on the engine and is not of stack ${NAME}`));
  });
});

describe("two clusters on one engine", { skip }, () => {
  const { home, remove } = temporaryHome();
  const other = temporaryHome();
  const [one, two] = ["e2e-docker-one", "e2e-docker-two"].map((name) => tinyStack(home, name)) as [string, string];
  const up = (file: string) => cli(home, "up", file, "--yes", "--skip", "smoke", "--json");
  after(async () => {
    for (const file of [one, two]) await cli(home, "down", file, "--delete-data", "--yes");
    remove();
    other.remove();
  });

  test("do not meet: names, networks and ports are their own", async () => {
    const results = await Promise.all([up(one), up(two)]);
    for (const { code, stderr } of results) assert.equal(code, 0, stderr);
    const [first, second] = results.map(({ stdout }) => JSON.parse(stdout).outputs);
    assert.notDeepEqual(first.bootstrapServers, second.bootstrapServers);
    assert.notEqual(first.clusterId, second.clusterId);
  });

  test("a third cannot fix its ports where one of them is, and is told which", async () => {
    const { stdout } = await cli(home, "outputs", one, "--json");
    const port = Number(JSON.parse(stdout).bootstrapServers[0].split(":")[1]);
    const file = tinyStack(home, NAME, { ports: { external: port } });
    const { code, stderr } = await cli(home, "up", file, "--yes");
    assert.equal(code, 1);
    assert.match(stderr, new RegExp(`docker\\.ports: container kafka-e2e-docker-one-1 has 127\\.0\\.0\\.1:${port}`));
    await cli(home, "down", file, "--delete-data", "--yes");
  });

  test("another state cannot take over one that is up", async () => {
    const { code, stderr } = await cli(other.home, "up", one, "--yes");
    assert.equal(code, 1);
    assert.match(stderr, /stack e2e-docker-one is on this engine already \(.*\), made from another state/);
    assert.equal((await cli(home, "health", one)).code, 0);
  });

  test("one goes, the other stays; its data is taken up from another state, under the same id", async () => {
    const id = async (home: string) => JSON.parse((await cli(home, "outputs", one, "--json")).stdout).clusterId;
    const before = await id(home);
    assert.equal((await cli(home, "down", one, "--yes")).code, 0);
    assert.equal((await cli(home, "health", two)).code, 0);
    const { code, stderr } = await cli(other.home, "up", one, "--yes", "--skip", "smoke");
    assert.equal(code, 0, stderr);
    assert.equal(await id(other.home), before);
    await cli(other.home, "down", one, "--delete-data", "--yes");
  });
});
