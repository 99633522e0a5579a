import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { after, describe, test } from "node:test";
import { projectRoot } from "../../../infra/paths.ts";
import { cli, temporaryHome } from "../../helpers/cli.ts";

const { home, remove } = temporaryHome();
after(remove);

const { version } = JSON.parse(readFileSync(path.join(projectRoot, "package.json"), "utf8")) as { version: string };
const COMMANDS = [
  "up",
  "preview",
  "roll",
  "upgrade",
  "replace-node",
  "down",
  "outputs",
  "plan",
  "topics",
  "access",
  "rebalance",
  "health",
  "smoke",
  "chaos",
];

const answers: readonly (readonly [args: readonly string[], stdout: RegExp])[] = [
  [
    ["--help"],
    new RegExp(`^Usage: kafka-stacks [\\s\\S]*${COMMANDS.map((name) => `^  ${name} `).join("[\\s\\S]*")}`, "m"),
  ],
  [["help"], /^Usage: kafka-stacks /],
  [["help", "up"], /^Usage: kafka-stacks up /],
  [["topics", "--help"], /^Usage: kafka-stacks topics [\s\S]*plan [\s\S]*apply /],
  ...COMMANDS.map((name) => [[name, "--help"], new RegExp(`^Usage: kafka-stacks ${name} `)] as const),
  [["--version"], new RegExp(`^${version.replaceAll(".", "\\.")}\n$`)],
];

const HINT = "(run with --help for the options)\n";

/** Arguments, and all that is said about them. */
const mistakes: readonly (readonly [args: readonly string[], stderr: string | RegExp])[] = [
  [[], /^Usage: kafka-stacks /],
  [["topics"], /^Usage: kafka-stacks topics /],
  [["frob"], `error: unknown command 'frob'\n${HINT}`],
  [["plam", "dev"], `error: unknown command 'plam'\n(Did you mean plan?)\n${HINT}`],
  [["topics", "frob"], `error: unknown command 'frob'\n${HINT}`],
  [["--frob"], `error: unknown option '--frob'\n${HINT}`],
  [["up", "--frob"], `error: unknown option '--frob'\n${HINT}`],
  [["topics", "plan", "dev", "--frob"], `error: unknown option '--frob'\n${HINT}`],
  [["plan"], `error: missing required argument 'stack'\n${HINT}`],
  [["down"], `error: missing required argument 'stack'\n${HINT}`],
  [["plan", "dev", "more"], /^error: too many arguments for 'plan'\. Expected 1 argument but got 2/],
  [
    ["up", "--skip", "frob"],
    /^error: option '--skip <steps\.\.\.>' argument 'frob' is invalid\. .*topics, health, smoke/,
  ],
  [
    ["upgrade", "dev", "--to", "4.0.0"],
    /^error: .*'--to <version>' argument '4\.0\.0' is invalid\. .*4\.3\.1, 3\.9\.2/,
  ],
  [["upgrade", "dev", "--to", "4.3.1", "--finalize"], /^error: .*'--to <version>' cannot be used with .*'--finalize'/],
  [["upgrade", "dev", "--soak", "long"], /^error: .*'--soak <time>' argument 'long' is invalid\./],
  [["health", "dev", "--serve", "x"], /^error: .*'--serve <port>' .*wanted a port between 1 and 65535/],
  [["health", "dev", "--serve", "65536"], /^error: .*wanted a port between 1 and 65535/],
  [["smoke", "dev", "--timeout", "0"], /^error: .*'--timeout <seconds>' .*wanted a number of seconds above 0/],
  [["chaos", "dev", "--fault", "frob"], /^error: .*'--fault <names\.\.\.>' argument 'frob' is invalid\. .*kill-broker/],
  [["chaos", "dev", "--all", "--fault", "kill-broker"], /^error: .*cannot be used with option '--all'/],
  [["chaos", "dev", "--duration", "5"], /^error: .*'--duration <time>' .*wanted a duration such as 7d, found "5"/],
  [["chaos", "dev", "--seed", "x"], /^error: .*'--seed <number>' .*wanted a whole number/],
  [
    ["chaos", "dev", "--yes", "--fault", "kill-zookeeper-leader"],
    "error: --fault kill-zookeeper-leader makes no sense for dev: the cluster has no ZooKeeper\n  next: leave it out\n",
  ],
  [
    ["chaos", "dev", "--yes", "--fault", "clock-ahead-broker"],
    "error: --fault clock-ahead-broker cannot be done to any node of dev: node 1 does not run\n  next: leave it out\n",
  ],
  [["chaos", "prod", "--yes"], /^error: prod is for production .*\n {2}next: add --allow-production/],
  [
    ["chaos", "kubernetes", "--fault", "pause-broker", "--yes"],
    /^error: --fault pause-broker makes no sense for kubernetes: Kubernetes has no pause/,
  ],
  [
    ["outputs", "dev", "--json", "--client-properties"],
    /^error: .*'--client-properties' cannot be used with .*'--json'/,
  ],
];

describe("what is asked about the program itself is answered on stdout", { concurrency: 2 }, () => {
  for (const [args, stdout] of answers)
    test(args.join(" "), async () => {
      const answer = await cli(home, ...args);
      assert.match(answer.stdout, stdout);
      assert.deepEqual([answer.code, answer.stderr], [0, ""]);
    });
});

describe("a mistake on the command line ends with 2, and why is on stderr", { concurrency: 2 }, () => {
  for (const [args, stderr] of mistakes)
    test(args.join(" ") || "no command", async () => {
      const answer = await cli(home, ...args);
      if (typeof stderr === "string") assert.equal(answer.stderr, stderr);
      else assert.match(answer.stderr, stderr);
      assert.doesNotMatch(answer.stderr, /^ +at /m, "no stack trace");
      assert.deepEqual([answer.code, answer.stdout], [2, ""]);
    });

  test("and nothing is created", () => assert.deepEqual(readdirSync(home), []));
});
