import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { formatIssue, StackFileError } from "../../../infra/errors.ts";
import { parseStack } from "../../../infra/spec/load.ts";
import { invalidDocker } from "./invalid-docker.ts";
import { invalidMigrations } from "./invalid-migration.ts";
import { invalidQuorum } from "./invalid-quorum.ts";
import { invalidSecurity } from "./invalid-security.ts";
import { invalidStacks } from "./invalid-stacks.ts";
import { invalidWorkloads } from "./invalid-workloads.ts";
import { invalidYaml } from "./invalid-yaml.ts";

function problemsOf(text: string): string[] {
  try {
    parseStack(text, "s.yaml");
  } catch (error) {
    if (error instanceof StackFileError) return error.issues.map(formatIssue);
    throw error;
  }
  return [];
}

describe("stacks that are refused, to the letter", () => {
  for (const [title, text, problems] of [
    ...invalidStacks,
    ...invalidWorkloads,
    ...invalidDocker,
    ...invalidQuorum,
    ...invalidSecurity,
    ...invalidMigrations,
    ...invalidYaml,
  ])
    test(title, () => assert.deepEqual(problemsOf(text), typeof problems === "string" ? [problems] : problems));
});
