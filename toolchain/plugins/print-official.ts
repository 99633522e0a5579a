/** For the launchers: prints the path of the official plugin that the argument names, or nothing. */
import { findOrInstall } from "./official.ts";

const path = findOrInstall(process.argv[2] ?? "", process.env, (line) => process.stderr.write(`${line}\n`));
if (path) process.stdout.write(`${path}\n`);
