import type { Decisive, Refusal } from "./refusals.ts";

/** Ids of those who vote in a running cluster, or in words why nobody could be asked. */
export type LiveVoters = readonly number[] | string;

type Quorum = Pick<Decisive, "mode" | "quorum" | "voters">;

/** Voters that would go, where their number may change at all. */
export const leavingVoters = (before: Quorum, now: Quorum): number[] =>
  isDynamic(before) && isDynamic(now) ? before.voters.filter((id) => !now.voters.includes(id)) : [];

/** Whether a change is allowed or not depends on {@link LiveVoters}. */
export const asksVoters = (before: Quorum, now: Quorum): boolean =>
  (!isDynamic(before) && isDynamic(now)) || leavingVoters(before, now).length > 0;

/**
 * Why a quorum cannot change as it should, within one mode. Pure.
 *
 * 1. Static voters stand in every node's configuration: while one after the other changes, two majorities could lead.
 * 2. From static to dynamic the running quorum goes itself, with the voters that it has. Kafka has no way back.
 * 3. Dynamic voters come and go, but who goes has to be taken from the voters while a majority of them runs.
 */
export function voterRefusals(before: Quorum, now: Quorum, live: LiveVoters | undefined): Refusal[] {
  const reason = whyNot(before, now, live);
  return reason === undefined ? [] : [{ property: "voters", reason }];
}

function whyNot(before: Quorum, now: Quorum, live: LiveVoters | undefined): string | undefined {
  const isSame = sameNodes(before.voters, now.voters);
  if (isDynamic(before) && !isDynamic(now))
    return "controllers.quorum: dynamic cannot go back to static, as Kafka has no way back to kraft.version 0; write dynamic again, or make a stack of another name";
  if (!isDynamic(now)) return isSame ? undefined : keeps(before, now);
  if (!isDynamic(before)) return becomesDynamic(isSame, live);
  const gone = leavingVoters(before, now).join(", ");
  if (gone === "" || (live !== undefined && typeof live !== "string")) return undefined;
  return `controllers.count: controller ${gone} would go, and nobody takes it from the voters (${live ?? "not on this target"}); put the count back and run up, then lower it`;
}

function keeps(before: Quorum, now: Quorum): string {
  const [section, way] =
    now.mode === "kraft"
      ? ["controllers", "; the number of dedicated ones may change with quorum: dynamic, by an up for that alone"]
      : ["zookeeper", ""];
  return `${section}: the voters are nodes ${before.voters.join(", ")} and cannot become ${now.voters.join(", ")}; put count and placement back, or make a stack of another name${way}`;
}

function becomesDynamic(isSame: boolean, live: LiveVoters | undefined): string | undefined {
  if (!isSame)
    return "controllers.quorum: static becomes dynamic with the voters that there are; put count and placement back and run up, then change the count";
  if (live !== undefined && typeof live !== "string") return undefined;
  return `controllers.quorum: static becomes dynamic while the quorum runs, and nobody answers for it (${live ?? "not on this target"}); write static and run up, then write dynamic`;
}

const isDynamic = ({ quorum }: Quorum): boolean => quorum === "dynamic";

export const sameNodes = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((id) => b.includes(id));
