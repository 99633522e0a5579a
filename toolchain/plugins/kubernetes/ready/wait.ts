import { setTimeout as sleep } from "node:timers/promises";
import type { OperationContext } from "../../../plugin/resource.ts";
import { isPassing } from "../api-error.ts";
import { kindOfObject } from "../kind.ts";
import { annotation, type KubeObject, nameOf, namespaceOf, titleOf } from "../object.ts";
import type { Objects } from "../objects.ts";
import type { Surroundings } from "./judge.ts";
import { waiting } from "./standing.ts";
import { surroundings } from "./surroundings.ts";
import { isWaitedFor, standingOf } from "./wanted.ts";
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
 * Waits until an object that was created or changed works, unless it says that this is not wanted. An API server that
 * is away for a while is waited for too.
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
  if (!isWaitedFor(made, inputs)) return made;
  const { signal } = context;
  const [begin, timeout] = [performance.now(), timeoutSeconds(inputs, context)];
  const [around, tell] = [surroundings(objects, signal), teller(objects, context)];
  let object = made;
  for (let look = 0; ; look++) {
    const seconds = (performance.now() - begin) / 1_000;
    const standing = await passing(standingOf(object, inputs, around, seconds), signal);
    if (standing.ready) return object;
    if (standing.failed || seconds >= timeout)
      throw new NotReady(await complaint(objects, object, standing.next, standing.failed ? "" : ` after ${timeout} s`));
    if (look >= QUIET_LOOKS) await tell(object, standing.next);
    await sleep(POLL_MS[look] ?? POLL_MS.at(-1)!, undefined, { signal });
    object = (await again(objects, object, signal)) ?? gone(made);
  }
}

/**
 * Whether an object works that was read for a refresh.
 *
 * @throws {NotReady} when it does not.
 */
export async function refuseUnready(objects: Objects, object: KubeObject, inputs: KubeObject, signal: AbortSignal) {
  const around: Surroundings = surroundings(objects, signal);
  const standing = await standingOf(object, inputs, around, Number.POSITIVE_INFINITY);
  if (!standing.ready) throw new NotReady(await complaint(objects, object, standing.next, ""));
}

function passing<T>(standing: Promise<T>, signal: AbortSignal) {
  return standing.catch((error: unknown) => {
    signal.throwIfAborted();
    if (isPassing(error)) return waiting((error as Error).message);
    throw error;
  });
}

/** The object as it is now, or as it was known when the server cannot say. */
export async function again(
  objects: Objects,
  object: KubeObject,
  signal: AbortSignal,
): Promise<KubeObject | undefined> {
  try {
    return await objects.get(kindOfObject(object), namespaceOf(object), nameOf(object), signal);
  } catch (error) {
    signal.throwIfAborted();
    if (isPassing(error)) return object;
    throw error;
  }
}

/** Tells what is waited for when that changes, and from time to time why it takes so long. */
function teller(objects: Objects, { log }: Pick<OperationContext, "log">) {
  let [told, asked] = ["", performance.now()];
  let reasons: readonly string[] = [];
  return async (object: KubeObject, next: string) => {
    if (performance.now() - asked > WHY_MS) {
      reasons = await why(objects, object, false);
      asked = performance.now();
    }
    const line = `waiting: ${[next, ...reasons].join("; ")}`;
    if (line !== told) log(line);
    told = line;
  };
}

function gone(object: KubeObject): never {
  throw new NotReady(`${titleOf(object)} was deleted by someone else while it was waited for`);
}

async function complaint(objects: Objects, object: KubeObject, next: string, after: string): Promise<string> {
  const reasons = await why(objects, object, true);
  const head = `${titleOf(object)} does not work${after}: ${next}`;
  return [head, ...reasons.map((reason) => `  ${reason}`)].join("\n");
}
