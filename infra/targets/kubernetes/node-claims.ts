/**
 * Which claims nodes have had their data in, for `decisions/node-data.ts`: a claim that is gone, or that another volume stands
 * behind, is not a new node. Between two commands Kubernetes tells no more than which volume a claim has, so that is what is
 * noted.
 */
import type { V1PersistentVolumeClaim } from "@kubernetes/client-node";
import { ANY_DIRECTORY, type FoundDirectory, type FoundNode, type NodeData } from "../decisions/node-data.ts";
import { everyItem, type KubeApi } from "./api.ts";
import { absent, Forbidden } from "./api-errors.ts";
import { KEY } from "./names.ts";

/** A node and the claims that it mounts. */
export interface ClaimingNode {
  readonly id: number;
  readonly roles: readonly string[];
  readonly claims: readonly string[];
}

export interface SeenClaim {
  readonly name: string;
  /** Of the volume behind it; undefined while it has none. */
  readonly volume: string | undefined;
  /** It goes as soon as no pod mounts it. */
  readonly ending: boolean;
  /** It stands in for one that is gone, so that its node does not start: see withhold.ts. */
  readonly withheld: boolean;
}

/** Claims of a stack. Who may not read volumes knows them by their names alone. */
export async function readSeenClaims(api: KubeApi, namespace: string, stack: string): Promise<SeenClaim[]> {
  const labelSelector = `${KEY.stack}=${stack}`;
  const claims = await everyItem((page) =>
    api.core.listNamespacedPersistentVolumeClaim({ namespace, labelSelector, ...page }),
  );
  return Promise.all(claims.map(async (claim) => seenClaim(claim, await volumeOf(api, claim))));
}

/** A volume that was made again under its old name is another one: its uid says so. */
async function volumeOf({ core }: KubeApi, { spec, status }: V1PersistentVolumeClaim): Promise<string | undefined> {
  const name = spec?.volumeName;
  if (name === undefined || status?.phase !== "Bound") return undefined;
  const found = await core.readPersistentVolume({ name }).catch((error: unknown) => {
    if (error instanceof Forbidden) return undefined;
    return absent(error);
  });
  return found?.metadata?.uid === undefined ? name : `${name} ${found.metadata.uid}`;
}

const seenClaim = ({ metadata }: V1PersistentVolumeClaim, volume: string | undefined): SeenClaim => ({
  name: metadata?.name ?? "",
  volume,
  ending: metadata?.deletionTimestamp !== undefined,
  withheld: metadata?.annotations?.[KEY.withheld] === "true",
});

/** Pure. @param record what is noted, by which a volume is known whose uid cannot be read now, or could not then. */
export function foundClaims(
  nodes: readonly ClaimingNode[],
  claims: readonly SeenClaim[],
  record: NodeData | undefined,
): FoundNode[] {
  return nodes.map(({ id, roles, claims: own }) => ({
    id,
    roles,
    directories: own.map((name) => {
      const claim = claims.find((one) => one.name === name);
      // Of a node that may begin empty, what is being deleted is gone already.
      if (claim?.ending && record && record[id]?.[name] === undefined) return { volume: name, place: `claim ${name}` };
      return { volume: name, place: `claim ${name}`, ...holdsOf(claim, record?.[id]?.[name]) };
    }),
  }));
}

function holdsOf(claim: SeenClaim | undefined, noted: string | undefined): Pick<FoundDirectory, "holds"> {
  if (!claim || claim.withheld) return {};
  if (claim.ending) return { holds: "that it is being deleted, and gone once no pod mounts it" };
  if (claim.volume === undefined) return {};
  const isNoted = noted !== undefined && noted !== ANY_DIRECTORY && isSameVolume(noted, claim.volume);
  return { holds: { directoryId: isNoted ? noted : claim.volume } };
}

function isSameVolume(a: string, b: string): boolean {
  const [[nameA, uidA], [nameB, uidB]] = [a.split(" "), b.split(" ")];
  return nameA === nameB && (uidA === undefined || uidB === undefined || uidA === uidB);
}
