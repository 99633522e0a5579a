#!/usr/bin/env node
// Plain JavaScript, because outside npm scripts and npx an older Node may run it: then the pinned one takes over.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major > 22 || (major === 22 && minor >= 18)) {
  await import("./main.ts");
} else {
  const node = fileURLToPath(new URL("../../node_modules/.bin/node", import.meta.url));
  const { status, error } = spawnSync(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: "inherit",
  });
  if (error) console.error(`pulumi: the project's Node is missing (${error.message}); run: npm ci`);
  process.exitCode = status ?? 1;
}
