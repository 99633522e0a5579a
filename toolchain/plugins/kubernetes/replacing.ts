import { isDeepStrictEqual } from "node:util";
import type { JsonObject } from "../../plugin/struct.ts";
import type { Cause } from "./api-error.ts";
import type { Change } from "./changes.ts";
import { isSecret } from "./inputs.ts";
import { at } from "./object.ts";
import { lies, type Path, parsePath } from "./path.ts";
import type { Settings } from "./settings.ts";

const SELECTED = ["spec.selector"];
const ROLE = ["roleRef"];
const VOLUMES =
  "awsElasticBlockStore azureDisk azureFile cephfs cinder csi fc flexVolume flocker gcePersistentDisk glusterfs hostPath iscsi local nfs photonPersistentDisk portworxVolume quobyte rbd scaleIO storageos vsphereVolume";
const POD =
  "affinity automountServiceAccountToken dnsConfig dnsPolicy enableServiceLinks hostAliases hostIPC hostNetwork hostPID hostname imagePullSecrets nodeName nodeSelector overhead preemptionPolicy priority priorityClassName readinessGates restartPolicy runtimeClassName schedulerName securityContext serviceAccount serviceAccountName shareProcessNamespace subdomain terminationGracePeriodSeconds volumes";
const CONTAINER =
  "args command env image imagePullPolicy lifecycle livenessProbe ports readinessProbe resources securityContext stdin stdinOnce terminationMessagePath terminationMessagePolicy tty volumeDevices volumeMounts workingDir";
const below = (prefix: string, names: string) => names.split(" ").map((name) => `${prefix}.${name}`);

/**
 * What cannot change in place, or what the official plugin does not change in place: the two plan the same. The API's
 * own answer adds what is missing here. Source: pulumi-kubernetes, provider/pkg/provider/diff.go.
 */
const REPLACING: Readonly<Record<string, readonly string[]>> = {
  "apps/DaemonSet": SELECTED,
  "apps/Deployment": SELECTED,
  "apps/StatefulSet": [
    ...SELECTED,
    "spec.podManagementPolicy",
    "spec.revisionHistoryLimit",
    "spec.serviceName",
    "spec.volumeClaimTemplates",
  ],
  "batch/Job": [...SELECTED, "spec.completions", "spec.parallelism", "spec.template"],
  "rbac.authorization.k8s.io/ClusterRoleBinding": ROLE,
  "rbac.authorization.k8s.io/RoleBinding": ROLE,
  "storage.k8s.io/StorageClass": ["parameters", "provisioner"],
  "/PersistentVolume": below("spec", VOLUMES),
  "/PersistentVolumeClaim": [...SELECTED, "spec.accessModes", "spec.storageClassName", "spec.volumeName"],
  "/Pod": [
    ...below("spec", POD),
    ...below("spec.containers[*]", CONTAINER),
    ...below("spec.initContainers[*]", CONTAINER),
  ],
  "/ResourceQuota": ["spec.scopes"],
  "/Secret": ["type"],
  "/Service": ["spec.clusterIP"],
};

/** Where a change of this object replaces it. */
export function replacingPaths(object: JsonObject, settings: Settings): Path[] {
  const { apiVersion, kind, immutable } = object;
  const group = String(apiVersion).includes("/") ? String(apiVersion).split("/")[0] : "";
  const paths = ["metadata.name", "metadata.namespace", ...(REPLACING[`${group}/${kind}`] ?? [])];
  if (isSecret(object) && (!settings.secretsMutable || immutable === true)) paths.push("data", "stringData");
  if (apiVersion === "v1" && kind === "ConfigMap" && (!settings.configMapsMutable || immutable === true))
    paths.push("data", "binaryData");
  return paths.map(parsePath);
}

/** Whether a change is at one of the places, or above one whose value it changes. */
export function replaces(change: Change, places: readonly Path[], wanted: JsonObject, live: JsonObject): boolean {
  return places.some(
    (place) =>
      lies(change.path, place) ||
      (lies(place, change.path) && !isDeepStrictEqual(at(wanted, ...place), at(live, ...place))),
  );
}

const IMMUTABLE =
  /immutable|(may|can|must) ?not (be )?(chang|updat|modif|mutat)|can't be (chang|updat|modif)|updates? to .* (is|are) forbidden/i;

/** These are replaced by the list alone: whoever replaces them loses data, and the server may mean "not now". */
const HOLD_DATA = ["PersistentVolume", "PersistentVolumeClaim"];

/** Where the API says that a field of the object cannot change. */
export function immutablePlaces({ kind }: JsonObject, causes: readonly Cause[]): Path[] {
  if (HOLD_DATA.includes(String(kind))) return [];
  return causes.filter(({ message }) => IMMUTABLE.test(message)).map(({ field }) => parsePath(field));
}
