import assert from "node:assert/strict";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, describe, test } from "node:test";
import { cli, temporaryHome } from "../../helpers/cli.ts";

const { home, remove } = temporaryHome();
after(remove);
const stateHome = path.join(home, "state");
mkdirSync(stateHome);

/** Every command that works on a stack. */
const COMMANDS = [
  ["up"],
  ["preview"],
  ["down"],
  ["plan"],
  ["outputs"],
  ["health"],
  ["smoke"],
  ["topics", "plan"],
  ["topics", "apply"],
];

const BROKEN = `brokers: { cuont: 3 }
topics:
  - { name: "bad name" }
  - { name: orders, partitions: 0 }
`;

const untouched = () => assert.deepEqual(readdirSync(stateHome), []);

describe("a stack that does not exist", { concurrency: 2 }, () => {
  for (const command of COMMANDS)
    test(`${command.join(" ")} names those that do`, async () => {
      assert.deepEqual(await cli(stateHome, ...command, "nope"), {
        code: 2,
        stdout: "",
        stderr:
          "error: wanted a stack file, found no stacks/nope.yaml\n" +
          "  next: choose one of dev, dev-dedicated, dev-zookeeper, docker, docker-dedicated, docker-zookeeper, kubernetes, kubernetes-dedicated, kubernetes-zookeeper, prod, or write that file\n",
      });
    });

  test("by a path: only files that can be stacks are offered", async () => {
    const { code, stderr } = await cli(stateHome, "plan", "nope.yaml");
    assert.deepEqual([code, stderr], [2, "error: wanted a stack file, found no nope.yaml\n  next: write that file\n"]);
  });

  test("by a name that no stack can have", async () => {
    const { code, stderr } = await cli(stateHome, "plan", "No_Stack");
    assert.equal(code, 2);
    assert.match(stderr, /^error: stack name "No_Stack": wanted .*\n {2}next: name a file of stacks\/ /);
  });

  test("nothing is created", untouched);
});

describe("a broken stack file", { concurrency: 2 }, () => {
  const file = path.join(home, "broken.yaml");
  writeFileSync(file, BROKEN);

  for (const command of [["plan"], ...COMMANDS.map((command) => [...command, "--json"])])
    test(`${command.join(" ")} tells all that is wrong at once`, async () => {
      const { code, stdout, stderr } = await cli(stateHome, ...command, file);
      assert.deepEqual([code, stdout], [2, ""]);
      assert.deepEqual(
        stderr.split("\n").map((line) => line.replace(file, "FILE")),
        [
          "error: 3 problems in the stack file",
          "  FILE:1:12 brokers.cuont: wanted one of the keys count, heap, memory, cpu, disk, racks, config, found cuont; did you mean count?",
          '  FILE:3:13 topics[0].name: wanted only letters, digits, ".", "_" and "-", found "bad name"; write bad-name',
          "  FILE:4:33 topics[1].partitions: wanted 1 or more, found 0; write 1 or more",
          "  next: mend the file and run the command again; nothing was changed",
          "",
        ],
      );
    });

  test("the stack trace comes with --debug only", async () => {
    assert.match((await cli(stateHome, "--debug", "plan", file)).stderr, /^ +at /m);
  });

  test("nothing is created", untouched);
});
