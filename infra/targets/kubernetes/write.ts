import { UserError } from "../../errors.ts";
import { randomKafkaId, randomSecret } from "../decisions/decide.ts";
import { readKept } from "../decisions/kept.ts";
import type { Written } from "../target.ts";
import { clusterArgs, clusterDirectory } from "./cluster-args.ts";
import type { KubernetesPlanned } from "./pools.ts";
import { renderManifests } from "./render/manifests.ts";

const FIRST_TUNNEL_PORT = 31_092;

/** A cluster as YAML has it. What `up` decided for it, or an earlier writing, stays. */
export function write(plan: KubernetesPlanned, clusterId: string | undefined): readonly Written[] {
  const kept = readKept(clusterDirectory(plan.name));
  const secret = (name: string) => kept?.secrets[name] ?? randomSecret();
  return renderManifests(plan, {
    clusterId: clusterId ?? kept?.clusterId ?? randomKafkaId(),
    ports: portsOf(plan, kept?.ports),
    secrets: Object.fromEntries(plan.secrets.map((name) => [name, secret(name)])),
    image: imageOf(plan),
  });
}

function portsOf(plan: KubernetesPlanned, kept: Readonly<Record<string, number>> | undefined): Record<string, number> {
  const { external, advertisedHost } = plan.kubernetes;
  if (external === "loadBalancer" && advertisedHost === undefined)
    throw new UserError(
      "kubernetes.advertisedHost: wanted beside external loadBalancer, found none: the balancers' own addresses are known only once they are there",
      "write kafka-{id}. and your domain, and point these names at the balancers",
    );
  const { fixedPorts, listeners } = clusterArgs(plan, "");
  const ports = { ...kept, ...fixedPorts };
  if (external === "none") return withMissing(listeners, ports);
  if (external === "nodePort" && listeners.some((listener) => ports[listener] === undefined))
    throw new UserError(
      "kubernetes.ports.external: wanted beside external nodePort, found none: brokers have to tell clients their ports",
      "write the first of them, for example 31092, or external: none",
    );
  return ports;
}

/** For tunnels, which nothing in the cluster collides with: the same numbers each time. */
function withMissing(listeners: readonly string[], known: Readonly<Record<string, number>>): Record<string, number> {
  const used = new Set(Object.values(known));
  let next = FIRST_TUNNEL_PORT;
  const free = () => {
    while (used.has(next)) next++;
    return next++;
  };
  return Object.fromEntries(listeners.map((listener) => [listener, known[listener] ?? free()]));
}

function imageOf({ kubernetes, kafkaVersion }: KubernetesPlanned): string {
  if (kubernetes.image === "build")
    throw new UserError(
      "kubernetes.image: wanted an image that others can pull, found build, which is made on this machine",
      "push it to your registry (node toolchain/image/main.ts says where its archive is) and name it there",
    );
  return kubernetes.image === "auto" ? `apache/kafka:${kafkaVersion}` : kubernetes.image;
}
