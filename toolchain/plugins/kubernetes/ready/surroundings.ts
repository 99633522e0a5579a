import { isApiError } from "../api-error.ts";
import { nameOf, namespaceOf, textAt } from "../object.ts";
import type { Objects } from "../objects.ts";
import type { Surroundings } from "./judge.ts";

const SLICE = { group: "discovery.k8s.io", apiVersion: "discovery.k8s.io/v1", kind: "EndpointSlice" };
const CLASS = { group: "storage.k8s.io", apiVersion: "storage.k8s.io/v1", kind: "StorageClass" };

/** Whoever may make Services and claims need not be allowed to see what stands around them: then there is nothing. */
export function surroundings(objects: Objects, signal: AbortSignal): Surroundings {
  return {
    async endpointSlices(service) {
      const query = { labelSelector: `kubernetes.io/service-name=${nameOf(service)}` };
      return await objects.list(SLICE, namespaceOf(service), query, signal).catch((error: unknown) => {
        if (isApiError(error, 403)) return [];
        throw error;
      });
    },
    async bindingMode(claim) {
      const name = textAt(claim, "spec", "storageClassName");
      if (!name) return "";
      const found = await objects.get(CLASS, "", name, signal).catch(() => undefined);
      return textAt(found, "volumeBindingMode");
    },
  };
}
