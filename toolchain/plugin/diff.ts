import pb from "@pulumi/pulumi/proto/provider_pb.js";
import type { Diff, PropertyChange } from "./resource.ts";

const { Kind } = pb.PropertyDiff;
const KINDS = {
  add: [Kind.ADD, Kind.ADD_REPLACE],
  delete: [Kind.DELETE, Kind.DELETE_REPLACE],
  update: [Kind.UPDATE, Kind.UPDATE_REPLACE],
} as const;

/** A diff as the engine reads it. Paths are between the old state and the new inputs. */
export function diffResponse(diff: Diff): pb.DiffResponse {
  const response = new pb.DiffResponse();
  const { DIFF_NONE, DIFF_SOME } = pb.DiffResponse.DiffChanges;
  response.setChanges(diff.changed.length > 0 ? DIFF_SOME : DIFF_NONE);
  response.setDiffsList([...diff.changed]);
  response.setReplacesList([...(diff.replaces ?? [])]);
  response.setDeletebeforereplace(diff.deleteBeforeReplace ?? false);
  response.setHasdetaileddiff(true);
  for (const { path, kind, replaces } of diff.detailed ?? plain(diff)) {
    const entry = new pb.PropertyDiff();
    entry.setKind(KINDS[kind][replaces ? 1 : 0]);
    response.getDetaileddiffMap().set(path, entry);
  }
  return response;
}

function plain({ changed, replaces }: Diff): PropertyChange[] {
  return changed.map((path) => ({ path, kind: "update", replaces: replaces?.includes(path) ?? false }));
}
