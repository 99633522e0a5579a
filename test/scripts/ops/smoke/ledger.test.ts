import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  auditLedger,
  type Delivery,
  judgeLedger,
  type Ledger,
  type SentRecord,
} from "../../../../scripts/ops/smoke/ledger.ts";

/** Every record of every partition acknowledged, and delivered once in order: the ledger of a faultless cluster. */
const faultless: fc.Arbitrary<Ledger> = fc
  .array(fc.integer({ min: 2, max: 12 }), { minLength: 1, maxLength: 5 })
  .map((sizes) => {
    const received = sizes.flatMap((size, partition) =>
      Array.from({ length: size }, (_, offset): Delivery => ({ id: `${partition}:${offset}`, partition, offset })),
    );
    return { sent: received.map(({ id, partition }): SentRecord => ({ id, partition, acked: true })), received };
  });
/** A ledger and the place of one of its deliveries. */
const withPlace = faultless.chain((ledger) =>
  fc.record({ ledger: fc.constant(ledger), at: fc.integer({ min: 0, max: ledger.received.length - 1 }) }),
);
const verdict = (ledger: Ledger) => judgeLedger(auditLedger(ledger), 5).status;

test("a faultless ledger passes, however the partitions' deliveries interleave", () => {
  fc.assert(
    fc.property(faultless, fc.infiniteStream(fc.nat()), (ledger, choices) => {
      const queues = [...Map.groupBy(ledger.received, ({ partition }) => partition).values()];
      const received: Delivery[] = [];
      while (received.length < ledger.received.length) {
        const waiting = queues.filter((queue) => queue.length > 0);
        received.push(waiting[choices.next().value! % waiting.length]!.shift()!);
      }
      assert.equal(verdict({ sent: ledger.sent, received }), "pass");
    }),
  );
});

test("every acknowledged record that is not delivered counts as lost", () => {
  fc.assert(
    fc.property(faultless, fc.infiniteStream(fc.boolean()), (ledger, dropped) => {
      const received = ledger.received.filter(() => !dropped.next().value);
      const audit = auditLedger({ sent: ledger.sent, received });
      assert.equal(audit.lost, ledger.sent.length - received.length);
      assert.equal(verdict({ sent: ledger.sent, received }), audit.lost > 0 ? "fail" : "pass");
    }),
  );
});

test("a record that was never acknowledged is not lost, but fails the check", () => {
  fc.assert(
    fc.property(withPlace, ({ ledger, at }) => {
      const id = ledger.received[at]!.id;
      const sent = ledger.sent.map((record) => (record.id === id ? { ...record, acked: false } : record));
      const received = ledger.received.toSpliced(at, 1);
      assert.equal(auditLedger({ sent, received }).lost, 0);
      assert.equal(verdict({ sent, received }), "fail");
    }),
  );
});

test("a record stored twice, anywhere later, counts as duplicated", () => {
  fc.assert(
    fc.property(withPlace, fc.integer({ min: 1, max: 3 }), ({ ledger, at }, times) => {
      const { id, partition } = ledger.received[at]!;
      const end = ledger.received.filter((delivery) => delivery.partition === partition).length;
      const copies = Array.from({ length: times }, (_, i) => ({ id, partition, offset: end + i }));
      const audit = auditLedger({ sent: ledger.sent, received: [...ledger.received, ...copies] });
      assert.deepEqual([audit.duplicated, audit.lost, audit.gaps], [times, 0, 0]);
      assert.equal(judgeLedger(audit, 5).status, "fail");
    }),
  );
});

test("two records of a partition that changed places are out of order", () => {
  fc.assert(
    fc.property(withPlace, ({ ledger, at }) => {
      const [early, late] = [ledger.received[at]!, ledger.received[at + 1]];
      fc.pre(late !== undefined && late.partition === early.partition);
      const swapped = [
        { ...early, id: late.id },
        { ...late, id: early.id },
      ];
      const audit = auditLedger({ sent: ledger.sent, received: ledger.received.toSpliced(at, 2, ...swapped) });
      assert.deepEqual([audit.outOfOrder, audit.lost, audit.duplicated], [1, 0, 0]);
      assert.equal(judgeLedger(audit, 5).status, "fail");
    }),
  );
});

test("offsets that jump are a gap, even when nothing that we sent is missing", () => {
  fc.assert(
    fc.property(withPlace, fc.integer({ min: 1, max: 9 }), ({ ledger, at }, jump) => {
      const from = ledger.received[at]!;
      const received = ledger.received.map((delivery) =>
        delivery.partition === from.partition && delivery.offset >= from.offset
          ? { ...delivery, offset: delivery.offset + jump }
          : delivery,
      );
      const audit = auditLedger({ sent: ledger.sent, received });
      assert.deepEqual([audit.gaps, audit.lost], [1, 0]);
      assert.equal(judgeLedger(audit, 5).status, "fail");
    }),
  );
});

test("a record in another partition than its key's, and one that nobody sent, are found", () => {
  fc.assert(
    fc.property(withPlace, ({ ledger, at }) => {
      const moved = { ...ledger.received[at]!, partition: 99, offset: 0 };
      assert.equal(auditLedger({ sent: ledger.sent, received: ledger.received.toSpliced(at, 1, moved) }).misplaced, 1);
      const foreign = { id: "someone else's", partition: 99, offset: 0 };
      const audit = auditLedger({ sent: ledger.sent, received: [...ledger.received, foreign] });
      assert.equal(audit.foreign, 1);
      assert.equal(judgeLedger(audit, 5).status, "fail");
    }),
  );
});

test("an empty ledger proves nothing", () => {
  assert.equal(verdict({ sent: [], received: [] }), "fail");
});
