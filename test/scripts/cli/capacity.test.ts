import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, describe, test } from "node:test";
import type { Sizing } from "../../../capacity/result.ts";
import { loadStackFile } from "../../../infra/stack-file.ts";
import { cli, startCli, temporaryHome } from "../../helpers/cli.ts";

const { home, remove } = temporaryHome();
after(remove);
const capacity = (...args: string[]) => cli(home, "capacity", ...args);

describe("capacity", { concurrency: 2 }, () => {
  test("for a person: verdict, decisions, resources, bars, failure, warnings", async () => {
    const { code, stdout, stderr } = await capacity("--preset", "standard");
    assert.match(
      stdout,
      /^\d+ brokers of m7g\.xlarge carry it: [\s\S]*\n\nDECISION [\s\S]*\n\nRESOURCE [\s\S]*\n\nnetwork-in [\s\S]*\n\none broker lost: /,
    );
    assert.deepEqual([code, stderr], [0, ""]);
  });

  test("--json: the sizing and nothing else", async () => {
    const { code, stdout, stderr } = await capacity(
      "--produce",
      "100MB/s",
      "--fan-out",
      "3",
      "--retention",
      "1d",
      "--json",
    );
    const sizing = JSON.parse(stdout) as Sizing;
    assert.equal(sizing.schemaVersion, 1);
    assert.deepEqual([sizing.workload.produceBytesPerSec, sizing.workload.fanOut], [100e6, 3]);
    assert.ok(sizing.brokers > 3 && sizing.fits);
    assert.deepEqual([code, stderr], [0, ""]);
  });

  test("--list, also as JSON", async () => {
    const { code, stdout } = await capacity("--list");
    assert.match(stdout, /^PRESET +FOR\ndev [\s\S]*\n\nCLASS +PROVIDER [\s\S]*\nm7g\.xlarge +AWS /);
    const lists = JSON.parse((await capacity("--list", "--json")).stdout) as Record<string, object>;
    assert.ok(Object.hasOwn(lists.presets ?? {}, "standard") && Object.hasOwn(lists.classes ?? {}, "m7g.xlarge"));
    assert.equal(code, 0);
  });

  test("--explain: the arithmetic, also as JSON", async () => {
    const { code, stdout } = await capacity("--preset", "small", "--explain", "storage");
    assert.match(
      stdout,
      /^storage of 3 brokers of m7g\.large\n {2}formula: [\s\S]*\n {2}source: [\s\S]*\nnow +of each broker/,
    );
    const { stdout: json } = await capacity("--preset", "small", "--explain", "storage", "--json");
    assert.equal((JSON.parse(json) as { resource: { resource: string } }).resource.resource, "storage");
    assert.equal(code, 0);
  });

  test("--compare: classes side by side, also as JSON", async () => {
    const { code, stdout } = await capacity("--preset", "standard", "--compare", "m7g.xlarge,i3en.2xlarge");
    assert.match(stdout, /^CLASS +m7g\.xlarge +i3en\.2xlarge\nbrokers +\d+ +\d+\n/);
    const json = await capacity("--preset", "standard", "--compare", "m7g.xlarge,i3en.2xlarge", "--json");
    const { classes } = JSON.parse(json.stdout) as { classes: { class: string; sizing: Sizing }[] };
    assert.deepEqual(
      classes.map((one) => one.class),
      ["m7g.xlarge", "i3en.2xlarge"],
    );
    assert.equal(code, 0);
  });

  test("--stack checks what a file fixes against its workload: 3 when it does not fit, 2 without a workload", async () => {
    const file = path.join(home, "checked.yaml");
    const check = async (text: string) => {
      writeFileSync(file, text);
      return capacity("--stack", file, "--json");
    };
    const small = await check("workload: { produce: 30MB/s }\nbrokers: { count: 3 }\n");
    assert.equal((JSON.parse(small.stdout) as Sizing).brokers, 3);
    assert.match(small.stderr, /checked\.yaml:2:19 brokers\.count: wanted \d+ or more for the workload/);
    const large = await check("workload: { produce: 1MB/s }\nbrokers: { count: 5 }\n");
    const none = await check("brokers: { count: 5 }\n");
    assert.match(none.stderr, /wanted a workload to check its brokers against/);
    assert.deepEqual([small.code, large.code, none.code], [3, 0, 2]);
  });

  test("--what-if exits 3 when it does not fit, and 0 when it does", async () => {
    const small = await capacity("--preset", "standard", "--what-if", "brokers=3");
    assert.match(small.stdout, /^3 brokers of m7g\.xlarge do NOT carry it: /);
    assert.deepEqual([small.code, small.stderr], [3, ""]);
    const large = await capacity("--preset", "standard", "--what-if", "brokers=20", "--json");
    assert.deepEqual([large.code, (JSON.parse(large.stdout) as Sizing).brokers], [0, 20]);
  });

  test("bars are plain ASCII where the locale is not UTF-8", async () => {
    const bars = async (env: NodeJS.ProcessEnv) => {
      const { stdout } = await startCli(home, ["capacity", "--preset", "dev"], { LC_CTYPE: "", ...env }).finished;
      return /^cpu {2,}(\S+) +[\d.]+% +[\d.]+%$/m.exec(stdout)?.[1] ?? "";
    };
    assert.match(await bars({ LC_ALL: "C", LANG: "en_US.UTF-8" }), /^[#+.|]+$/);
    assert.match(await bars({ LC_ALL: "", LANG: "" }), /^[#+.|]+$/);
    assert.match(await bars({ LC_ALL: "", LANG: "en_US.utf8" }), /^[█▒░│]+$/);
  });
});

const mistakes: readonly (readonly [args: readonly string[], stderr: string | RegExp])[] = [
  [
    [],
    /^error: --produce: wanted what applications write, or a preset .*\n {2}next: write for example --produce 100MB\/s/,
  ],
  [
    ["--produce", "100"],
    'error: --produce 100: wanted a rate such as 50MB/s, found "100"\n  next: add the unit: 100MB/s or 100MiB/s\n',
  ],
  [
    ["--produce", "9MB/s", "--growth", "30", "--racks", "x", "--class", "m7g.xlrge", "--explain", "heat"],
    /^error: 4 problems with the flags\n {2}--growth 30: .*\n {2}--racks x: .*\n {2}--class m7g\.xlrge: .*\n {2}--explain heat: .*\n {2}next: mend them/,
  ],
  [["--preset", "standrd"], /^error: --preset standrd: wanted one of dev, .*\n {2}next: did you mean standard\?\n$/],
  [["--produce", "2MB/s", "--peak", "1MB/s"], /^error: --peak 1MB\/s: wanted a peak that is not below the average/],
  [["--produce", "1MB/s", "--may-fail", "rack", "--racks", "2"], /^error: --racks 2: wanted 3 racks or more/],
  [["--produce", "1MB/s", "--replication-factor", "2"], /^error: --replication-factor 2: wanted 3 or more/],
  [
    ["--produce", "1MB/s", "--what-if", "brokers=1"],
    /^error: --what-if brokers=1: wanted more than the 1 that may fail/,
  ],
  [["--produce", "1PB/s"], /^error: --class: wanted .*1000 brokers/],
  [["--preset", "dev", "--compare", "laptop,toaster"], /^error: --compare toaster: wanted a machine class/],
  [
    ["--preset", "dev", "--compare", "laptop", "--cores", "4"],
    /^error: option '--compare <classes>' cannot be used with /,
  ],
  [["--preset", "dev", "--target", "moon"], /^error: option '--target <target>' argument 'moon' is invalid/],
  [["--preset", "dev", "--write", "No_Stack"], /^error: stack name "No_Stack": wanted /],
];

describe("a mistake ends with 2, nothing on stdout and no stack trace", { concurrency: 2 }, () => {
  for (const [args, stderr] of mistakes)
    test(args.join(" ") || "no flags", async () => {
      const answer = await capacity(...args);
      if (typeof stderr === "string") assert.equal(answer.stderr, stderr);
      else assert.match(answer.stderr, stderr);
      assert.doesNotMatch(answer.stderr, /^ +at /m);
      assert.deepEqual([answer.code, answer.stdout], [2, ""]);
    });
});

describe("--write", () => {
  const folder = path.join(home, "stacks");
  mkdirSync(folder);
  const file = path.join(folder, "made.yaml");

  test("a stack file that loads, and how to go on", async () => {
    const { code, stdout, stderr } = await capacity("--preset", "small", "--target", "docker", "--write", file);
    assert.match(stdout, /^3 brokers of m7g\.large carry it/);
    assert.deepEqual([code, stderr], [0, `wrote ${file}; next: kafka-stacks up ${file}\n`]);
    const { plan, warnings } = loadStackFile(file);
    assert.deepEqual([plan.target, plan.nodes.length, plan.topics.length, warnings], ["docker", 3, 20, []]);
    assert.match(readFileSync(file, "utf8"), /^# Made by: kafka-stacks capacity --preset small --target docker$/m);
    assert.equal((await cli(home, "plan", file)).code, 0);
  });

  test("a file that is there is kept, unless --force", async () => {
    writeFileSync(file, "mine\n");
    const refused = await capacity("--preset", "small", "--write", file);
    assert.match(
      refused.stderr,
      /^error: wanted to write a new stack file, found .* there already\n {2}next: .*--force/,
    );
    assert.deepEqual([refused.code, refused.stdout, readFileSync(file, "utf8")], [2, "", "mine\n"]);
    assert.equal((await capacity("--preset", "small", "--write", file, "--force")).code, 0);
    assert.equal(loadStackFile(file).plan.topics.length, 20);
  });

  test("a cluster that does not fit is not written", async () => {
    const other = path.join(folder, "other.yaml");
    const { code, stderr } = await capacity("--preset", "standard", "--what-if", "brokers=3", "--write", other);
    assert.deepEqual([code, existsSync(other)], [3, false]);
    assert.match(stderr, /^not written: /);
  });

  test("topics that Kafka would refuse are told as in any stack file, and nothing is written", async () => {
    const other = path.join(folder, "other.yaml");
    const { code, stderr } = await capacity("--produce", "1MB/s", "--topic", "__a", "--write", other);
    assert.match(stderr, /^error: 1 problem in the stack file\n.*topics\[0\]\.name: /);
    assert.deepEqual([code, existsSync(other)], [2, false]);
  });

  test("a folder that is not there", async () => {
    const { code, stderr } = await capacity("--preset", "dev", "--write", path.join(home, "nowhere", "x.yaml"));
    assert.match(stderr, /^error: wanted a folder to write to, found no .*\n {2}next: make it first\n$/);
    assert.equal(code, 2);
  });

  test("nothing is left aside", () => assert.deepEqual(readdirSync(folder), ["made.yaml"]));
});
