import type Docker from "dockerode";
import { portHolder } from "../../decisions/port-holder.ts";
import { isPortFree, type PortSpace } from "../../decisions/ports.ts";
import { isThisMachine } from "../engine.ts";

interface Holder {
  readonly container: string;
  readonly port: number;
}

/**
 * Ports of the engine's machine on which brokers are published. Containers that are stopped hold theirs as well, because
 * they take them again when they start. Of a machine elsewhere only its containers are known.
 */
export async function publishedPorts(docker: Docker, host: string, address: string): Promise<PortSpace> {
  const holders = await holdersOf(docker);
  const isFree = async (port: number) =>
    !holders.some((holder) => holder.port === port) && (!isThisMachine(host) || (await isPortFree(port, address)));
  return {
    isFree,
    async require(port, listener) {
      if (await isFree(port)) return;
      const container = holders.find((holder) => holder.port === port)?.container;
      const who = container ? `container ${container}` : ((await portHolder(port)) ?? "another process");
      throw new Error(
        `docker.ports: ${who} has ${address}:${port}, wanted for ${listener}; end it or choose another port`,
      );
    },
  };
}

async function holdersOf(docker: Docker): Promise<Holder[]> {
  const containers = await docker.listContainers({ all: true });
  const inspected = await Promise.all(
    containers.map(({ Id }) =>
      docker
        .getContainer(Id)
        .inspect()
        .catch(() => undefined),
    ),
  );
  return inspected.flatMap((container) => {
    const bindings = (container?.HostConfig.PortBindings ?? {}) as Record<string, { HostPort?: string }[] | null>;
    return Object.values(bindings)
      .flatMap((list) => list ?? [])
      .flatMap(({ HostPort }) =>
        HostPort ? [{ container: container!.Name.replace(/^\//, ""), port: Number(HostPort) }] : [],
      );
  });
}
