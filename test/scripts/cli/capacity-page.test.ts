import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { after, describe, test } from "node:test";
import { cli, temporaryHome } from "../../helpers/cli.ts";

const { home, remove } = temporaryHome();
after(remove);
const file = path.join(home, "capacity.html");

describe("capacity --html", () => {
  test("writes the page of this workload and machine; the result is what it always is", async () => {
    const { code, stdout, stderr } = await cli(home, "capacity", "--preset", "small", "--fan-out", "4", "--html", file);
    assert.deepEqual([code, stderr], [0, `wrote ${file}; open it in a browser\n`]);
    assert.equal(stdout, (await cli(home, "capacity", "--preset", "small", "--fan-out", "4")).stdout);
    const [, start] = /id="start">(.*?)<\/script>/s.exec(readFileSync(file, "utf8")) ?? [];
    const { workload, machine, ...rest } = JSON.parse(start ?? "");
    assert.deepEqual([workload.fanOut, machine.name, rest], [4, "m7g.large", {}]);
  });

  test("a cluster that does not fit has a page too: there it can be mended", async () => {
    const page = path.join(home, "small.html");
    const { code } = await cli(home, "capacity", "--produce", "500MB/s", "--what-if", "brokers=3", "--html", page);
    assert.equal(code, 3);
    assert.ok(existsSync(page));
  });

  const refused = [
    [["--open"], /--open: wanted --html/],
    [["--html", "x.html", "--compare", "m7g.large"], /cannot be used with/],
    [["--html", path.join("no", "such", "folder", "x.html")], /cannot write the page to/],
  ] as const;
  for (const [flags, says] of refused)
    test(`${flags.join(" ")} is refused`, async () => {
      const { code, stderr } = await cli(home, "capacity", "--preset", "small", ...flags);
      assert.match(stderr, says);
      assert.notEqual(code, 0);
    });
});
