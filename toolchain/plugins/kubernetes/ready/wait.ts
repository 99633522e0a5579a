import { setTimeout as sleep } from "node:timers/promises";
import type { OperationContext } from "../../../plugin/resource.ts";
import { kindOfObject } from "../kind.ts";
import { annotation, isAnnotated, type KubeObject, nameOf, namespaceOf, titleOf } from "../object.ts";
import type { Objects } from "../objects.ts";
import { isJudged, judge } from "./judge.ts";
import { surroundings } from "./surroundings.ts";
import { why } from "./why.ts";

/** As the official plugin waits. */
const TIMEOUT_SECONDS = 600;
/** The first looks come quickly, since most objects are ready at once. */
const POLL_MS = [50, 100, 200, 400, 500];
/** What is over before is not worth a line. */
const QUIET_LOOKS = 2;
/** What the pods complain of is looked up this often while nothing goes on. */
const WHY_MS = 10_000;

/** The object is there and does not work. */
export class NotReady extends Error {
  override readonly name = "NotReady";
}

/** What an operation may take: the program's `customTimeouts`, the annotation of the object, else ten minutes. */
export function timeoutSeconds(inputs: KubeObject, context: Pick<OperationContext, "timeoutSeconds">): number {
  const annotated = Number(annotation(inputs, "timeoutSeconds"));
  return context.timeoutSeconds ?? (annotated > 0 ? annotated : TIMEOUT_SECONDS);
}

/**
 * Waits until an object that was created or changed works, unless it says that this is not wanted.
 *
 * @returns the object as it is then.
 * @throws {NotReady} when it does not in time, or will not any more: with what its pods say.
 * @throws the signal's reason when it aborts.
 */
export async function waitUntilReady(
  objects: Objects,
  made: KubeObject,
  inputs: KubeObject,
  context: Pick<OperationContext, "signal" | "log" | "timeoutSeconds">,
): Promise<KubeObject> {
  if (!isJudged(made) || isAnnotated(inputs, "skipAwait")) return made;
  const { signal, log } = context;
  const [begin, timeout] = [performance.now(), timeoutSeconds(inputs, context)];
  const around = surroundings(objects, signal);
  let [object, told, asked] = [made, "", begin];
  let reasons: string[] = [];
  for (let look = 0; ; look++) {
    const seconds = (performance.now() - begin) / 1_000;
    const standing = await judge(object, around, seconds);
    if (standing.ready) return object;
    if (standing.failed || seconds >= timeout)
      throw new NotReady(await complaint(objects, object, standing.next, standing.failed ? "" : ` after ${timeout} s`));
    if (performance.now() - asked > WHY_MS) {
      reasons = await why(objects, object, false);
      asked = performance.now();
    }
    const line = `waiting: ${[standing.next, ...reasons].join("; ")}`;
    if (line !== told && look >= QUIET_LOOKS) {
      log(line);
      told = line;
    }
    await sleep(POLL_MS[look] ?? POLL_MS.at(-1)!, undefined, { signal });
    object = (await objects.get(kindOfObject(made), namespaceOf(made), nameOf(made), signal)) ?? gone(made);
  }
}

function gone(object: KubeObject): never {
  throw new NotReady(`${titleOf(object)} was deleted by someone else while it was waited for`);
}

async function complaint(objects: Objects, object: KubeObject, next: string, after: string): Promise<string> {
  const reasons = await why(objects, object, true);
  const head = `${titleOf(object)} does not work${after}: ${next}`;
  return [head, ...reasons.map((reason) => `  ${reason}`)].join("\n");
}
