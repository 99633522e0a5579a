import type { Problem } from "../problem.ts";
import type { Check } from "./check.ts";

/** org.apache.kafka.common.internals.Topic: MAX_NAME_LENGTH and LEGAL_CHARS. */
const LONGEST = 249;
const LEGAL = /^[a-zA-Z0-9._-]+$/;

/** What Kafka would refuse; undefined for a good name. */
function faultOf(name: string): Omit<Problem, "path"> | undefined {
  const found = `found ${JSON.stringify(name)}`;
  if (name === "." || name === "..")
    return { message: `wanted a topic name other than . and .., ${found}`, next: "rename it" };
  if (name.length > LONGEST)
    return { message: `wanted at most ${LONGEST} characters, found ${name.length}`, next: "shorten the name" };
  if (!LEGAL.test(name)) {
    const better = name.replace(/[^a-zA-Z0-9._-]+/g, "-");
    const next = better === "" ? "give it a name" : `write ${better}`;
    return { message: `wanted only letters, digits, ".", "_" and "-", ${found}`, next };
  }
  if (name.startsWith("__"))
    return {
      message: `wanted a name that Kafka does not keep for itself (__…), ${found}`,
      next: `write ${name.replace(/^_+/, "") || "another name"}`,
    };
  return undefined;
}

const legalNames: Check = {
  reads: [],
  *run({ topics }) {
    for (const [index, { name }] of topics.entries()) {
      const fault = faultOf(name);
      if (fault) yield { path: ["topics", index, "name"], ...fault };
    }
  },
};

/** Kafka's metric names turn "." into "_", so it refuses a topic whose name would then be another's. */
const distinctNames: Check = {
  reads: [],
  *run({ topics }) {
    const seen = new Map<string, number>();
    for (const [index, { name }] of topics.entries()) {
      const key = name.replaceAll(".", "_");
      const first = seen.get(key);
      const path = ["topics", index, "name"];
      if (first === undefined) seen.set(key, index);
      else if (topics[first]?.name === name)
        yield {
          path,
          message: `wanted each topic once, found ${name} again after topics[${first}]`,
          next: "take one out",
        };
      else
        yield {
          path,
          message: `wanted names that differ in more than "." and "_", found ${name} beside ${topics[first]?.name}`,
          next: "rename one of the two; Kafka's metrics cannot tell them apart",
        };
    }
  },
};

export const topicNameChecks: readonly Check[] = [legalNames, distinctNames];
