/** What the log and its readers have that was never sent, or has an identity that is another's: see the kinds in `anomaly.ts`. */
import type { Anomaly } from "./anomaly.ts";
import type { Copy, Indexed } from "./index-history.ts";

/** @param named anomalies that are known already: each fault is named once. */
export function checkStrangers(history: Indexed, named: readonly Anomaly[]): Anomaly[] {
  const known = new Set(named.map(({ record }) => record));
  const { copies } = history;
  return [
    ...copies.flatMap((copy) => checkSent(history, copy)),
    ...checkRead(history),
    ...checkSequences(copies),
    ...checkProducerIds(history, copies),
  ].filter(({ record }) => record === null || !known.has(record));
}

/** Of another run, another client, or the cluster's own invention; or of this run and in a partition that it was not sent to. */
function checkSent({ sendOf }: Indexed, { id, partition, offset }: Copy): Anomaly[] {
  const send = id === null ? undefined : sendOf.get(id);
  if (send?.partition === partition) return [];
  const detail = send ? `it was sent to partition ${send.partition}` : "no producer of this run sent it";
  return [{ kind: "unsent", by: "cluster", partition, offset, record: id, detail }];
}

/** Once for each record; one that the log has is judged there. */
function checkRead({ pollsOf, sendOf, copiesOf }: Indexed): Anomaly[] {
  return [...pollsOf.values()].flatMap(([poll]): Anomaly[] => {
    const { id, partition, offset, group } = poll!;
    if (sendOf.has(id) || copiesOf.has(id)) return [];
    const detail = `${group} read it, and no producer of this run sent it`;
    return [{ kind: "unsent", by: "cluster", partition, offset, record: id, detail }];
  });
}

/** Two records under one sequence number of one producer: the second is what a broker takes for the first, sent again. */
function checkSequences(copies: readonly Copy[]): Anomaly[] {
  const numbered = copies.filter(({ sequence }) => sequence !== null);
  const places = Map.groupBy(numbered, ({ partition, sequence }) => `${partition} ${sequence}`);
  return [...places.values()].flatMap((same) =>
    same.slice(1).flatMap(({ id, partition, offset, sequence }): Anomaly[] => {
      const first = same[0]!;
      if (id === first.id) return [];
      const detail = `under the sequence number of ${first.id ?? "another"} (${sequence})`;
      return [{ kind: "duplicate-sequence", by: "cluster", partition, offset, record: id, detail }];
    }),
  );
}

/** The cluster gives each producer an id of its own; one that two share makes records of the one duplicates of the other's. */
function checkProducerIds({ sendOf }: Indexed, copies: readonly Copy[]): Anomaly[] {
  const owners = new Map<string, string>();
  const shared = new Map<string, Anomaly>();
  for (const { id, partition, offset, sequence } of copies) {
    const producer = id === null ? undefined : sendOf.get(id)?.producer;
    const producerId = sequence?.split("/")[0];
    if (producer === undefined || producerId === undefined) continue;
    const owner = owners.get(producerId) ?? producer;
    owners.set(producerId, owner);
    if (owner === producer || shared.has(producerId)) continue;
    const detail = `${producer} and ${owner} have one producer id (${producerId})`;
    shared.set(producerId, { kind: "shared-producer-id", by: "cluster", partition, offset, record: id, detail });
  }
  return [...shared.values()];
}
