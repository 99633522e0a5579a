import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { TestContext } from "node:test";
import { formatProgress, type Setup } from "../../toolchain/progress.ts";

/** A pretended machine: its own home, caches and PATH, and what the toolchain told about it. */
export interface Machine {
  readonly root: string;
  readonly setup: Setup;
  readonly told: string[];
  /** Puts a shell script where the name says; `bin/…` is on PATH. */
  script(name: string, body: string): string;
}

/** Nothing is on PATH but what a test puts there and the plain system tools that scripts need. */
export function makeMachine(t: TestContext, overrides: Partial<Setup> = {}): Machine {
  const root = mkdtempSync(join(tmpdir(), "kafka-stacks-machine-"));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  const told: string[] = [];
  const env = {
    HOME: root,
    PATH: `${join(root, "bin")}`,
    PULUMI_HOME: join(root, "pulumi"),
    KAFKA_STACKS_CACHE: join(root, "cache"),
    KAFKA_STACKS_HOME: join(root, "state"),
  };
  return {
    root,
    told,
    setup: { env, yes: false, progress: (event) => told.push(formatProgress(event)), ...overrides },
    script(name, body) {
      const path = join(root, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, `#!/bin/sh\n${body}\n`);
      chmodSync(path, 0o755);
      return path;
    },
  };
}
