import { summarizeLatency } from "../../ops/smoke/latency.ts";
import { fail, pass, type Verdict } from "../../ops/smoke/report.ts";
import type { CheckScope } from "./scope.ts";

const WARM_UP = 20;
const SAMPLES = 100;
/** On a slow cluster fewer samples do: the verdict must not wait for the figures. */
const LIMIT_MS = 2_000;

/** Latency of single acks=all records, one after another, on a cluster that does nothing else for us. */
export async function measureLatency(scope: CheckScope): Promise<Verdict> {
  const { producer, topics, samples } = scope.probe;
  const { name: topic, assignments } = topics.latency;
  const sentAt = new Map<string, number>();
  let arrived = 0;
  await scope.consume({
    group: "latency",
    from: [topic],
    onRecord: ({ message }) => {
      const sent = sentAt.get(String(message.value));
      if (sent === undefined || !sentAt.delete(String(message.value))) return;
      arrived++;
      if (arrived > WARM_UP) samples.endToEndMs.push(performance.now() - sent);
    },
  });
  const deadline = performance.now() + LIMIT_MS;
  let sent = 0;
  while (sent < WARM_UP + SAMPLES && (sent <= WARM_UP || performance.now() < deadline)) {
    const value = `${sent}`;
    scope.doing = `measuring record ${value}`;
    scope.signal.throwIfAborted();
    const start = performance.now();
    sentAt.set(value, start);
    await producer.send({ topic, acks: -1, messages: [{ partition: sent % assignments.length, value }] });
    if (sent >= WARM_UP) samples.produceMs.push(performance.now() - start);
    sent++;
  }
  await scope.until("waiting for the last records to arrive", () => arrived >= sent);
  const latency = summarizeLatency(samples);
  if (latency === null) return fail("nothing was measured", "run smoke again");
  const { produceMs, endToEndMs } = latency;
  return pass(
    `produce p50 ${produceMs.p50} ms, p99 ${produceMs.p99} ms; end to end p50 ${endToEndMs.p50} ms, p99 ${endToEndMs.p99} ms`,
  );
}
