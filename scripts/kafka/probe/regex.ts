import { fail, pass, type Verdict } from "../../ops/smoke/report.ts";
import type { CheckScope } from "./scope.ts";

/** A consumer that subscribes by pattern gets the records of every topic that matches, and of no other. */
export async function checkRegex(scope: CheckScope): Promise<Verdict> {
  const { producer, run, topics } = scope.probe;
  const wanted = [topics["regex-a"].name, topics["regex-b"].name];
  const seen = new Set<string>();
  await scope.consume({
    group: "regex",
    from: [new RegExp(`^${run}-regex-.*$`)],
    onRecord: ({ topic }) => {
      seen.add(topic);
    },
  });
  scope.doing = "sending to the topics that match";
  await producer.sendBatch({
    acks: -1,
    topicMessages: wanted.map((topic) => ({ topic, messages: [{ value: topic }] })),
  });
  await scope.until("reading from every topic that matches", () => wanted.every((topic) => seen.has(topic)));
  const others = [...seen].filter((topic) => !wanted.includes(topic));
  if (others.length > 0)
    return fail(`the pattern also matched ${others.join(", ")}`, "report it: this is a client's fault");
  return pass(`one pattern, ${wanted.length} topics`);
}
