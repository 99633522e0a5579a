import { UserError } from "../../../errors.ts";
import type { KubeApi } from "../api.ts";
import { absent, Forbidden, KubeError } from "../api-errors.ts";
import type { Labels } from "../names.ts";

export interface StorageClass {
  readonly name: string;
  readonly isDefault: boolean;
  /** Whether a volume of it can grow. */
  readonly expands: boolean;
  /** Whether a volume is made where its pod will run, and not before. */
  readonly waitsForPod: boolean;
}

export interface Namespace {
  readonly labels: Labels;
  readonly isTerminating: boolean;
}

/** As `1.34.4`. @throws UserError also when something else than Kubernetes answers. */
export async function readVersion(api: KubeApi): Promise<string> {
  try {
    return (await api.version.getCode()).gitVersion.replace(/^v/, "");
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(
      `what answers at ${api.server} (context ${api.context}) is no Kubernetes API: ${(error as Error).message}`,
      "check server of that cluster in the kubeconfig",
    );
  }
}

/** Of the namespace that every cluster has from its first minute; where that may not be read, the API's address. */
export async function readClusterId({ core, server }: KubeApi): Promise<string> {
  const system = await core.readNamespace({ name: "kube-system" }).catch((error: unknown) => {
    if (error instanceof Forbidden) return undefined;
    throw error;
  });
  return system?.metadata?.uid ?? server;
}

/** Who the API takes us for. */
export async function readUser({ authentication, context }: KubeApi): Promise<string> {
  const review = await authentication.createSelfSubjectReview({ body: {} }).catch((error: unknown) => {
    // Servers before 1.28 do not tell.
    if (error instanceof KubeError || error instanceof Forbidden) return undefined;
    throw error;
  });
  return review?.status?.userInfo?.username ?? `the user of context ${context}`;
}

export async function readNamespace({ core }: KubeApi, name: string): Promise<Namespace | undefined> {
  const found = await core.readNamespace({ name }).catch(absent);
  if (!found) return undefined;
  return { labels: found.metadata?.labels ?? {}, isTerminating: found.metadata?.deletionTimestamp !== undefined };
}

export async function readStorageClasses({ storage }: KubeApi): Promise<StorageClass[]> {
  const { items } = await storage.listStorageClass();
  return items.map(({ metadata, allowVolumeExpansion, volumeBindingMode }) => ({
    name: metadata?.name ?? "",
    isDefault: metadata?.annotations?.["storageclass.kubernetes.io/is-default-class"] === "true",
    expands: allowVolumeExpansion === true,
    waitsForPod: volumeBindingMode === "WaitForFirstConsumer",
  }));
}

export async function readPriorityClasses({ scheduling }: KubeApi): Promise<string[]> {
  return (await scheduling.listPriorityClass()).items.map(({ metadata }) => metadata?.name ?? "");
}

/** Which of the wanted secrets the namespace has. */
export async function readSecretNames({ core }: KubeApi, namespace: string, wanted: readonly string[]) {
  const found = await Promise.all(
    wanted.map(async (name) => (await core.readNamespacedSecret({ namespace, name }).catch(absent)) && name),
  );
  return found.filter((name) => name !== undefined);
}

/** The cluster autoscaler writes its status there wherever it runs. */
export async function hasAutoscalerStatus({ core }: KubeApi): Promise<boolean> {
  const wanted = { namespace: "kube-system", name: "cluster-autoscaler-status" };
  return (await core.readNamespacedConfigMap(wanted).catch(absent)) !== undefined;
}
