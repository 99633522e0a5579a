/** For the launchers: prints the path of the official plugin, or nothing. Arguments: its name, and what Pulumi gave. */
import { findOrInstall } from "./official.ts";

const [name = "", ...given] = process.argv.slice(2);
// Loaded only when there is something to say: most starts have nothing to wait for.
const say = (line: string) =>
  void import("../plugin/engine-log.ts").then(({ engineLog }) => engineLog(given.at(-1)).info("", line));
const path = await findOrInstall(name, process.env, say);
if (path) process.stdout.write(`${path}\n`);
// A connection to the engine's log would keep the process.
process.exit();
