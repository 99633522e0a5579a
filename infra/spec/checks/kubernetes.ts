import type { Check } from "./check.ts";

/** End of the range from which Kubernetes gives node ports (--service-node-port-range). */
const LAST_NODE_PORT = 32_767;

const nodePortsEndInTime: Check = {
  reads: ["brokers.count", "kubernetes.ports.external"],
  *run({ brokers, kubernetes: { ports } }) {
    const first = ports.external;
    if (first === undefined || first + brokers.count - 1 <= LAST_NODE_PORT) return;
    yield {
      path: ["kubernetes", "ports", "external"],
      message: `wanted every port up to ${LAST_NODE_PORT}, found ${first} to ${first + brokers.count - 1}`,
      next: `write ${LAST_NODE_PORT - brokers.count + 1} or less`,
    };
  },
};

const nodePortsAreUsed: Check = {
  reads: ["kubernetes.external", "kubernetes.ports.external"],
  *run({ kubernetes: { external, ports } }) {
    if (ports.external === undefined || external !== "loadBalancer") return;
    const message = `wanted it with kubernetes.external nodePort or none only, found it with ${external}`;
    yield { path: ["kubernetes", "ports", "external"], message, next: "take it out", atKey: true };
  },
};

/** Load balancers all have the same port, so that only the name can tell brokers apart. */
const balancersHaveNames: Check = {
  reads: ["brokers.count", "kubernetes.external", "kubernetes.advertisedHost"],
  *run({ brokers, kubernetes: { external, advertisedHost } }) {
    if (external !== "loadBalancer" || advertisedHost === undefined || brokers.count === 1) return;
    if (advertisedHost.includes("{id}")) return;
    yield {
      path: ["kubernetes", "advertisedHost"],
      message: `wanted {id} in it with external loadBalancer, found ${advertisedHost}: clients could not tell ${brokers.count} brokers apart`,
      next: `write kafka-{id}.${advertisedHost.replace(/^[^.]*\./, "")}, or take it out`,
    };
  },
};

const advertisedHostIsTold: Check = {
  reads: ["kubernetes.external", "kubernetes.advertisedHost"],
  *run({ kubernetes: { external, advertisedHost } }) {
    if (external !== "none" || advertisedHost === undefined) return;
    const message = "wanted it with kubernetes.external nodePort or loadBalancer only, found it with none";
    yield { path: ["kubernetes", "advertisedHost"], message, next: "take it out", atKey: true };
  },
};

/** One broker is one zone's; a label's value has up to 63 characters. */
const racksAreLabelValues: Check = {
  reads: ["target", "brokers.racks"],
  *run({ target, brokers }) {
    if (target !== "kubernetes") return;
    for (const [index, rack] of brokers.racks.entries()) {
      if (/^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/.test(rack)) continue;
      yield {
        path: ["brokers", "racks", index],
        message: `wanted the value of a machine's zone label, found ${JSON.stringify(rack)}`,
        next: "write a value that kubectl get nodes -L topology.kubernetes.io/zone shows",
      };
    }
  },
};

/** Pods of one rack are numbered by themselves, so that the racks before them may grow. */
const racksAreDifferent: Check = {
  reads: ["target", "brokers.racks"],
  *run({ target, brokers: { racks } }) {
    if (target !== "kubernetes") return;
    for (const [index, rack] of racks.entries()) {
      if (racks.indexOf(rack) === index) continue;
      yield {
        path: ["brokers", "racks", index],
        message: `wanted different racks, found ${rack} again`,
        next: "take it out",
      };
    }
  },
};

export const kubernetesChecks: readonly Check[] = [
  nodePortsEndInTime,
  nodePortsAreUsed,
  balancersHaveNames,
  advertisedHostIsTold,
  racksAreLabelValues,
  racksAreDifferent,
];
