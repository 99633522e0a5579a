import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseDocument } from "yaml";
import { projectRoot } from "../../infra/paths.ts";
import type { TargetName } from "../../infra/plan/types.ts";
import type { FaultAction } from "../../scripts/ops/chaos/faults.ts";
import { type Finished, startCli, temporaryHome } from "../helpers/cli.ts";
import { findEngine } from "../helpers/docker.ts";
import { findCluster } from "../helpers/kube.ts";
import { kafkaImage } from "../helpers/kube-node.ts";
import { javaWithOwnClocksFor, noOwnClocks } from "../helpers/own-clocks.ts";
import { moveToSlowDisk, moveToSmallDisk } from "./disks.ts";

/** A cluster of the soak's own, made from a shipped stack. */
export interface SoakCluster {
  readonly file: string;
  run(...args: string[]): Promise<Finished>;
}

const CLOCKS: readonly FaultAction[] = ["clock-ahead", "clock-behind", "expire"];
/** Short enough for a clock to jump beyond it without making records too old to be kept. */
const SHORT_LIVED = { profile: "scram", certificates: { lifetime: "2d", renewBefore: "1d" } };

/** Why a target cannot be used here; false when it can. */
export async function unusable(target: TargetName): Promise<false | string> {
  if (target === "docker") return (await findEngine()).skip;
  if (target === "kubernetes") return (await findCluster()).skip;
  return false;
}

/** Why a cluster cannot be prepared for a fault here; undefined where it can, or need not. */
export function unprepared(target: TargetName, action: FaultAction): string | undefined {
  if (target !== "local") return undefined;
  if (CLOCKS.includes(action)) return noOwnClocks();
  if (action !== "fill" && action !== "slow") return undefined;
  if (process.platform !== "linux" || process.getuid?.() !== 0) return "mounting a disk takes Linux and root";
  const missing = ["nbdkit", "nbdfuse", "fusermount3"].filter((name) => spawnSync(name, ["--version"]).status !== 0);
  if (action === "fill" || missing.length === 0) return undefined;
  return `${missing.join(", ")} not found (Debian's packages nbdkit, libnbd-bin, fuse3)`;
}

/** A cluster for these cannot be one for others. */
export const wantsCertificates = (action: FaultAction): boolean => action === "expire";

/**
 * Brings a stack up, uses it, and leaves nothing of it.
 *
 * @param actions what will be done to it: a local one gets a small disk for node 1, a slow one for node 2, clocks of their
 * own for all, or certificates, as these need them.
 */
export async function withCluster<T>(
  stack: string,
  actions: readonly FaultAction[],
  use: (cluster: SoakCluster) => Promise<T>,
): Promise<T> {
  const { home, remove } = temporaryHome();
  const name = `soak-${stack}`;
  const file = path.join(home, `${name}.yaml`);
  const document = parseDocument(readFileSync(path.join(projectRoot, "stacks", `${stack}.yaml`), "utf8"));
  const target = document.get("target");
  if (target === "kubernetes") {
    const { access } = await findCluster();
    document.setIn(["kubernetes", "image"], await kafkaImage(access!, String(document.getIn(["kafka", "version"]))));
  }
  if (actions.some(wantsCertificates)) document.set("security", SHORT_LIVED);
  writeFileSync(file, document.toString());
  const local = (action: FaultAction) => target === "local" && actions.includes(action);
  const env = CLOCKS.some(local)
    ? { JAVA_HOME: await javaWithOwnClocksFor(String(document.getIn(["kafka", "version"]))) }
    : {};
  const run = (...args: string[]) => startCli(home, args, env).finished;
  const up = async () => {
    const { code, stderr } = await run("up", file, "--yes", "--skip", "smoke");
    if (code !== 0) throw new Error(`${stack} did not come up:\n${stderr}`);
  };
  const node = (id: number) => path.join(home, "local", name, `node-${id}`);
  const unmounts: (() => Promise<void>)[] = [];
  try {
    await up();
    if (local("fill") || local("slow")) {
      await run("down", file, "--yes");
      if (local("fill")) unmounts.push(moveToSmallDisk(node(1)));
      if (local("slow")) unmounts.push(await moveToSlowDisk(node(2), path.join(home, "slow")));
      await up();
    }
    return await use({ file, run });
  } finally {
    await run("down", file, "--yes");
    for (const unmount of unmounts) await unmount();
    await run("down", file, "--delete-data", "--yes");
    remove();
  }
}
