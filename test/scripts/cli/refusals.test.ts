import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { after, describe, test } from "node:test";
import { cli, temporaryHome } from "../../helpers/cli.ts";

const { home, remove } = temporaryHome();
after(remove);

const questions: readonly (readonly [args: readonly string[], question: string])[] = [
  [["up", "dev"], "Deploy dev?"],
  [["up", "dev", "--json"], "Deploy dev?"],
  [["down", "dev"], "Stop dev? Its data is kept."],
  [["down", "dev", "--delete-data"], "Stop dev and DELETE ALL ITS DATA?"],
  [["down", "dev", "--json"], "Stop dev? Its data is kept."],
  [["chaos", "dev", "--fault", "kill-broker"], "Break nodes of dev on purpose (kill-broker)?"],
];

describe("a question that nobody can answer is refused, before anything is touched", { concurrency: 2 }, () => {
  for (const [args, question] of questions)
    test(args.join(" "), async () => {
      assert.deepEqual(await cli(home, ...args), {
        code: 2,
        stdout: "",
        stderr: `error: cannot ask "${question}" without a terminal\n  next: run it again with --yes\n`,
      });
    });

  test("nothing is created", () => assert.deepEqual(readdirSync(home), []));
});

const needing = [
  ["outputs"],
  ["outputs", "--client-properties"],
  ["health"],
  ["smoke"],
  ["topics", "plan"],
  ["topics", "apply"],
  ["upgrade"],
];

describe("a stack that was never brought up: says so, and what to do", { concurrency: 2 }, () => {
  for (const command of [
    ...needing,
    ["upgrade", "--to", "3.9.2"],
    ["upgrade", "--finalize"],
    ...needing.filter((args) => args.length === 1).map((args) => [...args, "--json"]),
  ])
    test(command.join(" "), async () => {
      assert.deepEqual(await cli(home, ...command, "dev"), {
        code: 1,
        stdout: "",
        stderr: "error: stack dev is not up: it was never brought up from here\n  next: run: kafka-stacks up dev\n",
      });
    });
});
