import { setTimeout as sleep } from "node:timers/promises";
import type { OperationContext } from "../../plugin/resource.ts";
import type { JsonObject } from "../../plugin/struct.ts";
import { annotation, isAnnotated, type KubeObject, listAt, textAt, titleOf } from "./object.ts";
import { type Objects, UnknownKind } from "./objects.ts";
import { again, timeoutSeconds } from "./ready/wait.ts";

const POLL_MS = [20, 50, 100, 200, 400, 500];
/** A deletion that is over before is not worth a line. */
const QUIET_MS = 2_000;
const POLICIES: Readonly<Record<string, string>> = { orphan: "Orphan", background: "Background" };
/** Of these the official plugin does not wait for the end where `pulumi.com/skipAwait` says so; of others it always does. */
const MAY_SKIP = ["Namespace", "Pod", "ReplicationController", "DaemonSet", "Deployment", "StatefulSet", "Job"];

/**
 * Deletes an object with all that belongs to it, and waits until it is gone. Fine if it is gone already.
 *
 * @throws when it is still there after the time it may take: with what holds it.
 */
export async function remove(
  objects: Objects,
  object: KubeObject,
  inputs: KubeObject,
  context: Pick<OperationContext, "signal" | "log" | "timeoutSeconds">,
): Promise<void> {
  try {
    const propagationPolicy =
      POLICIES[(annotation(inputs, "deletionPropagationPolicy") ?? "").toLowerCase()] ?? "Foreground";
    if (!(await objects.delete(object, { propagationPolicy }))) return;
    if (isAnnotated(inputs, "skipAwait") && MAY_SKIP.includes(object.kind)) return;
    await untilGone(objects, object, timeoutSeconds(inputs, context), context);
  } catch (error) {
    // What defined the kind is gone, and its objects with it.
    if (!(error instanceof UnknownKind)) throw error;
  }
}

/** @throws when the object is still there after `timeout` seconds: with what holds it. */
export async function untilGone(
  objects: Objects,
  object: KubeObject,
  timeout: number,
  { signal, log }: Pick<OperationContext, "signal" | "log">,
): Promise<void> {
  const begin = performance.now();
  let told = "";
  for (let look = 0; ; look++) {
    const there = await again(objects, object, signal);
    // Another object of the same name is not the one that was deleted.
    if (!there || !sameObject(there, object)) return;
    const [elapsed, holds] = [performance.now() - begin, holders(there)];
    if (elapsed > timeout * 1_000)
      throw new Error(
        `${titleOf(object)} is still there ${timeout} s after its deletion was asked for: ${holds}; see to what holds it (kubectl describe), then run it again`,
      );
    if (elapsed > QUIET_MS && holds !== told) {
      log(`waiting until it is gone: ${holds}`);
      told = holds;
    }
    await sleep(POLL_MS[look] ?? POLL_MS.at(-1)!, undefined, { signal });
  }
}

function sameObject(there: KubeObject, object: JsonObject): boolean {
  const uid = textAt(object, "metadata", "uid");
  return uid === "" || uid === textAt(there, "metadata", "uid");
}

function holders(object: KubeObject): string {
  const finalizers = [...listAt(object, "metadata", "finalizers"), ...listAt(object, "spec", "finalizers")];
  const conditions = listAt(object, "status", "conditions")
    .filter((item) => /Remaining|Failure|Failed/.test(textAt(item, "type")) && textAt(item, "status") === "True")
    .map((item) => textAt(item, "message"));
  const held = finalizers.length > 0 ? [`held by ${finalizers.join(", ")}`] : [];
  return [...held, ...conditions].join("; ") || "it is being deleted";
}
