import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import path from "node:path";
import { test } from "node:test";
import ts from "typescript";

/**
 * Who may import whom. It is a test and no lint rule, because Biome's noRestrictedImports sees the text of an import
 * only: it can forbid names, but not say "nothing but these folders", which is what keeps the direction.
 */
const LEAVES = ["infra/errors.ts", "infra/expiry.ts", "infra/outputs.ts", "infra/paths.ts"];

/** What any file may import, and what imports nothing of ours. */
const BASE = "base";

/** Where a file may look besides its own folder and the base. The longest entry that a file lies in is its rule. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  [BASE]: [],
  capacity: [],
  // Bundled for the browser: what the command prints in words stands there too.
  "capacity/page": ["capacity", "scripts/ops/capacity"],
  ...Object.fromEntries(LEAVES.map((leaf) => [leaf, []])),
  "infra/spec": ["capacity", "infra/errors.ts"],
  "infra/plan": ["capacity", "infra/spec"],
  "infra/targets": [
    "capacity/units.ts",
    ...LEAVES,
    "infra/plan",
    "toolchain",
    "scripts/kafka",
    "scripts/ops/chaos/faults.ts",
    "scripts/ops/gate",
  ],
  infra: ["capacity/result.ts", "toolchain/stack-lock.ts"],
  scripts: [
    "capacity",
    ...LEAVES,
    "infra/spec",
    "infra/plan",
    "infra/stack-file.ts",
    "infra/program.ts",
    "infra/run-error.ts",
    "toolchain",
  ],
  // Pure: of what is read from a cluster it knows the shape only.
  "scripts/ops": [
    "capacity",
    "infra/expiry.ts",
    "infra/outputs.ts",
    "infra/plan",
    "infra/spec/nearest.ts",
    "scripts/kafka/state.ts",
  ],
  "scripts/kafka": ["infra/errors.ts", "infra/expiry.ts", "infra/outputs.ts", "infra/plan", "scripts/ops"],
  toolchain: ["infra/errors.ts"],
};

/** Where a package may be imported; tests may import any. */
const PLUGINS = ["toolchain/plugin", "toolchain/plugins", "toolchain/language-host"];
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  // What trains the class archive uses a cluster too, but lies below scripts.
  kafkajs: ["scripts/kafka", "toolchain/app-cds-workload.ts"],
  "@platformatic/kafka": ["scripts/kafka"],
  snappy: ["scripts/kafka"],
  "lz4-napi": ["scripts/kafka"],
  "@pulumi/pulumi": [
    "infra/index.ts",
    "infra/program.ts",
    "infra/run-error.ts",
    "infra/targets",
    "scripts/pulumi",
    ...PLUGINS,
  ],
  "@grpc/grpc-js": PLUGINS,
  "@peculiar/x509": ["infra/targets/security/make.ts"],
  // What x509 needs and does not bring.
  "reflect-metadata": ["infra/targets/security/make.ts"],
  "google-protobuf": PLUGINS,
  "@pulumi/docker": ["infra/targets/docker"],
  "@pulumi/kubernetes": ["infra/targets/kubernetes"],
  "@kubernetes/client-node": ["toolchain/kubernetes.ts", "toolchain/plugins/kubernetes", "infra/targets/kubernetes"],
  dockerode: ["toolchain/docker.ts", "toolchain/image", "toolchain/plugins/docker", "infra/targets/docker"],
  "tar-stream": ["toolchain/image", "toolchain/unpack.ts", "infra/targets/docker/provider"],
  esbuild: ["scripts/page"],
  uplot: ["capacity/page"],
  commander: ["scripts/kafka-stacks.ts", "scripts/commands"],
  yaml: [
    "infra/spec",
    "scripts/commands/migrate",
    "scripts/commands/render",
    "toolchain/backend",
    "toolchain/plugins/kubernetes",
  ],
  zod: ["infra/spec", "infra/outputs.ts"],
};

const root = path.resolve(import.meta.dirname, "..");
const sources = globSync("{base,capacity,infra,scripts,toolchain}/**/*.{ts,mjs}", { cwd: root }).toSorted();
const tests = globSync("test/**/*.ts", { cwd: root });
const textOf = (file: string): string => readFileSync(path.join(root, file), "utf8");

/** Static, dynamic and type imports, and re-exports. */
const importsOf = (file: string): string[] =>
  ts.preProcessFile(textOf(file), true, true).importedFiles.map(({ fileName }) => fileName);

const within = (file: string, places: readonly string[]) => places.some((place) => `${file}/`.startsWith(`${place}/`));

/** What is wrong with an import; undefined when it is right. */
function fault(file: string, imported: string): string | undefined {
  if (isBuiltin(imported)) return undefined;
  if (!imported.startsWith(".")) {
    const name = imported.split("/", imported.startsWith("@") ? 2 : 1).join("/");
    return within(file, PACKAGES[name] ?? [])
      ? undefined
      : `${name} belongs in ${PACKAGES[name]?.join(", ") ?? "no rule"}`;
  }
  const rule = Object.keys(MAY_IMPORT)
    .filter((place) => within(file, [place]))
    .toSorted()
    .at(-1);
  const places = rule === undefined ? [] : [rule, BASE, ...(MAY_IMPORT[rule] ?? [])];
  const target = path.posix.join(path.posix.dirname(file), imported);
  return within(target, places) ? undefined : `${target} is not in ${places.join(", ")}`;
}

test("imports go in one direction", () => {
  const faultsOf = (file: string) => importsOf(file).flatMap((imported) => fault(file, imported) ?? []);
  const faults = sources.flatMap((file) => faultsOf(file).map((found) => `${file}: ${found}`));
  assert.deepEqual(faults, []);
});

test("the check sees what it forbids", () => {
  const forbidden: readonly (readonly [file: string, imported: string])[] = [
    ["base/time.ts", "../infra/errors.ts"],
    ["capacity/units.ts", "../infra/errors.ts"],
    ["infra/spec/load.ts", "../plan/types.ts"],
    ["infra/plan/plan.ts", "../targets/target.ts"],
    ["infra/targets/roll-gate.ts", "../../scripts/ui/output.ts"],
    ["scripts/commands/up.ts", "../../infra/targets/target.ts"],
    ["scripts/commands/up.ts", "@pulumi/pulumi/automation/index.js"],
    ["scripts/ops/topics/diff.ts", "../../kafka/gaps.ts"],
    ["toolchain/kafka.ts", "left-pad"],
  ];
  for (const [file, imported] of forbidden) assert.ok(fault(file, imported), `${file} → ${imported}`);
});

/** What is loaded together with a file: neither types nor what is imported when it is needed. */
function loadedBy(file: string): string[] {
  const source = ts.createSourceFile(file, textOf(file), ts.ScriptTarget.Latest);
  return source.statements.flatMap((one) => {
    if (!(ts.isImportDeclaration(one) || ts.isExportDeclaration(one)) || !one.moduleSpecifier) return [];
    const isType = ts.isImportDeclaration(one) ? one.importClause?.isTypeOnly : one.isTypeOnly;
    return isType ? [] : [(one.moduleSpecifier as ts.StringLiteral).text];
  });
}

/** Half a second each: most runs ask Kafka nothing, and those that do can load them meanwhile. */
const CLIENTS = ["kafkajs", "@platformatic/kafka"];

/** The shortest way on which a file loads a client of Kafka's. */
function wayToClient(entry: string): string | undefined {
  const queue: string[][] = [[entry]];
  const seen = new Set([entry]);
  for (const way of queue) {
    for (const imported of loadedBy(way.at(-1)!)) {
      if (CLIENTS.includes(imported)) return [...way, imported].join(" > ");
      const next = path.posix.join(path.posix.dirname(way.at(-1)!), imported);
      if (!imported.startsWith(".") || !sources.includes(next) || seen.has(next)) continue;
      seen.add(next);
      queue.push([...way, next]);
    }
  }
  return undefined;
}

test("nothing loads a client of Kafka's merely by starting", () => {
  const entries = globSync(
    [
      "scripts/kafka-stacks.ts",
      "scripts/commands/*.ts",
      "infra/{index,program}.ts",
      "infra/targets/*/{target,resources,operations}.ts",
      "infra/targets/*/provider/main.ts",
    ],
    { cwd: root },
  );
  assert.ok(entries.length > 20, entries.join(" "));
  assert.deepEqual(
    entries.flatMap((entry) => wayToClient(entry) ?? []),
    [],
  );
  assert.match(wayToClient("scripts/kafka/probe/probe.ts") ?? "", /> kafkajs$/, "the check sees it");
});

test("no file has more than 300 lines", () => {
  assert.ok(sources.length > 50 && tests.length > 20, "there are files");
  const long = [...sources, ...tests].filter((file) => textOf(file).trimEnd().split("\n").length > 300);
  assert.deepEqual(long, []);
});
