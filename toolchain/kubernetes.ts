import { KubeConfig } from "@kubernetes/client-node";
import { UserError } from "../infra/errors.ts";

/** The cluster that everything is sent to, and how a person knows it. */
export interface KubeAccess {
  readonly config: KubeConfig;
  readonly context: string;
  /** URL of the API server. */
  readonly server: string;
}

/**
 * Access by kubectl's own rules: the files of `KUBECONFIG`, else `~/.kube/config`, else the service account of the pod
 * that this runs in.
 *
 * @param explicit name of the context that the stack wants; default: the current one.
 * @throws UserError when there is no configuration, or no such context in it.
 */
export function kubeAccess(explicit: string | undefined): KubeAccess {
  const config = new KubeConfig();
  try {
    config.loadFromDefault();
  } catch (error) {
    // After the first line a parser quotes the file, in which there are secrets.
    const [reason] = (error as Error).message.split("\n");
    throw new UserError(
      `the kubeconfig cannot be read: ${reason}`,
      "check the file that KUBECONFIG names, or ~/.kube/config: kubectl config view",
    );
  }
  const known = config.getContexts().map(({ name }) => name);
  if (explicit !== undefined) {
    if (!known.includes(explicit))
      throw new UserError(
        `kubernetes.context: wanted ${explicit}, found ${known.join(", ") || "no context"} in the kubeconfig`,
        "name one of those, or set KUBECONFIG to the file that has it (kubectl config get-contexts)",
      );
    config.setCurrentContext(explicit);
  }
  const cluster = config.getCurrentCluster();
  // Without any file the library makes up a cluster at localhost:8080.
  if (!cluster || cluster.server === "http://localhost:8080")
    throw new UserError(
      "no Kubernetes cluster is configured: there is no kubeconfig, or it has no current context",
      "set KUBECONFIG, or choose a context: kubectl config use-context NAME",
    );
  return { config, context: config.getCurrentContext(), server: cluster.server };
}
