/** The answer: verdict, figures, decisions and warnings. */
import { digits, percent, plural } from "../../scripts/ops/capacity/figures.ts";
import { verdict } from "../../scripts/ops/capacity/report.ts";
import type { Sizing } from "../result.ts";
import { h, part } from "./dom.ts";
import { pair, showResources } from "./resources.ts";

export function showSizing(sizing: Sizing): void {
  const brokers = plural(sizing.brokers, "broker");
  const [, rest] = verdict(sizing).split(brokers, 2);
  part("verdict").replaceChildren(h("strong", {}, brokers), rest ?? "");
  part("verdict").classList.toggle("fault", !sizing.fits);
  part("facts").replaceChildren(...factsOf(sizing).map(([term, text]) => h("div", {}, ...pair(term, text))));
  showResources(part("resources"), sizing);
  part("decisions").replaceChildren(
    ...sizing.decisions.map(({ what, value, because }) =>
      h("tr", {}, h("th", { scope: "row" }, sentence(what)), h("td", { class: "value" }, value), h("td", {}, because)),
    ),
  );
  showWarnings(sizing);
}

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function factsOf(sizing: Sizing): [term: string, text: string][] {
  const { afterFailure, workload } = sizing;
  const { rebuildHours } = afterFailure;
  const rebuilt = rebuildHours === null ? "nothing to spare for it" : `${digits(rebuildHours)} h`;
  return [
    ["Replication factor", `${sizing.replicationFactor}, min ISR ${sizing.minInsyncReplicas}`],
    ["Controllers", `${sizing.controllers}, or ${sizing.zookeeper} ZooKeeper nodes`],
    ["The load may grow by", percent(sizing.headroom)],
    ["After failure", `${plural(afterFailure.brokersLeft, "broker")} left (${afterFailure.what})`],
    ["Lost replicas made again in", `${rebuilt}, the aim is ${digits(workload.rebuildHours)} h`],
  ];
}

function showWarnings({ warnings }: Sizing): void {
  const list = warnings.map(({ code, message, hint }) =>
    h("li", {}, h("code", {}, code), ` ${sentence(message)}.`, h("span", { class: "hint" }, ` ${sentence(hint)}.`)),
  );
  part("warnings").replaceChildren(...list);
  part("warnings-section").hidden = list.length === 0;
}
