import type { Verdict } from "../../ops/smoke/report.ts";
import { judgeTransactions } from "../../ops/smoke/verdicts.ts";
import type { CheckScope } from "./scope.ts";

/**
 * A committed transaction is seen and an aborted one is not. A last committed record after the aborted ones, in the
 * same partition, tells the reader when it has seen all that it ever will.
 */
export async function checkTransactions(scope: CheckScope): Promise<Verdict> {
  const { kafka, run, topics } = scope.probe;
  const topic = topics.transactions.name;
  const [committed, aborted, last] = [ids("committed"), ids("aborted"), "last"];
  const seen: string[] = [];
  const producer = scope.own(
    kafka.producer({
      transactionalId: `${run}-transactions`,
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
    }),
  );
  // Beside the joining: on a fresh cluster both wait for a topic of Kafka's own to be made.
  const connected = producer.connect();
  connected.catch(() => {});
  await scope.consume({
    group: "transactions",
    from: [topic],
    onJoin: () => {
      seen.length = 0;
    },
    onRecord: ({ message }) => {
      seen.push(String(message.value));
    },
  });
  const write = async (values: readonly string[], end: "commit" | "abort") => {
    scope.doing = `writing a transaction to ${end}`;
    const transaction = await producer.transaction();
    await transaction.send({ topic, acks: -1, messages: values.map((value) => ({ value })) });
    await transaction[end]();
  };
  scope.doing = "finding the transaction coordinator";
  await connected;
  await write(committed, "commit");
  await write(aborted, "abort");
  await write([last], "commit");
  await scope.until("reading committed records", () => seen.includes(last));
  return judgeTransactions(seen, [...committed, last], aborted);
}

function ids(name: string): string[] {
  return Array.from({ length: 5 }, (_, i) => `${name}-${i}`);
}
