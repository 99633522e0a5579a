import { CoreV1Api } from "@kubernetes/client-node";
import { type KubeAccess, kubeAccess } from "../../toolchain/kubernetes.ts";

/** The cluster that tests may use, if there is one; else why its tests are skipped. */
export interface TestCluster {
  readonly access?: KubeAccess;
  readonly skip: false | string;
}

/**
 * Tests make and delete namespaces and kill processes, so an answer of the current context is not enough: whoever runs
 * them names it in `KAFKA_STACKS_TEST_CONTEXT`.
 */
export async function findCluster(): Promise<TestCluster> {
  const named = process.env.KAFKA_STACKS_TEST_CONTEXT;
  if (!named) return { skip: "KAFKA_STACKS_TEST_CONTEXT names no Kubernetes context for tests" };
  try {
    const access = kubeAccess(undefined);
    if (access.context !== named)
      return { skip: `the current context is ${access.context}, KAFKA_STACKS_TEST_CONTEXT names ${named}` };
    await access.config.makeApiClient(CoreV1Api).listNamespace({ limit: 1, timeoutSeconds: 10 });
    return { access, skip: false };
  } catch (error) {
    const { message, cause } = error as Error;
    return {
      skip: `no Kubernetes answers in the context ${named} (${cause instanceof Error ? cause.message : message})`,
    };
  }
}
