import { setTimeout as sleep } from "node:timers/promises";
import type { V1PersistentVolumeClaim } from "@kubernetes/client-node";
import { printBytes } from "../../../../capacity/units.ts";
import type { OperationContext } from "../../../../toolchain/plugin/resource.ts";
import { parseQuantity } from "../../../../toolchain/quantity.ts";
import { UserError } from "../../../errors.ts";
import { everyItem, type KubeApi } from "../api.ts";
import { absent, Forbidden, KubeError } from "../api-errors.ts";
import { KEY } from "../names.ts";
import { FIELD_MANAGER, mergePatch } from "./act.ts";
import { about, lastSeen, readEvents, saidBy } from "./events.ts";
import { RolloutFailure } from "./failure.ts";

export interface Growth {
  readonly namespace: string;
  /** The stack, whose label the claims have. */
  readonly name: string;
  /** Wanted bytes by claim. */
  readonly claims: Readonly<Record<string, number>>;
}

/** How long the file systems may take before they grow without us. */
const RESIZE_MS = 60_000;

/** Claims that have a volume and ask for less than is wanted. One without a volume cannot change its mind. */
export async function smallerClaims({ core }: KubeApi, growth: Growth): Promise<V1PersistentVolumeClaim[]> {
  const { namespace, name: stack, claims } = growth;
  if (Object.keys(claims).length === 0) return [];
  const labelSelector = `${KEY.stack}=${stack}`;
  const there = await everyItem((page) =>
    core.listNamespacedPersistentVolumeClaim({ namespace, labelSelector, ...page }),
  );
  return there.filter((claim) => claim.status?.phase === "Bound" && requested(claim) < (claims[nameOf(claim)] ?? 0));
}

/**
 * Grows claims to the wanted sizes, and waits up to a minute for their file systems.
 *
 * @throws UserError when their StorageClass cannot, before any is changed; when one is refused or fails.
 */
export async function growClaims(
  api: KubeApi,
  growth: Growth,
  { log, warn, signal }: Pick<OperationContext, "log" | "warn" | "signal">,
): Promise<void> {
  const smaller = await smallerClaims(api, growth);
  if (smaller.length === 0) return;
  const wanted = new Map(smaller.map((claim) => [nameOf(claim), growth.claims[nameOf(claim)]!]));
  await requireExpansion(api, smaller, wanted);
  for (const [name, bytes] of wanted) {
    signal.throwIfAborted();
    log(`growing volume ${name} to ${printBytes(bytes)}`);
    await grow(api, growth.namespace, name, bytes);
  }
  await awaitGrowth(api, growth.namespace, wanted, { log, warn, signal });
}

async function awaitGrowth(
  api: KubeApi,
  namespace: string,
  wanted: ReadonlyMap<string, number>,
  { log, warn, signal }: Pick<OperationContext, "log" | "warn" | "signal">,
): Promise<void> {
  const deadline = performance.now() + RESIZE_MS;
  for (;;) {
    const open = await unfinished(api, namespace, wanted);
    if (open.length === 0) return;
    if (performance.now() > deadline) {
      await requireNoFailure(api, namespace, [...wanted.keys()]);
      return warn(`volumes go on growing while the nodes serve: ${open.join("; ")}`);
    }
    log(`volumes grow: ${open.join("; ")}`);
    await sleep(1_000, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

/** A failed attempt is repeated, so it counts only once the time is up. */
async function requireNoFailure(api: KubeApi, namespace: string, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const events = await readEvents(api, namespace, about("PersistentVolumeClaim", name));
    const [last] = events.toSorted((a, b) => lastSeen(b) - lastSeen(a));
    if (last && /^(VolumeResizeFailed|FileSystemResizeFailed)$/.test(last.reason ?? ""))
      throw notGrown(name, saidBy(last));
  }
}

const notGrown = (name: string, why: string): RolloutFailure =>
  new RolloutFailure(
    `volume ${name} could not be grown: ${why}`,
    "mend what it names, such as a quota of the storage; then run up again",
  );

const nameOf = ({ metadata }: V1PersistentVolumeClaim): string => metadata?.name ?? "";
const requested = ({ spec }: V1PersistentVolumeClaim): number => parseQuantity(spec?.resources?.requests?.storage);

/** The API would refuse the change too, but one after the other and in fewer words. */
async function requireExpansion(
  { storage }: KubeApi,
  claims: readonly V1PersistentVolumeClaim[],
  wanted: ReadonlyMap<string, number>,
): Promise<void> {
  for (const claim of claims) {
    const name = claim.spec?.storageClassName;
    if (!name) continue;
    // Who may not read classes hears of it from the refused change.
    const found = await storage.readStorageClass({ name }).catch((error: unknown) => {
      if (error instanceof Forbidden) return undefined;
      return absent(error);
    });
    if (!found || found.allowVolumeExpansion) continue;
    throw new RolloutFailure(
      `volume ${nameOf(claim)} has ${printBytes(requested(claim))}, wanted ${printBytes(wanted.get(nameOf(claim))!)}: StorageClass ${name} does not let volumes grow; nothing was changed`,
      `put brokers.disk back, or, if its driver can grow volumes: kubectl patch storageclass ${name} -p '{"allowVolumeExpansion":true}'`,
    );
  }
}

async function grow({ core }: KubeApi, namespace: string, name: string, bytes: number): Promise<void> {
  const body = { spec: { resources: { requests: { storage: String(bytes) } } } };
  await core
    .patchNamespacedPersistentVolumeClaim({ namespace, name, body, fieldManager: FIELD_MANAGER }, mergePatch)
    .catch((error: unknown) => {
      if (!(error instanceof KubeError || error instanceof UserError)) throw error;
      throw new RolloutFailure(
        `volume ${name} could not be grown to ${printBytes(bytes)}: ${error.message}`,
        "mend what it names, or put brokers.disk back",
      );
    });
}

/** What is yet to happen, by claim. @throws UserError when the storage failed. */
async function unfinished(api: KubeApi, namespace: string, wanted: ReadonlyMap<string, number>): Promise<string[]> {
  const claims = await Promise.all(
    [...wanted.keys()].map((name) => api.core.readNamespacedPersistentVolumeClaim({ namespace, name }).catch(absent)),
  );
  return claims.flatMap((claim) => {
    if (claim?.status?.phase !== "Bound") return [];
    const { capacity, conditions = [] } = claim.status;
    const failed = resizeError(claim);
    if (failed) throw notGrown(nameOf(claim), failed);
    if (parseQuantity(capacity?.storage) >= wanted.get(nameOf(claim))!) return [];
    const waits = conditions.find(({ type }) => type === "FileSystemResizePending");
    return [`${nameOf(claim)} ${waits?.message ?? "is being resized"}`];
  });
}

/** Pure. Conditions of Kubernetes 1.31 and later; before, events alone told. */
export function resizeError({ status }: V1PersistentVolumeClaim): string | undefined {
  const failed = status?.conditions?.find(
    ({ type, status: holds }) => holds === "True" && (type === "ControllerResizeError" || type === "NodeResizeError"),
  );
  if (failed) return failed.message ?? failed.type;
  const infeasible = Object.values(status?.allocatedResourceStatuses ?? {}).find((value) =>
    value.endsWith("Infeasible"),
  );
  return infeasible && `the storage says ${infeasible}`;
}
