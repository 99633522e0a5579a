import { isIP } from "node:net";
import type { CertificatePlan } from "../../plan/types.ts";
import { containerName, networkName } from "./names.ts";
import { type DockerPlanned, publishedListeners } from "./render.ts";

/** They stand for every address of the machine, loopback included: nobody reaches a node by themselves. */
const ANY = ["0.0.0.0", "::"];

/**
 * Under which names and addresses a node is reached: by its container's name in the cluster's network, from outside by what
 * brokers tell clients and by the address that they are published on. Docker's DNS also knows an address by the names of its
 * container and network, which is how ZooKeeper's nodes know each other. Pure.
 */
export function hostsOf(plan: DockerPlanned, { nodes }: CertificatePlan): string[] {
  const { name, docker } = plan;
  const hosts = nodes.flatMap((id) => {
    const container = containerName(name, id);
    const inside = [container, `${container}.${networkName(name)}`];
    const node = plan.nodes.find((one) => one.id === id);
    if (!node || publishedListeners(node).length === 0) return inside;
    const outside = [docker.advertisedHost, docker.publishAddress];
    const loopback = outside.some((host) => ANY.includes(host) || isLoopback(host)) ? ["127.0.0.1", "localhost"] : [];
    return [...inside, ...outside.filter((host) => !ANY.includes(host)), ...loopback];
  });
  return [...new Set(hosts)];
}

const isLoopback = (host: string): boolean =>
  host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
