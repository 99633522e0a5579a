import { once } from "node:events";
import { createServer, type Server } from "node:net";

/**
 * Ports of 127.0.0.1 on which nothing listens, below the range from which the kernel takes those of outgoing
 * connections: a port from there may be gone again before it is used.
 */
export async function freePorts(count: number): Promise<number[]> {
  const held: Server[] = [];
  const ports: number[] = [];
  while (ports.length < count) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    const server = createServer().listen(port, "127.0.0.1");
    const free = await once(server, "listening").then(
      () => true,
      () => false,
    );
    if (!free) continue;
    held.push(server);
    ports.push(port);
  }
  // Held until all are found, so that none is found twice.
  await Promise.all(held.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
