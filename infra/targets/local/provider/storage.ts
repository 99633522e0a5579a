import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { writeWhole } from "../../../../toolchain/write-whole.ts";
import { parseProperties, renderProperties } from "../../../plan/java-properties.ts";
import { randomKafkaId } from "../../decisions/decide.ts";
import { META_PROPERTIES } from "../../migration/cluster-id.ts";
import type { LocalNodeArgs } from "../render.ts";
import { contentOf, DATA, isMark, LOST_AND_FOUND } from "./found.ts";
import type { Java } from "./java.ts";
import { runPrivately } from "./run-privately.ts";
import { scramArgument } from "./scram-admin.ts";

const BOOTSTRAP = "bootstrap.checkpoint";
/** Storage of the first voters of a dynamic quorum, by node id, until each takes its own. */
const INITIAL = "initial";

/** The voters that a dynamic quorum begins with. */
export interface InitialVoters {
  readonly listener: string;
  readonly voters: readonly { readonly id: number; readonly address: string }[];
}

interface Format {
  readonly clusterId: string;
  /** name=password, where clients log in with passwords. */
  readonly admin: string | undefined;
  /** Absent where voters are static. */
  readonly initial?: InitialVoters | undefined;
}

/**
 * Runs Kafka's StorageTool once for the cluster and keeps the resulting `bootstrap.checkpoint`, which carries the feature
 * levels of the release and the super user's credential. Nodes are then formatted by copying it: one JVM instead of one per
 * node, and equal levels.
 * That file comes last: a run that was cut off before it begins anew, and no node has started by then.
 */
export async function formatCluster(
  clusterDirectory: string,
  { clusterId, admin, initial }: Format,
  java: Java,
): Promise<void> {
  const target = path.join(clusterDirectory, BOOTSTRAP);
  if (existsSync(target)) return;
  const scratch = mkdtempSync(path.join(clusterDirectory, "format-"));
  try {
    const config = path.join(scratch, "server.properties");
    const data = path.join(scratch, "data");
    writeFileSync(config, formatProperties(data, initial));
    const directoryIds = new Map(initial?.voters.map(({ id }) => [id, randomKafkaId()]));
    const args = [
      "-XX:TieredStopAtLevel=1",
      ...java.options,
      "kafka.tools.StorageTool",
      "format",
      // One that a broker of a ZooKeeper cluster chose may begin with a dash.
      `--cluster-id=${clusterId}`,
      "-c",
      config,
      ...(admin === undefined ? [] : ["--add-scram", scramArgument(admin)]),
      ...(initial ? ["--initial-controllers", initialArgument(initial, directoryIds)] : []),
    ];
    await runPrivately(java.command, args, scratch);
    const made = path.join(data, BOOTSTRAP);
    // A credential stands in it.
    chmodSync(made, 0o600);
    if (initial) keepInitial(clusterDirectory, data, clusterId, directoryIds);
    renameSync(made, target);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function formatProperties(data: string, initial: InitialVoters | undefined): string {
  const { listener, voters } = initial ?? { listener: "CONTROLLER", voters: [{ id: 1 }] };
  const [bootstrap, address] = initial
    ? ["controller.quorum.bootstrap.servers", "127.0.0.1:1"]
    : ["controller.quorum.voters", "1@127.0.0.1:1"];
  return renderProperties({
    "process.roles": "controller",
    "node.id": String(voters[0]!.id),
    [bootstrap]: address,
    listeners: `${listener}://127.0.0.1:1`,
    "controller.listener.names": listener,
    "listener.security.protocol.map": `${listener}:PLAINTEXT`,
    "log.dirs": data,
  });
}

/** Kafka's own form: id@host:port:directory id. */
const initialArgument = ({ voters }: InitialVoters, directoryIds: ReadonlyMap<number, string>): string =>
  voters.map(({ id, address }) => `${id}@${address}:${directoryIds.get(id)}`).join(",");

/**
 * Beside the checkpoint each voter has one that names all of them, by the ids of their directories. It is taken once: a node
 * that comes back without its data is no voter any more that could vote for one that lacks what it had acknowledged.
 */
function keepInitial(
  clusterDirectory: string,
  data: string,
  clusterId: string,
  directoryIds: ReadonlyMap<number, string>,
): void {
  const kept = path.join(clusterDirectory, INITIAL);
  rmSync(kept, { recursive: true, force: true });
  const aside = path.join(path.dirname(data), INITIAL);
  for (const [id, directoryId] of directoryIds) {
    const storage = path.join(aside, String(id));
    cpSync(data, storage, { recursive: true });
    writeMeta(storage, { clusterId, nodeId: id, directoryId });
  }
  renameSync(aside, kept);
}

/**
 * Makes the node's data directory when there are no data; what is there stays unchanged, so a second call and a restart over
 * kept data are safe. It appears whole or not at all: prepared aside, then renamed. Whether a node may begin empty is
 * decided before, in data.ts.
 */
export function prepareStorage(node: LocalNodeArgs): void {
  const data = path.join(node.directory, DATA);
  const initial = path.join(path.dirname(node.directory), INITIAL, String(node.nodeId));
  if (contentOf(data) !== undefined) {
    // Cut off after it was copied below: it is taken once.
    rmSync(initial, { recursive: true, force: true });
    return;
  }
  mkdirSync(node.directory, { recursive: true, mode: 0o700 });
  if (node.quorum && existsSync(initial)) {
    put(initial, data);
    return;
  }
  const aside = `${data}.new`;
  rmSync(aside, { recursive: true, force: true });
  mkdirSync(aside, { recursive: true, mode: 0o700 });
  if (node.roles.includes("zookeeper")) writeFileSync(path.join(aside, "myid"), `${node.nodeId - 2000}\n`);
  else if (isKraft(node)) formatKraft(aside, node);
  put(aside, data);
}

/** Moves a folder to where nothing or an empty folder is; into one that cannot go, such as a mount point, file by file. */
function put(from: string, data: string): void {
  if (isRemoved(data)) {
    renameSync(from, data);
    return;
  }
  // What tells whose data they are comes last.
  for (const name of readdirSync(from).toSorted((a, b) => Number(isMark(a)) - Number(isMark(b)))) {
    cpSync(path.join(from, name), path.join(data, `${name}.new`), { recursive: true });
    renameSync(path.join(data, `${name}.new`), path.join(data, name));
  }
  rmSync(from, { recursive: true });
}

function isRemoved(folder: string): boolean {
  if (!existsSync(folder)) return true;
  try {
    rmdirSync(folder);
    return true;
  } catch {
    return false;
  }
}

/**
 * Deletes a node's data: all of them, or cut off, so that what is left is taken neither for data nor for an empty folder. A
 * disk that is mounted or linked there stays there. @returns whether there was anything.
 */
export function removeData(directory: string): boolean {
  const [data, aside] = [path.join(directory, DATA), path.join(directory, `${DATA}.new`)];
  const found = lstatSync(data, { throwIfNoEntry: false });
  if (!found) return false;
  if (!found.isSymbolicLink() || !existsSync(data))
    try {
      rmSync(aside, { recursive: true, force: true });
      renameSync(data, aside);
      rmSync(aside, { recursive: true });
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EBUSY") throw error;
    }
  for (const name of readdirSync(data).toSorted((a, b) => Number(isMark(b)) - Number(isMark(a))))
    if (name !== LOST_AND_FOUND) rmSync(path.join(data, name), { recursive: true });
  return true;
}

/** The cluster's formatted storage, less the node id and directory id that are each node's own. */
function formatKraft(data: string, { clusterId, nodeId, directory }: LocalNodeArgs): void {
  writeMeta(data, { clusterId, nodeId, directoryId: randomKafkaId() });
  copyFileSync(bootstrapOf(path.dirname(directory)), path.join(data, BOOTSTRAP));
}

/** The cluster's, or where a full disk or a crash has torn it, the same of a node. @throws where none is whole. */
function bootstrapOf(cluster: string): string {
  const own = path.join(cluster, BOOTSTRAP);
  const nodes = readdirSync(cluster).filter((name) => /^node-\d+$/.test(name));
  const found = [own, ...nodes.map((name) => path.join(cluster, name, DATA, BOOTSTRAP))].find(isWholeCheckpoint);
  if (found === undefined) throw new Error(`${own} is not whole, and no node has a copy; put it back from your backup`);
  return found;
}

/** Batches of records to the last byte: each has its first offset, its length, and that many bytes. */
function isWholeCheckpoint(file: string): boolean {
  if (!existsSync(file)) return false;
  const bytes = readFileSync(file);
  let at = 0;
  while (at + 12 <= bytes.length) {
    const length = bytes.readInt32BE(at + 8);
    if (length <= 0) return false;
    at += 12 + length;
  }
  return at > 0 && at === bytes.length;
}

interface Meta {
  readonly clusterId: string;
  readonly nodeId: number;
  readonly directoryId: string;
}

function writeMeta(data: string, { clusterId, nodeId, directoryId }: Meta): void {
  const meta = { version: "1", "cluster.id": clusterId, "node.id": String(nodeId), "directory.id": directoryId };
  writeWhole(path.join(data, META_PROPERTIES), renderProperties(meta));
}

/** By which a dynamic quorum knows the node's data. */
export function directoryIdOf({ directory }: Pick<LocalNodeArgs, "directory">): string {
  const id = parseProperties(readFileSync(path.join(directory, "data", META_PROPERTIES), "utf8"))["directory.id"];
  if (id === undefined) throw new Error(`${META_PROPERTIES} of ${path.basename(directory)} names no directory.id`);
  return id;
}

function isKraft(node: LocalNodeArgs): boolean {
  return /^process\.roles=/m.test(node.files[node.configFile] ?? "");
}
