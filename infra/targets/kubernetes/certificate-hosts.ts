import type { CertificatePlan } from "../../plan/types.ts";
import { names } from "./names.ts";
import type { KubernetesPlanned } from "./pools.ts";
import { podDomain } from "./render/config.ts";
import { HERE } from "./render/guards.ts";
import type { Survey } from "./survey.ts";

export interface Known {
  /** What brokers tell clients outside, by node id; `:port` stands for the machine of the pod. */
  readonly told: Readonly<Record<string, string>>;
  readonly survey: Pick<Survey, "machines">;
}

/**
 * Under which names the pods of a kind are reached. They share a certificate, and one more pod changes nothing about it: the
 * pods' own names are one wildcard. Pure.
 */
export function hostsOf(plan: KubernetesPlanned, { nodes }: CertificatePlan, { told, survey }: Known): string[] {
  const pods = [`*.${podDomain(plan)}`];
  const addresses = nodes.flatMap((id) => told[id] ?? []);
  if (addresses.length === 0) return pods;
  const own = addresses.map(hostIn).filter((host) => host !== "");
  // Pods move: a broker may come up on any machine.
  const machines = addresses.some((address) => address.startsWith(":"))
    ? (survey.machines ?? []).flatMap(({ addresses }) => addresses)
    : [];
  return [
    ...new Set([...pods, ...serviceNames(plan), ...own, ...machines, ...(own.includes(HERE) ? ["localhost"] : [])]),
  ];
}

/** Every way to spell the Service where clients inside begin. */
function serviceNames({ name, kubernetes }: KubernetesPlanned): string[] {
  const { namespace, clusterDomain } = kubernetes;
  const service = `${names.bootstrap(name)}.${namespace}`;
  return [names.bootstrap(name), service, `${service}.svc`, `${service}.svc.${clusterDomain}`];
}

/** `[::1]:9094` → `::1`. */
const hostIn = (address: string): string => address.slice(0, address.lastIndexOf(":")).replace(/^\[(.*)\]$/, "$1");
