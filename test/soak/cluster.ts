import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseDocument } from "yaml";
import { projectRoot } from "../../infra/paths.ts";
import type { TargetName } from "../../infra/plan/types.ts";
import { cli, type Finished, temporaryHome } from "../helpers/cli.ts";
import { findEngine } from "../helpers/docker.ts";
import { findCluster } from "../helpers/kube.ts";
import { kafkaImage } from "../helpers/kube-node.ts";

/** A cluster of the soak's own, made from a shipped stack. */
export interface SoakCluster {
  readonly file: string;
  run(...args: string[]): Promise<Finished>;
}

/** Small enough for a test to fill, large enough for the topics of a run. */
const SMALL_DISK = "512m";

/** Why a target cannot be used here; false when it can. */
export async function unusable(target: TargetName): Promise<false | string> {
  if (target === "docker") return (await findEngine()).skip;
  if (target === "kubernetes") return (await findCluster()).skip;
  return false;
}

/** Brings a stack up, uses it, and leaves nothing of it. @param smallDisk node 1 of a local cluster has one of its own. */
export async function withCluster<T>(
  stack: string,
  smallDisk: boolean,
  use: (cluster: SoakCluster) => Promise<T>,
): Promise<T> {
  const { home, remove } = temporaryHome();
  const name = `soak-${stack}`;
  const file = path.join(home, `${name}.yaml`);
  const document = parseDocument(readFileSync(path.join(projectRoot, "stacks", `${stack}.yaml`), "utf8"));
  if (document.get("target") === "kubernetes") {
    const { access } = await findCluster();
    document.setIn(["kubernetes", "image"], await kafkaImage(access!, String(document.getIn(["kafka", "version"]))));
  }
  writeFileSync(file, document.toString());
  const run = (...args: string[]) => cli(home, ...args);
  const up = async () => {
    const { code, stderr } = await run("up", file, "--yes", "--skip", "smoke");
    if (code !== 0) throw new Error(`${stack} did not come up:\n${stderr}`);
  };
  const disk = path.join(home, "local", name, "node-1", "data");
  let mounted = false;
  try {
    await up();
    if (smallDisk) {
      await run("down", file, "--yes");
      moveToSmallDisk(disk);
      mounted = true;
      await up();
    }
    return await use({ file, run });
  } finally {
    await run("down", file, "--yes");
    if (mounted) execFileSync("umount", [disk]);
    await run("down", file, "--delete-data", "--yes");
    remove();
  }
}

function moveToSmallDisk(directory: string): void {
  const aside = `${directory}.aside`;
  renameSync(directory, aside);
  mkdirSync(directory, { mode: 0o700 });
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${SMALL_DISK},mode=0700`, "tmpfs", directory]);
  cpSync(aside, directory, { recursive: true, preserveTimestamps: true });
  rmSync(aside, { recursive: true });
}
