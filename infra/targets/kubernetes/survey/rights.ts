import type { V1ResourceAttributes } from "@kubernetes/client-node";
import type { KubeApi } from "../api.ts";
import type { KubernetesPlanned } from "../pools.ts";

/** One thing that a deployment does with one kind of object. */
export interface Right {
  readonly verb: string;
  /** As roles name it: `statefulsets.apps`, `pods/log`. */
  readonly resource: string;
}

/** Which verbs are needed of which resources in the stack's namespace. */
interface Need {
  readonly group: string;
  readonly resource: string;
  readonly verbs: readonly string[];
}

/** Server-side apply is `patch`, and `create` where there is nothing yet; Pulumi watches what it waits for. */
const DEPLOYED = ["get", "list", "watch", "create", "patch", "delete"];

/** What deploying, rolling and looking after this plan does. */
export function needsOf({ nodes, kubernetes }: Pick<KubernetesPlanned, "nodes" | "kubernetes">): Need[] {
  const hasSecrets = nodes.some(({ files }) => Object.keys(files).length > 0);
  return [
    { group: "apps", resource: "statefulsets", verbs: DEPLOYED },
    { group: "apps", resource: "statefulsets/scale", verbs: ["patch"] },
    { group: "", resource: "services", verbs: DEPLOYED },
    { group: "", resource: "configmaps", verbs: DEPLOYED },
    ...(hasSecrets ? [{ group: "", resource: "secrets", verbs: DEPLOYED }] : []),
    { group: "", resource: "serviceaccounts", verbs: DEPLOYED },
    { group: "policy", resource: "poddisruptionbudgets", verbs: DEPLOYED },
    { group: "networking.k8s.io", resource: "networkpolicies", verbs: DEPLOYED },
    { group: "", resource: "persistentvolumeclaims", verbs: ["get", "list", "create", "patch", "delete"] },
    { group: "", resource: "pods", verbs: ["get", "list", "watch", "create", "patch", "delete"] },
    { group: "", resource: "pods/eviction", verbs: ["create"] },
    { group: "", resource: "pods/log", verbs: ["get"] },
    // What follows goes by a WebSocket, which is a GET; newer API servers want both (AuthorizePodWebsocketUpgradeCreatePermission).
    { group: "", resource: "pods/attach", verbs: ["get", "create"] },
    ...(kubernetes.external === "none" ? [{ group: "", resource: "pods/portforward", verbs: ["get", "create"] }] : []),
  ];
}

/** What the user of the context may not do of what is needed. @throws Forbidden when that may not even be asked. */
export async function lackingRights(api: KubeApi, namespace: string, needs: readonly Need[]): Promise<Right[]> {
  // Whoever runs the cluster may do everything, which one question tells.
  if (await mayDo(api, { namespace, group: "*", resource: "*", verb: "*" })) return [];
  const asked = needs.flatMap(({ group, resource, verbs }) => verbs.map((verb) => ({ group, resource, verb })));
  const answers = await Promise.all(
    asked.map(async ({ group, resource: path, verb }) => {
      const [resource, subresource] = path.split("/") as [string, string?];
      return mayDo(api, { namespace, group, resource, verb, ...(subresource ? { subresource } : {}) });
    }),
  );
  return asked
    .filter((_, index) => !answers[index])
    .map(({ group, resource, verb }) => ({ verb, resource: group ? `${resource}.${group}` : resource }));
}

export async function mayDo(api: KubeApi, resourceAttributes: V1ResourceAttributes): Promise<boolean> {
  const { status } = await api.authorization.createSelfSubjectAccessReview({ body: { spec: { resourceAttributes } } });
  return status?.allowed === true;
}
