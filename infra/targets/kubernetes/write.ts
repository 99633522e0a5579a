import { officialImage } from "../../../toolchain/checksums.ts";
import { UserError } from "../../errors.ts";
import { randomKafkaId, randomSecret } from "../decisions/decide.ts";
import { readKept } from "../decisions/kept.ts";
import type { Certificates } from "../decisions/sealed.ts";
import { certificateArgs } from "../security/args.ts";
import { ensureCertificates } from "../security/ensure.ts";
import type { Written } from "../target.ts";
import { hostsOf } from "./certificate-hosts.ts";
import { clusterArgs, clusterDirectory } from "./cluster-args.ts";
import type { KubernetesPlanned } from "./pools.ts";
import { externalAddresses } from "./render/guards.ts";
import { renderManifests } from "./render/manifests.ts";

const FIRST_TUNNEL_PORT = 31_092;

/** A cluster as YAML has it. What `up` decided for it, or an earlier writing, stays. */
export async function write(plan: KubernetesPlanned, clusterId: string | undefined): Promise<readonly Written[]> {
  const kept = readKept(clusterDirectory(plan.name));
  const secret = (name: string) => kept?.secrets[name] ?? randomSecret();
  const ports = portsOf(plan, kept?.ports);
  return renderManifests(plan, {
    clusterId: clusterId ?? kept?.clusterId ?? randomKafkaId(),
    ports,
    secrets: Object.fromEntries(plan.secrets.map((name) => [name, secret(name)])),
    certificates: await certificatesOf(plan, ports),
    image: imageOf(plan),
  });
}

/** Kept for the next writing, as for a deployment, so that clients trust the same authority. */
async function certificatesOf(
  plan: KubernetesPlanned,
  ports: Readonly<Record<string, number>>,
): Promise<Certificates | undefined> {
  const told = externalAddresses(plan, ports, {});
  requireNamedMachines(plan);
  const known = { told, survey: { machines: null } };
  const args = certificateArgs(plan, (certificate) => hostsOf(plan, certificate, known), clusterDirectory(plan.name));
  return args && ensureCertificates(args);
}

function requireNamedMachines({ security, kubernetes }: KubernetesPlanned): void {
  if (!security.certificates || kubernetes.external !== "nodePort" || kubernetes.advertisedHost !== undefined) return;
  throw new UserError(
    "kubernetes.advertisedHost: wanted beside external nodePort in a secured stack, found none: certificates name the machines, which only a deployment knows",
    "write one name or address under which clients reach a machine, or external: none",
  );
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
  return kubernetes.image === "auto" ? officialImage(kafkaVersion) : kubernetes.image;
}
