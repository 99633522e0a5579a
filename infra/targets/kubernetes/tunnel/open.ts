import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import type { KubeAccess } from "../../../../toolchain/kubernetes.ts";
import { UserError } from "../../../errors.ts";
import { portHolder } from "../../decisions/port-holder.ts";
import { HERE } from "../render/guards.ts";
import { type PodPort, relay } from "./relay.ts";

/** A port of this machine that leads to a pod's. */
export interface Way extends PodPort {
  /** 0: any that is free. */
  readonly localPort: number;
}

export interface Tunnel {
  /** Of this machine, in the order of the ways. */
  readonly ports: readonly number[];
  /** Ends every connection. */
  close(): void;
}

export interface TunnelOptions {
  readonly access: KubeAccess;
  readonly ways: readonly Way[];
  /** Hears once of a pod that cannot be reached, and again after it could. */
  tell(line: string): void;
}

/**
 * Ports of this machine that lead to pods through the API server, whatever lies between: whoever may use `kubectl
 * port-forward` needs no other way in. A pod that is away looks like a broken connection, one that comes back under its name
 * is found again. Listening keeps no process alive.
 *
 * @throws UserError that names who has a port, when it is taken; then none is open.
 */
export async function openTunnel({ access, ways, tell }: TunnelOptions): Promise<Tunnel> {
  const sockets = new Set<Socket>();
  const away = new Set<string>();
  const connected = async (way: Way, socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    const fault = await relay(access, way, socket);
    if (fault === undefined) away.delete(way.pod);
    else if (!away.has(way.pod)) tell(`pod ${away.add(way.pod) && way.pod} cannot be reached: ${fault}`);
  };
  const servers = ways.map((way) =>
    createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true }, (socket) => void connected(way, socket)),
  );
  const close = () => {
    for (const server of servers) server.close();
    for (const socket of sockets) socket.destroy();
  };
  try {
    await Promise.all(servers.map((server, index) => listen(server, ways[index]!)));
  } catch (error) {
    close();
    throw error;
  }
  return { ports: servers.map((server) => (server.address() as AddressInfo).port), close };
}

async function listen(server: Server, { localPort, pod }: Way): Promise<void> {
  const listening = new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host: HERE, port: localPort, exclusive: true }, resolve);
  });
  server.unref();
  await listening.catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== "EADDRINUSE") throw error;
    throw new UserError(
      `port ${localPort} of ${HERE}, which leads to pod ${pod}, is taken by ${(await portHolder(localPort)) ?? "another process"}`,
      "end that process, or use its tunnel if it is one to this cluster; or choose other ports: kubernetes.ports.external",
    );
  });
}
