import type { ResourceName, ResourceResult, Sizing } from "../../../capacity/result.ts";
import { figure, percent, plural } from "./figures.ts";
import { wrap } from "./layout.ts";
import { STEPS, type Step } from "./steps.ts";

/** How the figures of one resource come about. */
export interface Explanation {
  readonly schemaVersion: 1;
  readonly resource: ResourceResult;
  readonly steps: readonly Step[];
}

export function explain(sizing: Sizing, name: ResourceName): Explanation {
  const resource = sizing.resources.find((use) => use.resource === name);
  if (!resource) throw new Error(`no resource ${name} in the sizing`);
  return { schemaVersion: 1, resource, steps: STEPS[name](sizing) };
}

export function explainText(sizing: Sizing, { resource, steps }: Explanation, width: number): string {
  const { unit, have, target, utilisation, utilisationAfterFailure: after, brokersNeeded, fits } = resource;
  const inUse = Math.max(utilisation, after);
  const lines = [
    `${resource.resource} of ${plural(sizing.brokers, "broker")} of ${sizing.machine.name}`,
    ...wrap(`formula: ${resource.formula}`, width, "    ", "  "),
    ...wrap(`source: ${resource.source}`, width, "    ", "  "),
    "",
    ...steps.flatMap((step) => stepLines(step, width)),
    "",
    `have: ${figure(have, unit)}, in use ${percent(utilisation)} now, ${percent(after)} with ${sizing.afterFailure.what}`,
    `target: at most ${percent(target)}: ${fits ? "fits" : `does not fit, ${percent(inUse)} in use`}`,
    `needs: ${plural(brokersNeeded, "broker")}${resource.binding ? "; nothing needs more: it binds" : `; ${sizing.binding} binds`}`,
  ];
  return `${lines.join("\n")}\n`;
}

function stepLines({ name, meaning, numbers, value, unit }: Step, width: number): string[] {
  const indent = " ".repeat(8);
  const result = figure(value, unit);
  return [
    ...wrap(meaning, width, indent, name.padEnd(indent.length)),
    ...wrap(numbers === result ? `= ${result}` : `= ${numbers} = ${result}`, width, `${indent}  `, indent),
  ];
}
