import assert from "node:assert/strict";
import { test } from "node:test";
import { cli } from "../../helpers/cli.ts";
import { backInSync } from "../../helpers/cluster.ts";
import { underLoad } from "../../helpers/load.ts";
import { type Lab, tell, watching } from "./lab.ts";

const TOPIC = "orders";

/** Changes of a running cluster of three combined nodes: those that work, those that fail half-way, those that are refused. */
export function changes(lab: Lab): void {
  const { document, file } = lab;
  const set = (path: readonly string[], value: unknown) => {
    document.setIn(path, value);
    lab.save();
  };
  const uids = async () => new Map([...(await lab.pods())].map(([id, { uid }]) => [id, uid]));
  const refused = async (...wanted: readonly RegExp[]) => {
    const before = await uids();
    const { code, stderr } = await cli(lab.home, "up", file, "--yes", "--skip", "smoke");
    assert.equal(code, 1, stderr);
    for (const pattern of wanted) assert.match(stderr, pattern);
    const after = await uids();
    return [...after].filter(([id, uid]) => uid !== before.get(id)).map(([id]) => id);
  };

  test("another image rolls the nodes one at a time under load: nothing lost, no error that a client would see", async (t) => {
    const { bootstrapServers } = await lab.outputs();
    const before = await uids();
    // The same one by its full name: to Kubernetes it is another.
    set(["kubernetes", "image"], `docker.io/${document.getIn(["kubernetes", "image"])}`);
    let mostDown = 0;
    const report = await underLoad(bootstrapServers, TOPIC, async () => {
      mostDown = await watching(lab, 3, () => lab.up("--skip", "smoke"));
    });
    tell(t, "another image", report);
    assert.equal(mostDown, 1, "pods down at once");
    assert.deepEqual({ lost: report.lost, errors: report.errors }, { lost: 0, errors: [] });
    for (const [id, uid] of await uids()) assert.notEqual(uid, before.get(id), `node ${id}`);
  });

  test("an image that nobody has stops the roll at its first pod; the right one repairs it", async (t) => {
    const { bootstrapServers } = await lab.outputs();
    const image = document.getIn(["kubernetes", "image"]);
    const report = await underLoad(bootstrapServers, TOPIC, async () => {
      set(["kubernetes", "image"], "kafka-stacks/kafka:no-such-tag");
      const touched = await refused(/no-such-tag/, /kubernetes\.image/);
      assert.equal(touched.length, 1, `one pod was touched: ${touched}`);
      const before = await uids();
      set(["kubernetes", "image"], image);
      await lab.up("--skip", "smoke");
      const after = await uids();
      assert.deepEqual(
        [...after].filter(([id, uid]) => uid !== before.get(id)).map(([id]) => id),
        touched,
      );
      await backInSync(bootstrapServers);
    });
    tell(t, "an image that nobody has", report);
    assert.deepEqual({ lost: report.lost, errors: report.errors }, { lost: 0, errors: [] });
  });

  test("a config with which no node starts stops the roll at its first pod, and says why", async () => {
    set(["brokers", "config", "metric.reporters"], "org.example.Missing");
    const touched = await refused(/org\.example\.Missing/);
    assert.equal(touched.length, 1, `one pod was touched: ${touched}`);
    document.deleteIn(["brokers", "config", "metric.reporters"]);
    lab.save();
    await lab.up("--skip", "smoke");
  });

  test("volumes neither shrink, nor grow where their class cannot: refused before anything changes", async () => {
    const disk = document.getIn(["brokers", "disk"]);
    set(["brokers", "disk"], "1GiB");
    assert.deepEqual(await refused(/a volume cannot become smaller/), []);
    set(["brokers", "disk"], "3GiB");
    assert.deepEqual(await refused(/expan|grow/), []);
    set(["brokers", "disk"], disk);
    assert.equal((await lab.up("--skip", "smoke")).changes, 0);
  });

  test("a fourth broker comes beside the others, which are left alone; fewer are refused", async () => {
    const before = await uids();
    set(["brokers", "count"], 4);
    await lab.up();
    const after = await uids();
    assert.deepEqual([...after.keys()], [1, 2, 3, 4]);
    for (const [id, uid] of before) assert.equal(after.get(id), uid, `node ${id} was left alone`);
    set(["brokers", "count"], 3);
    assert.deepEqual(await refused(/broker 4 would go/), []);
    set(["brokers", "count"], 4);
  });
}
