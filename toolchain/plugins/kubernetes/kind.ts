import type { KubeObject } from "./object.ts";

/** A kind of object as the API names it. */
export interface Kind {
  /** Empty for the core group. */
  readonly group: string;
  /** As an object says it: `v1`, `apps/v1`. */
  readonly apiVersion: string;
  readonly kind: string;
}

/** What Pulumi's package has besides kinds of the API. The stand-in makes none of these. */
const NOT_KINDS = /^(helm\.sh|kustomize|yaml)(\/|$)/;

/**
 * The kind that a type of Pulumi's stands for, for example `kubernetes:apps/v1:StatefulSet`.
 *
 * @throws for what this stand-in does not make: charts and the like, lists, and patches of objects of others.
 */
export function kindOf(type: string): Kind {
  const [, module = "", kind = ""] = type.split(":");
  if (NOT_KINDS.test(module) || kind === "")
    throw new Error(
      `${type} is not supported by the project's stand-in for Pulumi's kubernetes plugin; write the objects themselves, or use the official plugin`,
    );
  const slash = module.lastIndexOf("/");
  // A custom resource may name its version without a group, as the API itself does: `kubernetes:v1:ConfigMap`.
  const group = slash < 0 ? "" : module.slice(0, slash).replace(/^core$/, "");
  // Kinds of others may end so, and be neither.
  if (group in CLUSTER_WIDE) refuseDerived(type, kind);
  const version = module.slice(slash + 1);
  return { group, apiVersion: group ? `${group}/${version}` : version, kind };
}

function refuseDerived(type: string, kind: string): void {
  if (kind.endsWith("List"))
    throw new Error(`${type} is a list, which cannot be created; create each of its objects as a resource of its own`);
  if (kind.endsWith("Patch"))
    throw new Error(
      `${type} is not supported by the project's stand-in for Pulumi's kubernetes plugin; manage the whole object, or use the official plugin`,
    );
}

/** The kind that an object says it is. */
export function kindOfObject({ apiVersion = "v1", kind = "" }: KubeObject): Kind {
  const version = apiVersion.replace(/^core\//, "");
  return { group: version.includes("/") ? version.split("/")[0]! : "", apiVersion: version, kind };
}

/** Of the API's own kinds those that belong to no namespace, by group. Every other kind of these groups belongs to one. */
const CLUSTER_WIDE: Readonly<Record<string, readonly string[]>> = {
  "": ["ComponentStatus", "Namespace", "Node", "PersistentVolume"],
  "admissionregistration.k8s.io": [
    "MutatingAdmissionPolicy",
    "MutatingAdmissionPolicyBinding",
    "MutatingWebhookConfiguration",
    "ValidatingAdmissionPolicy",
    "ValidatingAdmissionPolicyBinding",
    "ValidatingWebhookConfiguration",
  ],
  "apiextensions.k8s.io": ["CustomResourceDefinition"],
  "apiregistration.k8s.io": ["APIService"],
  apps: [],
  autoscaling: [],
  batch: [],
  "certificates.k8s.io": ["CertificateSigningRequest", "ClusterTrustBundle"],
  "coordination.k8s.io": [],
  "discovery.k8s.io": [],
  "events.k8s.io": [],
  extensions: ["PodSecurityPolicy"],
  "flowcontrol.apiserver.k8s.io": ["FlowSchema", "PriorityLevelConfiguration"],
  "networking.k8s.io": ["IPAddress", "IngressClass", "ServiceCIDR"],
  "node.k8s.io": ["RuntimeClass"],
  policy: ["PodSecurityPolicy"],
  "rbac.authorization.k8s.io": ["ClusterRole", "ClusterRoleBinding"],
  "resource.k8s.io": ["DeviceClass", "DeviceTaintRule", "ResourcePoolStatusRequest", "ResourceSlice"],
  "scheduling.k8s.io": ["PriorityClass"],
  "storage.k8s.io": ["CSIDriver", "CSINode", "StorageClass", "VolumeAttachment", "VolumeAttributesClass"],
  "storagemigration.k8s.io": ["StorageVersionMigration"],
};

/** Whether objects of a kind belong to a namespace; undefined where only the cluster knows. */
export function isNamespaced({ group, kind }: Kind): boolean | undefined {
  const wide = CLUSTER_WIDE[group];
  return wide && !wide.includes(kind);
}

export function isKind(object: KubeObject, apiVersion: string, kind: string): boolean {
  return object.apiVersion === apiVersion && object.kind === kind;
}
