import { setTimeout as sleep } from "node:timers/promises";
import { UserError } from "../../errors.ts";
import type { KubeApi } from "./api.ts";
import { absent, Forbidden, KubeError } from "./api-errors.ts";
import { KEY, type Labels, stackLabels } from "./names.ts";

interface Resource {
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
}

interface Item {
  readonly metadata: { readonly name: string; readonly labels?: Labels; readonly deletionTimestamp?: string };
}

/** Made for other objects, and gone with them; or about them. */
const DERIVED = ["Event", "Endpoints", "EndpointSlice", "ControllerRevision", "PodMetrics"];

/** What Kubernetes, OpenShift and Istio put into every namespace. */
const DEFAULTS: Readonly<Record<string, RegExp>> = {
  ConfigMap: /^(kube-root-ca\.crt|openshift-service-ca\.crt|istio-ca-root-cert)$/,
  ServiceAccount: /^(default|builder|deployer)$/,
  Secret: /^(default|builder|deployer)-(token|dockercfg)-/,
  RoleBinding: /^system:(deployers|image-builders|image-pullers)$/,
};

const METADATA_ONLY = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";

/** For what is going already. */
const SETTLE_MS = 30_000;
const GONE_MS = 120_000;
const POLL_MS = 300;

/**
 * Deletes a namespace that a stack of ours made, if nothing but that stack's things and what every namespace has is in it,
 * of whatever kind. @returns whether it was deleted.
 */
export async function deleteOwnNamespace(api: KubeApi, name: string, stack: string): Promise<boolean> {
  const found = await api.core.readNamespace({ name }).catch(hidden);
  const managedBy = "app.kubernetes.io/managed-by";
  if (found?.metadata?.labels?.[managedBy] !== stackLabels(stack)[managedBy]) return false;
  const before = performance.now();
  for (let left = await others(api, name, stack); left.length > 0; left = await others(api, name, stack)) {
    const isGoing = left.every(({ metadata }) => metadata.deletionTimestamp);
    if (!isGoing || performance.now() - before > SETTLE_MS) return false;
    await sleep(POLL_MS);
  }
  const deletion = await api.core.deleteNamespace({ name }).catch(hidden);
  if (!deletion) return false;
  await untilGone(`namespace ${name}`, GONE_MS, async () => !(await api.core.readNamespace({ name }).catch(absent)));
  return true;
}

/** For `catch`: what this user may not see or do is left alone, as what is not there. */
function hidden(error: unknown): undefined {
  if (error instanceof Forbidden) return undefined;
  return absent(error);
}

/** What of others is there. What cannot be listed may be anything. */
async function others(api: KubeApi, namespace: string, stack: string): Promise<Item[]> {
  try {
    const kinds = await listable(api);
    return (await Promise.all(kinds.map((kind) => foreign(api, namespace, stack, kind)))).flat();
  } catch (error) {
    if (error instanceof UserError || error instanceof KubeError) return [{ metadata: { name: error.message } }];
    throw error;
  }
}

interface Kind extends Resource {
  /** `/api/v1` or `/apis/<group>/<version>`. */
  readonly base: string;
}

/** Every kind of object that namespaces hold, as this server has them. */
async function listable(api: KubeApi): Promise<Kind[]> {
  const { groups } = await api.get<{ groups: { preferredVersion: { groupVersion: string } }[] }>("/apis");
  const bases = ["/api/v1", ...groups.map(({ preferredVersion }) => `/apis/${preferredVersion.groupVersion}`)];
  const kinds = await Promise.all(
    bases.map(async (base) => {
      const { resources } = await api.get<{ resources: Resource[] }>(base);
      return resources.map((resource) => ({ ...resource, base }));
    }),
  );
  return kinds
    .flat()
    .filter(({ namespaced, verbs, kind }) => namespaced && verbs.includes("list") && !DERIVED.includes(kind));
}

/** What is neither this stack's nor in every namespace. */
async function foreign(api: KubeApi, namespace: string, stack: string, { base, name, kind }: Kind): Promise<Item[]> {
  const { items } = await api.get<{ items: Item[] | null }>(`${base}/namespaces/${namespace}/${name}`, METADATA_ONLY);
  return (items ?? []).filter(
    ({ metadata }) => metadata.labels?.[KEY.stack] !== stack && !DEFAULTS[kind]?.test(metadata.name),
  );
}

/** @throws UserError after `patienceMs`. */
export async function untilGone(what: string, patienceMs: number, isGone: () => Promise<boolean>): Promise<void> {
  const before = performance.now();
  while (!(await isGone())) {
    if (performance.now() - before > patienceMs)
      throw new UserError(
        `${what} was deleted and is still there after ${Math.round(patienceMs / 1000)} s`,
        "look what holds it: kubectl get with -o yaml shows its finalizers and conditions; then run the same again",
      );
    await sleep(POLL_MS);
  }
}
