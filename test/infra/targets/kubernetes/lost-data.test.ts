import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { NodeData } from "../../../../infra/targets/decisions/node-data.ts";
import { claimingNodes, judgeClaims } from "../../../../infra/targets/kubernetes/lost-data.ts";
import { foundClaims, type SeenClaim } from "../../../../infra/targets/kubernetes/node-claims.ts";
import type { ClusterArgs } from "../../../../infra/targets/kubernetes/resources.ts";

const claim = (id: number): string => `data-s-combined-${id}`;
const args = {
  ...{ name: "s", namespace: "n", mode: "kraft", voters: [1, 2, 3] },
  listeners: [1, 2, 3].map((id) => `EXTERNAL@${id}`),
  claimNodes: { [claim(1)]: 1, [claim(2)]: 2, [claim(3)]: 3 },
} as unknown as ClusterArgs;
const seen = (id: number, more: Partial<SeenClaim> = {}): SeenClaim => ({
  ...{ name: claim(id), volume: `pvc-${id} uid-${id}`, ending: false, withheld: false },
  ...more,
});
const noted: NodeData = Object.fromEntries([1, 2, 3].map((id) => [id, { [claim(id)]: `pvc-${id} uid-${id}` }]));

interface Row {
  readonly what: string;
  readonly claims: readonly SeenClaim[];
  readonly noted?: NodeData;
  readonly waiting?: readonly number[];
  readonly refused?: readonly RegExp[];
  readonly flat?: true;
}

const rows: readonly Row[] = [
  { what: "all are there", claims: [seen(1), seen(2), seen(3)] },
  { what: "a new cluster", claims: [], noted: {} },
  { what: "one is gone: its node waits for replace-node", claims: [seen(1), seen(3)], waiting: [2] },
  {
    what: "one is withheld since",
    claims: [seen(1), seen(2, { volume: undefined, withheld: true }), seen(3)],
    waiting: [2],
  },
  {
    what: "another claim of its name, with another volume",
    claims: [seen(1), seen(2, { volume: "pvc-9 uid-9" }), seen(3)],
    refused: [
      /node 2: wanted directory pvc-2 uid-2 in claim data-s-combined-2, found .*pvc-9.*replace-node s 2, or .*kubectl -n n delete pvc data-s-combined-2/,
    ],
  },
  {
    what: "a volume of the old name that was made again",
    claims: [seen(1), seen(2, { volume: "pvc-2 uid-9" }), seen(3)],
    refused: [/wanted directory pvc-2 uid-2/],
  },
  { what: "a volume whose uid may not be read", claims: [seen(1, { volume: "pvc-1" }), seen(2), seen(3)] },
  {
    what: "a claim without a volume yet, where data are noted",
    claims: [seen(1), seen(2, { volume: undefined }), seen(3)],
    refused: [/claim data-s-combined-2, found none/],
  },
  {
    what: "a claim that is being deleted",
    claims: [seen(1), seen(2, { ending: true }), seen(3)],
    refused: [/found that it is being deleted/],
  },
  {
    what: "a claim that is being deleted, of a node that may begin empty",
    claims: [seen(1), seen(2, { ending: true }), seen(3)],
    noted: { 1: noted[1]!, 3: noted[3]! },
  },
  {
    what: "a majority of the voters is gone",
    claims: [seen(3)],
    flat: true,
    refused: [/claim data-s-combined-1.*too few to continue/, /claim data-s-combined-2.*--delete-data/],
  },
  {
    what: "the only one left was deployed by an earlier release",
    claims: [seen(3)],
    flat: true,
    noted: undefined as never,
    refused: [/combined-1/, /combined-2/],
  },
];

describe("claims that had data", () => {
  for (const { what, claims, waiting = [], refused = [], flat = false, ...row } of rows)
    test(what, () => {
      const found = judgeClaims(args, args, "noted" in row ? row.noted : noted, claims);
      assert.deepEqual([found.judgement.flat, found.waiting.map(({ id }) => id)], [flat, waiting]);
      assert.equal(found.refused.length, refused.length, found.refused.join("\n"));
      for (const [i, words] of refused.entries()) assert.match(found.refused[i]!, words);
    });
});

test("a claim that stands in for one that is gone holds nothing", () => {
  const [, node] = foundClaims(claimingNodes(args), [seen(2, { withheld: true })], {});
  assert.deepEqual(node?.directories, [{ volume: claim(2), place: `claim ${claim(2)}` }]);
});
