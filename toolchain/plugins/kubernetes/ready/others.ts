import { isDeepStrictEqual } from "node:util";
import { type KubeObject, listAt, objectAt, textAt } from "../object.ts";
import { sameQuantity } from "../quantity.ts";
import { READY, type Standing, waiting } from "./standing.ts";
import { condition } from "./workloads.ts";

/** A Service without any pod behind it counts as it is after this long. */
const SETTLED_SECONDS = 10;

/** Whether it needs pods: without a selector, a virtual address or a name of its own it does not. */
export function needsEndpoints(service: KubeObject): boolean {
  const { clusterIP, type, selector } = objectAt(service, "spec");
  return (
    clusterIP !== "None" &&
    type !== "ExternalName" &&
    Object.keys(objectAt({ selector: selector ?? {} }, "selector")).length > 0
  );
}

/** It has an address where it asks for one, and every pod behind it is ready. */
export function service(object: KubeObject, slices: readonly KubeObject[], seconds: number): Standing {
  const isBalanced = textAt(object, "spec", "type") === "LoadBalancer";
  if (isBalanced && listAt(object, "status", "loadBalancer", "ingress").length === 0)
    return waiting("no load balancer has given it an address; does this cluster have one?");
  if (!needsEndpoints(object)) return READY;
  const endpoints = slices.flatMap((slice) => listAt(slice, "endpoints"));
  const pending = endpoints.filter((endpoint) => objectAt(endpoint, "conditions").ready === false).length;
  if (pending > 0) return waiting(`${pending} of ${endpoints.length} pods behind it are not ready`);
  if (endpoints.length > 0 || seconds >= SETTLED_SECONDS) return READY;
  return waiting("no pod is behind it yet: its selector matches none");
}

/** A class that waits for the first pod leaves the claim pending until then. */
export function claim(object: KubeObject, bindingMode: string): Standing {
  const phase = textAt(object, "status", "phase");
  if (phase === "Bound") return READY;
  if (bindingMode === "WaitForFirstConsumer" && phase === "Pending") return READY;
  return waiting(`it is ${phase || "Pending"}, not bound`);
}

export function volume(object: KubeObject): Standing {
  const phase = textAt(object, "status", "phase");
  return phase === "Available" || phase === "Bound" ? READY : waiting(`it is ${phase || "Pending"}, not available`);
}

export function quota(object: KubeObject): Standing {
  const [wanted, known] = [objectAt(object, "spec", "hard"), objectAt(object, "status", "hard")];
  const same = Object.keys(wanted).every(
    (name) => isDeepStrictEqual(wanted[name], known[name]) || sameQuantity(["hard", name], wanted[name], known[name]),
  );
  return same ? READY : waiting("its limits are not in force yet");
}

/** A token for a service account is put in by the controller. */
export function secret(object: KubeObject): Standing {
  if (object.type !== "kubernetes.io/service-account-token" || Object.keys(objectAt(object, "data")).length > 0)
    return READY;
  return waiting("its token is not there yet");
}

export function ingress(object: KubeObject): Standing {
  if (listAt(object, "status", "loadBalancer", "ingress").length > 0) return READY;
  return waiting("no ingress controller has given it an address; does this cluster have one?");
}

export function definition(object: KubeObject): Standing {
  if (condition(object, "Established").status === "True") return READY;
  return waiting("the API does not serve its kind yet");
}
