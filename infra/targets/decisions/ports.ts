import { createHash } from "node:crypto";
import { createServer } from "node:net";

/** Where ports are taken from: this machine, or the addresses on which an engine publishes. */
export interface PortSpace {
  /** First and last port to pick from; default: those below what Linux gives to outgoing connections. */
  readonly range?: readonly [number, number];
  isFree(port: number): Promise<boolean>;
  /** @throws an error that names the key, and who has the port, when it is not free. */
  require(port: number, listener: string): Promise<void>;
}

/** Below 32768: above it Linux gives ports to outgoing connections (net.ipv4.ip_local_port_range). */
const RANGE = [20_000, 32_000] as const;

/** Whether nobody listens on `host:port` of this machine now. */
export function isPortFree(port: number, host = "127.0.0.1"): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/**
 * Free ports for `wanted` keys, beginning at a place that depends on `seed` only, so that two clusters of a machine
 * seldom search the same range and a cluster that is made again tends to get the ports that it had.
 * Ports in `taken` belong to other nodes, running or not, and are never given.
 */
export async function pickPorts(
  wanted: readonly string[],
  seed: string,
  taken: ReadonlySet<number>,
  isFree: (port: number) => Promise<boolean> = isPortFree,
  [first, last]: readonly [number, number] = RANGE,
): Promise<Record<string, number>> {
  const span = last - first;
  let offset = createHash("sha256").update(seed).digest().readUInt32BE(0) % span;
  const picked: Record<string, number> = {};
  const used = new Set(taken);
  for (let tried = 0; tried < span && Object.keys(picked).length < wanted.length; tried++) {
    const port = first + (offset++ % span);
    if (used.has(port) || !(await isFree(port))) continue;
    used.add(port);
    picked[wanted[Object.keys(picked).length]!] = port;
  }
  if (Object.keys(picked).length < wanted.length)
    throw new Error(`found no ${wanted.length} free ports between ${first} and ${last}; end what uses them`);
  return picked;
}
