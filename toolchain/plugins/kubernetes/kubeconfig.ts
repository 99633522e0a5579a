import { existsSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { KubeConfig } from "@kubernetes/client-node";
import { UserError } from "../../../infra/errors.ts";
import { kubeAccess } from "../../kubernetes.ts";

export interface Wanted {
  /** A file, or the text of one. Without it the files that kubectl looks at. */
  readonly kubeconfig: string | undefined;
  readonly context: string | undefined;
  /** Another cluster than the context's. */
  readonly cluster: string | undefined;
}

/**
 * The cluster and the credentials that a provider is configured with.
 *
 * @throws when there is no configuration, or not the context or cluster in it; with what to do.
 */
export function kubeConfig({ kubeconfig, context, cluster }: Wanted): KubeConfig {
  const config = kubeconfig ? given(kubeconfig, context) : ambient(context);
  if (cluster === undefined) return config;
  const current = config.getContextObject(config.getCurrentContext());
  if (!current || !config.getCluster(cluster))
    throw new Error(
      `cluster: wanted ${cluster}, found ${config.clusters.map(({ name }) => name).join(", ") || "none"} in the kubeconfig`,
    );
  const changed = new KubeConfig();
  const contexts = config.contexts.map((other) => (other.name === current.name ? { ...other, cluster } : other));
  changed.loadFromOptions({ ...config, contexts });
  return changed;
}

/** Namespace that the current context names; empty when it names none. */
export function contextNamespace(config: KubeConfig): string {
  return config.getContextObject(config.getCurrentContext())?.namespace ?? "";
}

function ambient(context: string | undefined): KubeConfig {
  try {
    return kubeAccess(context).config;
  } catch (error) {
    throw error instanceof UserError ? new Error(`${error.message}; ${error.next}`) : error;
  }
}

function given(pathOrText: string, context: string | undefined): KubeConfig {
  const config = loaded(pathOrText);
  if (context !== undefined) config.setCurrentContext(context);
  if (config.getCurrentCluster()) return config;
  const known = config.getContexts().map(({ name }) => name);
  throw new Error(
    `context: wanted ${context ?? "a current context"}, found ${known.join(", ") || "none"} in the kubeconfig; name one of those`,
  );
}

function loaded(pathOrText: string): KubeConfig {
  const file = pathOrText.replace(/^~(?=$|\/)/, homedir());
  const config = new KubeConfig();
  try {
    // KUBECONFIG, which the SDK passes on, may name several files; kubectl's rules know how to read these.
    if (file.includes(path.delimiter) && file === process.env.KUBECONFIG) config.loadFromDefault();
    else if (existsSync(file)) config.loadFromFile(file);
    else config.loadFromString(pathOrText);
    if (config.clusters.length > 0) return config;
  } catch {
    // Said below; the library's words may quote what it read.
  }
  throw new Error("kubeconfig: it is neither a file that can be read nor the text of one, or names no cluster");
}
