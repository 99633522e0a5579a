import type { KubeApi } from "../api.ts";

export interface LogRequest {
  readonly namespace: string;
  readonly pod: string;
  readonly lines: number;
  /** Of the container's run before this one. */
  readonly previous: boolean;
}

/** Last lines of what a node's container wrote; empty when there are none, or they may not be read. */
export async function logTail({ core }: KubeApi, { namespace, pod, lines, previous }: LogRequest): Promise<string> {
  try {
    // Others may have put containers of their own beside it: a service mesh does.
    const { spec } = await core.readNamespacedPod({ namespace, name: pod });
    const [{ name: container } = {}] = spec?.containers ?? [];
    const which = { namespace, name: pod, ...(container ? { container } : {}) };
    const text = await core.readNamespacedPodLog({ ...which, tailLines: lines, previous });
    // A kubelet says so in place of the log, with status 200.
    return /^unable to retrieve container logs/.test(text) ? "" : text.trimEnd();
  } catch {
    return "";
  }
}
