import { inGiB, type Obstacle } from "../../obstacle.ts";
import { claimBytes } from "../cluster-args.ts";
import { KEY, names } from "../names.ts";
import type { KubernetesPlanned } from "../pools.ts";
import type { Quota } from "../survey/objects.ts";
import type { Survey } from "../survey.ts";
import { classOf } from "./volumes.ts";
import { demandsOf, manifestsOf } from "./wanted.ts";

/** Scopes that hold for our pods: they have requests, and no deadline. */
const OURS = ["NotBestEffort", "NotTerminating"];

/**
 * What a plan asks for beyond what a quota leaves, where all that this stack has already counts as free. Pods without a
 * limit of cores are refused where limits are counted, unless the namespace gives them one.
 */
export function overQuota(plan: KubernetesPlanned, survey: Survey): Obstacle[] {
  const wanted = wantedOf(plan, survey);
  const had = hadBy(plan, survey);
  return survey.quotas
    .filter(({ scopes }) => scopes.every((scope) => OURS.includes(scope)))
    .flatMap((quota) => [...exceeded(quota, wanted, had), ...unlimited(plan, quota, survey)]);
}

type Amounts = Readonly<Record<string, number>>;

function wantedOf(plan: KubernetesPlanned, survey: Survey): Amounts {
  const demands = demandsOf(plan);
  const claims = Object.values(claimBytes(plan));
  const sum = (amounts: readonly number[]) => amounts.reduce((a, b) => a + b, 0);
  const cpu = sum(demands.map(({ resources }) => resources.cpuMillis)) / 1000;
  const memory = sum(demands.map(({ resources }) => resources.memoryBytes));
  return {
    ...podAmounts(cpu, memory, demands.length),
    ...claimAmounts(sum(claims), claims.length, classOf(plan, survey)?.name),
    ...serviceAmounts(plan, servicesOf(plan)),
  };
}

/** What this stack uses of a quota now, and will use again. Volumes of nodes that are no more stay, and with them their share. */
function hadBy(plan: KubernetesPlanned, { claims, own, things }: Survey): Amounts {
  const wanted = Object.keys(claimBytes(plan));
  const ours = claims.filter(({ name, labels }) => labels[KEY.stack] === plan.name && wanted.includes(name));
  const byClass = [...Map.groupBy(ours, ({ className }) => className)].map(([className, some]) => {
    const bytes = some.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    return claimAmounts(bytes, some.length, className);
  });
  const volumes: Record<string, number> = {};
  for (const amounts of byClass)
    for (const [key, amount] of Object.entries(amounts)) volumes[key] = (volumes[key] ?? 0) + amount;
  const isThere = (name: string) =>
    things.some((one) => one.kind === "Service" && one.name === name && one.labels[KEY.stack] === plan.name);
  const services = serviceAmounts(plan, servicesOf(plan).filter(isThere));
  return { ...podAmounts(own.cpuMillis / 1000, own.memoryBytes, own.pods), ...volumes, ...services };
}

const servicesOf = (plan: KubernetesPlanned): string[] =>
  manifestsOf(plan)
    .filter(({ kind }) => kind === "Service")
    .map(({ metadata }) => metadata.name);

/** A load balancer has a node port as well. */
function serviceAmounts({ name, nodes, kubernetes }: KubernetesPlanned, services: readonly string[]): Amounts {
  const fromOutside = nodes.map(({ id }) => names.external(name, id)).filter((one) => services.includes(one)).length;
  return {
    services: services.length,
    "count/services": services.length,
    "services.nodeports": fromOutside,
    "services.loadbalancers": kubernetes.external === "loadBalancer" ? fromOutside : 0,
  };
}

const podAmounts = (cpu: number, memory: number, pods: number): Amounts => ({
  cpu,
  "requests.cpu": cpu,
  memory,
  "requests.memory": memory,
  // Request and limit are the same.
  "limits.memory": memory,
  pods,
  "count/pods": pods,
});

const claimAmounts = (bytes: number, count: number, className: string | undefined): Amounts => ({
  "requests.storage": bytes,
  persistentvolumeclaims: count,
  "count/persistentvolumeclaims": count,
  ...(className === undefined
    ? {}
    : {
        [`${className}.storageclass.storage.k8s.io/requests.storage`]: bytes,
        [`${className}.storageclass.storage.k8s.io/persistentvolumeclaims`]: count,
      }),
});

function exceeded({ name, hard, used }: Quota, wanted: Amounts, had: Amounts): Obstacle[] {
  return Object.entries(hard).flatMap(([key, most]) => {
    const left = most - (used[key] ?? 0) + (had[key] ?? 0);
    const need = wanted[key] ?? 0;
    if (need <= left) return [];
    return [
      {
        message: `quota ${name}: wanted ${shown(key, need)} of ${key}, found ${shown(key, Math.max(0, left))} left of ${shown(key, most)}`,
        next: "lower count, memory, cpu or disk in the stack file (or kubernetes.external), or ask for a larger quota",
      },
    ];
  });
}

function unlimited({ kubernetes }: KubernetesPlanned, { name, hard }: Quota, survey: Survey): Obstacle[] {
  if (hard["limits.cpu"] === undefined || survey.hasDefaultCpuLimit) return [];
  return [
    {
      message: `quota ${name} counts limits.cpu, and the pods have no such limit: they would all be refused`,
      next: `give the namespace a default (a LimitRange with default.cpu in ${kubernetes.namespace}), or take limits.cpu out of the quota`,
    },
  ];
}

const shown = (key: string, amount: number): string =>
  /memory|storage$/.test(key) ? inGiB(amount) : String(Number(amount.toFixed(3)));
