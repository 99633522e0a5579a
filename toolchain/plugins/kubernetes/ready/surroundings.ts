import { nameOf, namespaceOf, textAt } from "../object.ts";
import type { Objects } from "../objects.ts";
import type { Surroundings } from "./judge.ts";

const SLICE = { group: "discovery.k8s.io", apiVersion: "discovery.k8s.io/v1", kind: "EndpointSlice" };
const CLASS = { group: "storage.k8s.io", apiVersion: "storage.k8s.io/v1", kind: "StorageClass" };

export function surroundings(objects: Objects, signal: AbortSignal): Surroundings {
  return {
    endpointSlices: (service) =>
      objects.list(
        SLICE,
        namespaceOf(service),
        { labelSelector: `kubernetes.io/service-name=${nameOf(service)}` },
        signal,
      ),
    async bindingMode(claim) {
      const name = textAt(claim, "spec", "storageClassName");
      if (!name) return "";
      // Who may make a claim need not be allowed to see classes.
      const found = await objects.get(CLASS, "", name, signal).catch(() => undefined);
      return textAt(found, "volumeBindingMode");
    },
  };
}
