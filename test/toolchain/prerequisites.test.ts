import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { UserError } from "../../infra/errors.ts";
import { GO, JAVA, MAVEN, type Prerequisite, requireTool } from "../../toolchain/prerequisites.ts";
import { type Machine, makeMachine } from "./machine.ts";

const root = process.getuid?.() === 0;
const debian = process.platform === "linux";
const sudo = root ? "" : "sudo ";

interface Case {
  readonly name: string;
  readonly tool: Prerequisite;
  readonly scripts: Readonly<Record<string, string>>;
  /** Path below the machine's root, or the exact message of the error (`ROOT` stands for the root) and its next step. */
  readonly found?: string;
  readonly message?: string;
  readonly next?: string;
}

const java = (version: string) => `echo 'openjdk version "${version}" 2025-04-15' >&2`;

const cases: readonly Case[] = [
  { name: "Java 17", tool: JAVA, scripts: { "bin/java": java("17.0.15") }, found: "bin/java" },
  { name: "Java 21 without minor", tool: JAVA, scripts: { "bin/java": java("21") }, found: "bin/java" },
  {
    name: "Java 8, which calls itself 1.8",
    tool: JAVA,
    scripts: { "bin/java": java("1.8.0_412") },
    message: "Java 17 or newer is needed (it runs Kafka); ROOT/bin/java is 8.0",
    next: "install it from https://adoptium.net",
  },
  {
    name: "no Java on Debian",
    tool: JAVA,
    scripts: { "bin/apt-get": "exit 1" },
    message: "Java 17 or newer is needed (it runs Kafka); there is no java on PATH",
    next: `install it: ${sudo}apt-get satisfy -y "openjdk-21-jre-headless | openjdk-17-jre-headless"`,
  },
  {
    name: "no Maven on Debian",
    tool: MAVEN,
    scripts: { "bin/apt-get": "exit 1" },
    message: "Maven 3.6 or newer is needed (it gets Kafka's libraries); there is no mvn on PATH",
    next: `install it: ${sudo}apt-get satisfy -y "maven"`,
  },
  {
    name: "no Maven, with Homebrew",
    tool: MAVEN,
    scripts: { "bin/brew": "exit 1" },
    message: "Maven 3.6 or newer is needed (it gets Kafka's libraries); there is no mvn on PATH",
    next: "install it: brew install maven",
  },
  {
    name: "a Go that is too old",
    tool: GO,
    scripts: { "bin/go": "echo go version go1.19.8 linux/amd64" },
    message:
      "Go 1.25 or newer is needed (it builds the Pulumi CLI from its Go module, because its download cannot be " +
      "reached); ROOT/bin/go is 1.19.8",
    next: "install it from https://go.dev/dl",
  },
  {
    name: "a java that does not start",
    tool: JAVA,
    scripts: { "bin/java": "exit 127" },
    message: "Java 17 or newer is needed (it runs Kafka); ROOT/bin/java is of an unknown version",
    next: "install it from https://adoptium.net",
  },
];

for (const { name, tool, scripts, found, message, next } of cases) {
  const skip = next?.includes("apt-get") && !debian ? "not on Debian" : false;
  test(`prerequisite: ${name}`, { skip }, async (t) => {
    const machine = withScripts(makeMachine(t), scripts);
    if (found) {
      assert.equal((await requireTool(tool, machine.setup)).path, join(machine.root, found));
      return;
    }
    await assert.rejects(requireTool(tool, machine.setup), (error: unknown) => {
      assert.ok(error instanceof UserError);
      assert.equal(error.message.replaceAll(machine.root, "ROOT"), message);
      assert.equal(error.next, next);
      return true;
    });
  });
}

test("prerequisite: JAVA_HOME wins over PATH", async (t) => {
  const machine = withScripts(makeMachine(t), { "bin/java": java("17.0.1"), "jdk/bin/java": java("21.0.2") });
  machine.setup.env.JAVA_HOME = join(machine.root, "jdk");
  assert.deepEqual(await requireTool(JAVA, machine.setup), {
    path: join(machine.root, "jdk/bin/java"),
    version: "21.0.2",
  });
});

test("prerequisite: with yes, as root on Debian, apt-get installs it", {
  skip: root && debian ? false : "not root on Debian",
}, async (t) => {
  const machine = makeMachine(t, { yes: true });
  const bin = join(machine.root, "bin");
  machine.script(
    "bin/apt-get",
    `[ "$1" = update ] || { printf '#!/bin/sh\\necho Apache Maven 3.8.7\\n' > ${bin}/mvn && /bin/chmod +x ${bin}/mvn; }`,
  );
  assert.equal((await requireTool(MAVEN, machine.setup)).version, "3.8.7");
  assert.match(machine.told.join("\n"), /^→ install Maven: Maven 3\.6 or newer is needed .*\n✓ install Maven \(\d/);
});

function withScripts(machine: Machine, scripts: Readonly<Record<string, string>>): Machine {
  for (const [name, body] of Object.entries(scripts)) machine.script(name, body);
  return machine;
}
