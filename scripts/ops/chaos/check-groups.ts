/** What consumer groups got of the log: see the kinds in `anomaly.ts`. */
import type { Anomaly } from "./anomaly.ts";
import type { PartitionLog, PollEntry } from "./history.ts";
import type { Indexed } from "./index-history.ts";

export function checkGroups(history: Indexed): Anomaly[] {
  const polls = Map.groupBy(history.polls, ({ group }) => group);
  return history.groups.flatMap((group) => {
    const own = polls.get(group) ?? [];
    const read = Map.groupBy(own, ({ partition }) => partition);
    return [
      ...checkSessions(own),
      ...history.log.flatMap((log) => checkMissed(group, log, read.get(log.partition) ?? [])),
    ];
  });
}

/** A consumer may be given records again after it joined anew, and only then. */
function checkSessions(polls: readonly PollEntry[]): Anomaly[] {
  const sessions = Map.groupBy(polls, ({ consumer, session, partition }) => `${consumer} ${session} ${partition}`);
  return [...sessions.values()].flatMap((session) =>
    session.flatMap(({ partition, offset, id, consumer }, i) => {
      const before = session[i - 1];
      if (!before || offset > before.offset) return [];
      const detail = `${consumer} was given it after ${before.offset}`;
      return [{ kind: "nonmonotonic-poll", by: "cluster", partition, offset, record: id, detail } as const];
    }),
  );
}

/** The log shows that a record which a group did not come to is there: that it did not come is the reader's fault. */
function checkMissed(group: string, { partition, records }: PartitionLog, polls: readonly PollEntry[]): Anomaly[] {
  const seen = new Set(polls.map(({ offset }) => offset));
  const furthest = polls.reduce((max, { offset }) => Math.max(max, offset), -1);
  return records.flatMap(({ kind, offset, id }): Anomaly[] => {
    if (kind !== "data" || seen.has(offset)) return [];
    const at = { partition, offset, record: id };
    if (offset < furthest)
      return [{ ...at, kind: "poll-skip", by: "cluster", detail: `${group} read on to ${furthest} without it` }];
    return [{ ...at, kind: "unseen", by: "client", detail: `${group} read no further than ${furthest}` }];
  });
}
