/** The bars: how full each resource is now and after the tolerated failure, and what that is worked out from. */
import { figure, percent, plural } from "../../scripts/ops/capacity/figures.ts";
import type { ResourceResult, Sizing } from "../result.ts";
import { h } from "./dom.ts";

/** `disk-throughput` → `Disk throughput`. */
const titleOf = (resource: string): string =>
  resource === "cpu" ? "CPU" : resource.charAt(0).toUpperCase() + resource.slice(1).replaceAll("-", " ");

/** Rows that were open stay open. */
export function showResources(place: HTMLElement, { resources, afterFailure }: Sizing): void {
  const open = new Set([...place.querySelectorAll("details[open]")].map((row) => row.id));
  const full = Math.max(1, ...resources.flatMap((one) => [one.utilisation, one.utilisationAfterFailure]));
  place.replaceChildren(...resources.map((one) => rowOf(one, full, afterFailure.brokersLost)));
  for (const row of place.querySelectorAll("details")) row.open = open.has(row.id);
}

/** @param full utilisation at the end of a bar: all bars have the same scale, also when one is more than full. */
function rowOf(one: ResourceResult, full: number, lost: number): HTMLElement {
  const amount = (value: number) => figure(value, one.unit);
  const after = lost > 0 ? `, ${percent(one.utilisationAfterFailure)} after failure` : "";
  const badge = one.binding ? h("span", { class: "badge" }, "binds") : undefined;
  const over = one.fits ? undefined : h("span", { class: "badge bad" }, "does not fit");
  return h(
    "details",
    { id: `resource-${one.resource}`, class: `resource${one.binding ? " binding" : ""}${one.fits ? "" : " over"}` },
    h(
      "summary",
      {},
      h("span", { class: "name" }, titleOf(one.resource), badge, over),
      h("span", { class: "figures" }, `${percent(one.utilisation)} now${after}`),
      barOf(one, full),
    ),
    h(
      "dl",
      {},
      ...pair("A broker needs", `${amount(one.needed)} now, ${amount(one.neededAfterFailure)} after failure`),
      ...pair("It has", `${amount(one.have)}, to be used up to ${percent(one.target)} after failure`),
      ...pair("Alone it asks for", plural(one.brokersNeeded, "broker")),
      ...pair("Formula", one.formula),
      ...pair("Source", one.source),
    ),
  );
}

/** The figures stand beside it in words, so the bar itself is silent. */
function barOf(one: ResourceResult, full: number): HTMLElement {
  const layer = (name: string, share: number) => {
    const element = h("span", { class: name });
    element.style.setProperty("--at", `${(share / full) * 100}%`);
    return element;
  };
  const layers = [layer("after", one.utilisationAfterFailure), layer("now", one.utilisation)];
  // The shorter one lies on the longer one.
  if (one.utilisationAfterFailure < one.utilisation) layers.reverse();
  return h("span", { class: "bar", "aria-hidden": "true" }, ...layers, layer("target", one.target));
}

export const pair = (term: string, text: string): [HTMLElement, HTMLElement] => [h("dt", {}, term), h("dd", {}, text)];
