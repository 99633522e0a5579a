/** Who stands at which offset, by everything that was told about it: see the kinds in `anomaly.ts`. */
import type { Anomaly, AnomalyKind } from "./anomaly.ts";
import type { PartitionLog } from "./history.ts";
import { type Indexed, proven, visible } from "./index-history.ts";

/** @param named anomalies of records, which explain what their offsets show. */
export function checkOffsets(history: Indexed, named: readonly Anomaly[]): Anomaly[] {
  const lost = named.filter(({ kind }) => kind === "lost-write");
  const found = [
    ...history.log.flatMap(checkLog(lost)),
    ...checkAgreement(history, new Set(lost.map(({ record }) => record))),
  ];
  const places = Map.groupBy(found, ({ kind, partition, offset }) => `${kind} ${partition} ${offset}`);
  return [...places.values()].map(([first]) => first!);
}

/** What acknowledgements and readers said of an offset against what the log has there. Once for each record. */
function checkAgreement(history: Indexed, lost: ReadonlySet<string | null>): Anomaly[] {
  const said = [
    ...history.sends.flatMap(({ id, partition, offset, outcome }) =>
      outcome === "acked" && offset !== null ? [{ id, partition, offset, who: "its acknowledgement" }] : [],
    ),
    ...history.polls.map(({ id, partition, offset, group }) => ({ id, partition, offset, who: group })),
  ];
  const differing = said.filter(
    ({ id, partition, offset }) =>
      !lost.has(id) &&
      (history.copiesOf.has(id) || history.at.get(partition)?.has(offset)) &&
      history.at.get(partition)?.get(offset)?.id !== id &&
      proven(history, partition, offset),
  );
  return [...Map.groupBy(differing, ({ id }) => id).values()].map(([first]) => {
    const { id, partition, offset, who } = first!;
    const holder = history.at.get(partition)?.get(offset);
    const elsewhere = visible(history, id)[0];
    const has = holder ? `the log has ${holder.id ?? "a marker"} there` : "the log has nothing there";
    const detail = `${who} says ${offset}, ${has}${elsewhere ? ` and this at ${elsewhere.offset}` : ""}`;
    return anomaly("inconsistent-offsets", partition, offset, id, detail);
  });
}

/** Offsets as the leader gave them grow by one each, from 0 to the end: nothing may leave the topic of a load. */
function checkLog(lost: readonly Anomaly[]): (log: PartitionLog) => Anomaly[] {
  return ({ partition, startOffset, readTo, records }) => {
    const explained = (from: number, to: number) =>
      lost.some((one) => one.partition === partition && one.offset !== null && from <= one.offset && one.offset < to);
    const gap = (from: number, to: number) =>
      from >= to || explained(from, to)
        ? []
        : [anomaly("offset-gap", partition, from, null, `nothing at ${from}${to - from > 1 ? ` to ${to - 1}` : ""}`)];
    let expected = Math.min(startOffset, 0);
    const found = records.flatMap(({ offset, id }) => {
      const before = expected;
      expected = Math.max(expected, offset + 1);
      if (offset === before - 1 && before > startOffset)
        return [anomaly("inconsistent-offsets", partition, offset, id, "the log has another record there too")];
      if (offset < before)
        return [anomaly("nonmonotonic-poll", partition, offset, id, `the log gave it after ${before - 1}`)];
      return gap(before, offset);
    });
    return [...found, ...gap(expected, readTo)];
  };
}

function anomaly(kind: AnomalyKind, partition: number, offset: number, record: string | null, detail: string): Anomaly {
  return { kind, by: "cluster", partition, offset, record, detail };
}
