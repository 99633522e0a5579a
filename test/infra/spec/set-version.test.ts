import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { projectRoot } from "../../../infra/paths.ts";
import { parseStack } from "../../../infra/spec/load.ts";
import { withKafkaVersion } from "../../../infra/spec/set-version.ts";

const rows: readonly (readonly [what: string, before: string, after: string | undefined])[] = [
  ["on one line", "kafka: { version: 3.9.2, mode: kraft } # why\n", "kafka: { version: 4.3.1, mode: kraft } # why\n"],
  [
    "in a block, with comments",
    "# head\nkafka:\n  # the oldest\n  version: 3.9.2   # for now\n  mode: kraft\n",
    "# head\nkafka:\n  # the oldest\n  version: 4.3.1   # for now\n  mode: kraft\n",
  ],
  ["in quotes", `kafka: {version: "3.9.2"}\n`, `kafka: {version: "4.3.1"}\n`],
  ["in other quotes", "kafka: {version: '3.9.2'}", "kafka: {version: '4.3.1'}"],
  ["left out, on one line", "kafka: { mode: kraft }\n", "kafka: { version: 4.3.1, mode: kraft }\n"],
  [
    "left out of a block",
    "kafka:\n    # why\n    mode: kraft\n    config: {}\n",
    "kafka:\n    # why\n    version: 4.3.1\n    mode: kraft\n    config: {}\n",
  ],
  ["of no section", "preset: dev", "preset: dev\nkafka: { version: 4.3.1 }\n"],
  ["with Windows line ends", "kafka:\r\n  version: 3.9.2\r\n", "kafka:\r\n  version: 4.3.1\r\n"],
  ["by an alias", "x: &v 3.9.2\nkafka: { version: *v }\n", undefined],
  ["in an empty section", "kafka:\npreset: dev\n", undefined],
  ["after the end of the document", "preset: dev\n...\n", undefined],
  ["in no YAML", "kafka: {", undefined],
];

describe("kafka.version written into a stack file", () => {
  for (const [what, before, after] of rows) test(what, () => assert.equal(withKafkaVersion(before, "4.3.1"), after));

  const folder = path.join(projectRoot, "stacks");
  for (const name of readdirSync(folder).filter((file) => file.endsWith(".yaml")))
    test(`${name}: there and back is the same file`, () => {
      const text = readFileSync(path.join(folder, name), "utf8");
      const { version } = parseStack(text, name).spec.kafka;
      const there = withKafkaVersion(text, version === "3.9.2" ? "4.3.1" : "3.9.2");
      assert.notEqual(there, text);
      assert.equal(withKafkaVersion(there!, version), text);
    });
});
