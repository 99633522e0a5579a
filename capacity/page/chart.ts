/** Draws the brokers over growth, with a table of the same figures for those who do not see the chart. */
import uPlot from "uplot";
import { h } from "./dom.ts";
import type { Axis, Point } from "./growth.ts";

const HEIGHT = 220;

/** Draws again when the width or the colours of the page change, until the next points come. */
export function buildChart(place: HTMLElement): (points: readonly Point[], axis: Axis) => void {
  let last: (() => uPlot) | undefined;
  let chart: uPlot | undefined;
  const draw = () => {
    chart?.destroy();
    chart = last?.();
  };
  let width = place.clientWidth;
  new ResizeObserver(() => {
    if (place.clientWidth === width) return;
    width = place.clientWidth;
    draw();
  }).observe(place);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  return (points, axis) => {
    last = () => plot(place, points, axis);
    draw();
  };
}

function plot(place: HTMLElement, points: readonly Point[], axis: Axis): uPlot {
  const colour = (name: string) => getComputedStyle(place).getPropertyValue(name).trim();
  const most = Math.max(1, ...points.map(({ brokers }) => brokers ?? 0));
  const lines = { stroke: colour("--quiet"), grid: { stroke: colour("--line"), width: 1 }, ticks: { show: false } };
  return new uPlot(
    {
      width: place.clientWidth,
      height: HEIGHT,
      legend: { show: true, live: true },
      cursor: { drag: { setScale: false } },
      scales: { x: { time: false }, y: { range: [0, Math.ceil(most * 1.15)] } },
      axes: [
        { ...lines, size: 32, values: (_, ticks) => ticks.map((tick) => atText(tick, axis)) },
        { ...lines, size: 44, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500], values: (_, ticks) => ticks.map(String) },
      ],
      series: [
        { label: axis === "years" ? "After" : "Load", value: (_, at) => (at === null ? "–" : atText(at, axis)) },
        {
          label: "Brokers",
          stroke: colour("--accent"),
          fill: colour("--accent-faint"),
          width: 2,
          points: { show: false },
          // The answer of a point holds for what lies before it: the line never shows fewer brokers than needed.
          paths: uPlot.paths.stepped!({ align: -1 }),
          value: (_, brokers) => (brokers === null ? "–" : String(brokers)),
        },
      ],
    },
    [points.map(({ at }) => at), points.map(({ brokers }) => brokers ?? null)],
    place,
  );
}

const atText = (at: number, axis: Axis): string =>
  axis === "years" ? `${Number(at.toFixed(2))} y` : `×${Number(at.toFixed(2))}`;

export function growthTable(points: readonly Point[], axis: Axis): HTMLTableElement {
  const rows = points.map(({ at, brokers }) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, atText(at, axis)),
      h("td", {}, brokers === undefined ? "too much" : `${brokers}`),
    ),
  );
  const head = h(
    "tr",
    {},
    h("th", { scope: "col" }, axis === "years" ? "After" : "Load"),
    h("th", { scope: "col" }, "Brokers"),
  );
  return h("table", {}, h("thead", {}, head), h("tbody", {}, ...rows));
}
