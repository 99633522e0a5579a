import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { promisify } from "node:util";
import { CoreV1Api } from "@kubernetes/client-node";
import { ensureImageArchive } from "../../toolchain/image/archive.ts";
import type { KubeAccess } from "../../toolchain/kubernetes.ts";
import { stderrProgress } from "../../toolchain/progress.ts";
import { type NodePod, podsOf } from "./kube.ts";
import { listeningIn } from "./listening.ts";

/**
 * What tests do to the machine under the pods. Kubernetes has no call for it, so that machine must be this one: the
 * sandbox, or a cluster whose nodes are containers here.
 */

/**
 * Our image of a Kafka version is on the cluster's machine; its reference is returned.
 *
 * It is brought there by the command in `KAFKA_STACKS_TEST_IMPORT`, which gets the archive's path as its last argument:
 * `ctr -n k8s.io images import`, `kind load image-archive`, … It is not run for an image that the kubelet lists.
 */
export async function kafkaImage(access: KubeAccess, kafkaVersion: string): Promise<string> {
  const setup = { env: process.env, yes: false, progress: stderrProgress };
  const { archive, reference } = await ensureImageArchive({ kafkaVersion, setup });
  if (brought.has(reference) || (await isListed(access, reference))) return reference;
  const command = process.env.KAFKA_STACKS_TEST_IMPORT;
  if (!command)
    throw new Error(
      `${reference} is not on the cluster's machine: import ${archive}, or set KAFKA_STACKS_TEST_IMPORT to the command that does`,
    );
  await promisify(execFile)("sh", ["-c", `${command} "$1"`, "sh", archive]);
  brought.add(reference);
  return reference;
}

/** The kubelet tells of new images every few seconds only. */
const brought = new Set<string>();

async function isListed(access: KubeAccess, reference: string): Promise<boolean> {
  const { items } = await access.config.makeApiClient(CoreV1Api).listNode();
  // Container runtimes write a name without a registry in full.
  const names = [reference, `docker.io/${reference}`];
  return items.every(({ status }) =>
    status?.images?.some((image) => image.names?.some((name) => names.includes(name)) ?? false),
  );
}

/**
 * Kills a node's JVM as the machine's out-of-memory killer would. Within the pod that cannot be done: nobody in there
 * may kill process 1.
 */
export async function killNode(access: KubeAccess, namespace: string, stack: string, id: number): Promise<void> {
  const pod = (await podsOf(access, namespace, stack)).get(id);
  if (!pod?.containerId) throw new Error(`node ${id} of ${stack} has no container: ${JSON.stringify(pod)}`);
  process.kill(firstProcessOf(pod.containerId), "SIGKILL");
}

/** Of a pod, whatever process has them. */
export function listeningPorts(pod: Pick<NodePod, "containerId">): number[] {
  const pid = firstProcessOf(pod.containerId);
  const tables = ["tcp", "tcp6"].map((table) => textOf(`/proc/${pid}/net/${table}`));
  return listeningIn(tables.join("\n")).map(({ port }) => port);
}

/** The process of a container which all others in it come from, by this machine's number. */
function firstProcessOf(containerId: string): number {
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    const isOurs = textOf(`/proc/${pid}/cgroup`).includes(containerId);
    // Its numbers from the outermost namespace of processes to its own.
    if (isOurs && /^NSpid:.*\t1$/m.test(textOf(`/proc/${pid}/status`))) return Number(pid);
  }
  throw new Error(`no process of container ${containerId} here: does the pod run on this machine, and is this root?`);
}

/** Processes end while they are looked at. */
function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
