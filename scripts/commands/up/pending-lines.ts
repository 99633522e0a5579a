import type { ClusterPlan } from "../../../infra/plan/types.ts";
import { type AccessChange, extras, toMake } from "../../ops/access/change.ts";
import { changeRows, HEADER } from "../../ops/access/words.ts";
import type { TopicChange } from "../../ops/topics/change.ts";
import { changeRow, HEADER as TOPICS_HEADER } from "../../ops/topics/words.ts";
import { tableLines } from "../../ui/output.ts";
import type { Step } from "../../verify.ts";

/** What `up` would change after the deployment, or why that cannot be told yet. */
export type Pending =
  | { readonly access: readonly AccessChange[]; readonly topics: readonly TopicChange[] }
  | { readonly later: string };

const SHOWN = 40;

const managed = (topics: readonly TopicChange[]): TopicChange[] =>
  topics.filter(({ action }) => action !== "unmanaged");

export const changeCount = (pending: Pending): number =>
  "later" in pending ? 0 : toMake(pending.access).length + managed(pending.topics).length;

/** For a person, before the question. Pure. */
export function pendingLines(plan: ClusterPlan, pending: Pending, skip: readonly Step[]): string[] {
  const steps = (["topics", "access"] as const).filter((step) => !skip.includes(step));
  if (steps.length === 0) return [];
  const what = steps.join(" and ");
  if ("later" in pending) {
    const declared = steps.map((step) =>
      step === "topics" ? counted(plan.topics.length, "topic") : counted(usersOf(plan), "user"),
    );
    return [`${what}: ${pending.later}; what differs is made after the deployment (declared: ${declared.join(", ")})`];
  }
  const [access, topics, left] = [toMake(pending.access), managed(pending.topics), extras(pending.access).length];
  const kept = left > 0 ? [`access: ${left} not declared and kept`] : [];
  if (changeCount(pending) === 0) return [`${what}: as declared`, ...kept];
  return [
    ...table("topics", topics.map(changeRow), TOPICS_HEADER),
    ...table("access", changeRows(access), HEADER),
    ...kept,
  ];
}

const usersOf = ({ security }: ClusterPlan): number =>
  security.identities.filter(({ purpose }) => purpose === "user").length;

const counted = (number: number, what: string): string => `${number} ${what}${number === 1 ? "" : "s"}`;

function table(step: "topics" | "access", rows: readonly (readonly string[])[], header: readonly string[]): string[] {
  if (rows.length === 0) return [];
  const more = rows.length > SHOWN ? [`  … and ${rows.length - SHOWN} more: kafka-stacks ${step} plan STACK`] : [];
  const lines = tableLines(rows.slice(0, SHOWN), header).map((line) => `  ${line}`);
  return [`${step} to change after the deployment:`, ...lines, ...more];
}
