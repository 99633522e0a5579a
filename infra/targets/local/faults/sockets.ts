import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** A connection over IPv4, from the side of the process. */
export interface Connection {
  readonly local: Endpoint;
  readonly remote: Endpoint;
}

export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

export interface Sockets {
  /** Ports. */
  readonly listening: readonly number[];
  /** Also those under way. */
  readonly connections: readonly Connection[];
}

const LISTEN = "0A";
/** Of one that is over, and of no process any more. */
const NOBODYS_INODE = "0";

/** What a process listens on, and its connections, as Linux tells them. @throws when it is gone, or somebody else's. */
export function socketsOf(pid: number): Sockets {
  const inodes = new Set<string>();
  for (const descriptor of readdirSync(`/proc/${pid}/fd`)) {
    const inode = /^socket:\[(\d+)\]$/.exec(linkOf(`/proc/${pid}/fd/${descriptor}`))?.[1];
    if (inode !== undefined) inodes.add(inode);
  }
  const tables = ["tcp", "tcp6"].map((name) => readFileSync(`/proc/${pid}/net/${name}`, "utf8"));
  return parseSockets(tables, inodes);
}

/** One may be closed between the listing and the look at it. */
function linkOf(file: string): string {
  try {
    return readlinkSync(file);
  } catch {
    return "";
  }
}

/**
 * The sockets of these inodes. Pure. Of IPv6 only what carries IPv4, as a JVM's sockets do.
 *
 * @param tables texts of /proc/net/tcp and tcp6 (proc_net_tcp(5)): after a title each line has a number, the local and the
 * remote address, the state, four more fields, and the inode.
 */
export function parseSockets(tables: readonly string[], inodes: ReadonlySet<string>): Sockets {
  const own = tables
    .flatMap((table) => table.trim().split("\n").slice(1))
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[9] !== NOBODYS_INODE && inodes.has(fields[9] ?? ""));
  const listening = own
    .filter(([, , , state]) => state === LISTEN)
    .map(([, local = ""]) => Number.parseInt(local.split(":")[1] ?? "", 16));
  const connections = own
    .filter(([, , , state]) => state !== LISTEN)
    .flatMap(([, local = "", remote = ""]) => {
      const ends = [endpoint(local), endpoint(remote)];
      return ends[0] && ends[1] ? [{ local: ends[0], remote: ends[1] }] : [];
    });
  return { listening: [...new Set(listening)].toSorted((a, b) => a - b), connections };
}

const MAPPED = "0000000000000000FFFF0000";

/** Four bytes in the order of the machine, which is the reverse wherever Kafka is run, and a port. */
function endpoint(text: string): Endpoint | undefined {
  const [address = "", port = ""] = text.split(":");
  const four = address.startsWith(MAPPED) ? address.slice(MAPPED.length) : address;
  if (four.length !== 8) return undefined;
  const bytes = [6, 4, 2, 0].map((at) => Number.parseInt(four.slice(at, at + 2), 16));
  return { address: bytes.join("."), port: Number.parseInt(port, 16) };
}
