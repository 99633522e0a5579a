// Before `npm start` and `npm test`: installs the project's packages if they are not those of package-lock.json.
//
// Plain JavaScript without dependencies, because in an empty clone nothing else is there yet, and whatever Node the machine
// has must be able to run it. npm's own record of what is installed (node_modules/.package-lock.json, which it writes last)
// is compared with package-lock.json, so an installation by hand counts and an interrupted one does not.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const NODE_AT_LEAST = 20;
const root = dirname(dirname(fileURLToPath(import.meta.url)));

const why = whatIsMissing();
if (why !== undefined) install(why);

function whatIsMissing() {
  if (!existsSync(join(root, "node_modules"))) return "there is no node_modules yet";
  if (!existsSync(join(root, "node_modules", ".bin", "node"))) return "the project's own Node is missing";
  const wanted = readPackages("package-lock.json");
  const installed = readPackages("node_modules/.package-lock.json");
  if (installed === undefined) return "an earlier installation was not finished";
  for (const [path, { version, integrity, optional }] of Object.entries(wanted ?? {})) {
    if (!path.startsWith("node_modules/")) continue;
    const found = installed[path];
    // Optional packages are those of other machines, except where this one has them.
    if (found === undefined && optional) continue;
    if (found === undefined) return `${path} is missing`;
    if (found.version !== version || found.integrity !== integrity)
      return `${path} is not the one of package-lock.json`;
  }
  return undefined;
}

function readPackages(file) {
  try {
    return JSON.parse(readFileSync(join(root, file), "utf8")).packages;
  } catch {
    return undefined;
  }
}

function install(reason) {
  const [major] = process.versions.node.split(".").map(Number);
  if (major < NODE_AT_LEAST)
    fail(
      `Node ${NODE_AT_LEAST} or newer is needed; this is ${process.version}`,
      "install a newer Node: https://nodejs.org",
    );
  console.error(`→ npm ci: ${reason}`);
  const started = performance.now();
  // npm is about to delete node_modules, so it must not run on the Node that lies in there.
  const bin = join("node_modules", ".bin");
  const PATH = (process.env.PATH ?? "")
    .split(":")
    .filter((directory) => !directory.endsWith(bin))
    .join(":");
  // Results go to stdout, and this is none.
  const { status, error } = spawnSync("npm", ["ci", "--no-fund", "--no-audit", "--loglevel=error"], {
    cwd: root,
    env: { ...process.env, PATH },
    stdio: ["ignore", 2, 2],
  });
  if (error) fail(`npm could not be started: ${error.message}`, "install npm; it usually comes with Node");
  if (status !== 0)
    fail(`npm ci failed (code ${status}), see above`, "mend what it says and run the command again", status ?? 1);
  console.error(`✓ npm ci (${((performance.now() - started) / 1000).toFixed(1)} s)`);
}

function fail(message, next, code = 1) {
  console.error(`✗ ${message}\n  ${next}`);
  process.exit(code);
}
