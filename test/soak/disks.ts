/** Disks of their own for nodes of a local cluster that is down: each takes the node's data. */
import { execFileSync, spawn } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import path from "node:path";
import { RATE_FILE } from "../../infra/targets/local/faults/slow-disk.ts";
import { eventually } from "../helpers/eventually.ts";

/** Small enough for a test to fill, large enough for the topics of a run. */
const SMALL_DISK = "512m";
/** Of a file with holes. */
const SLOW_DISK_BYTES = 2 ** 31;
/** Bits in a second; more than any disk. */
const NO_LIMIT = "1000G";

/** A tmpfs. @returns what unmounts it. */
export function moveToSmallDisk(nodeDirectory: string): () => Promise<void> {
  return moveData(nodeDirectory, (data) =>
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${SMALL_DISK}`, "tmpfs", data]),
  );
}

/**
 * One whose speed stands in a file: an image that nbdkit serves through its rate filter, that nbdfuse shows as a file again,
 * and that is mounted. @param work a folder for it. @returns what unmounts and ends it.
 */
export async function moveToSlowDisk(nodeDirectory: string, work: string): Promise<() => Promise<void>> {
  const [image, shown, rate] = [
    path.join(work, "image"),
    path.join(work, "shown"),
    path.join(nodeDirectory, RATE_FILE),
  ];
  const disk = path.join(shown, "disk");
  mkdirSync(shown, { recursive: true });
  writeFileSync(image, "");
  truncateSync(image, SLOW_DISK_BYTES);
  writeFileSync(rate, NO_LIMIT);
  // Small requests: the filter sleeps for the whole of one.
  const filters = ["--filter=blocksize", "--filter=rate", "file", image, "maxdata=64k", `rate=${NO_LIMIT}`];
  const served = ["nbdkit", "-s", "--exit-with-parent", ...filters, `rate-file=${rate}`];
  const server = spawn("nbdfuse", [disk, "--command", ...served], { detached: true, stdio: "ignore" });
  const end = async () => {
    execFileSync("fusermount3", ["-u", shown]);
    await eventually("the disk has gone", () => server.exitCode !== null || server.signalCode !== null, 60_000);
    rmSync(rate);
  };
  await eventually("the disk is served", () => existsSync(disk), 60_000);
  execFileSync("mkfs.ext4", ["-q", "-F", disk]);
  const unmount = moveData(nodeDirectory, (data) => execFileSync("mount", ["-o", "loop", disk, data]));
  return async () => {
    await unmount();
    await end();
  };
}

function moveData(nodeDirectory: string, mount: (directory: string) => void): () => Promise<void> {
  const data = path.join(nodeDirectory, "data");
  const aside = `${data}.aside`;
  renameSync(data, aside);
  mkdirSync(data);
  mount(data);
  chmodSync(data, 0o700);
  // Kafka takes every folder for a partition's.
  rmSync(path.join(data, "lost+found"), { recursive: true, force: true });
  cpSync(aside, data, { recursive: true, preserveTimestamps: true });
  rmSync(aside, { recursive: true });
  return async () => void execFileSync("umount", [data]);
}
