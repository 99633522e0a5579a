import type { NodePlan } from "../../../infra/plan/types.ts";

/** Listeners are named on the way in and addresses are known to the target only: no broker can confirm the plan's text. */
const NOT_COMPARED = /\{\{|^$/;

/** The planned server.properties that a broker can be asked about: those without a token of the target. */
export function comparableConfig(node: NodePlan): Record<string, string> {
  return Object.fromEntries(Object.entries(node.config.properties).filter(([, value]) => !NOT_COMPARED.test(value)));
}
