/**
 * The page: inputs → plan → `sizeCluster`, the very model of the command → what is shown. The inputs are the only state; the
 * address holds a copy of them, so a link shares a plan.
 */
import { stackYaml } from "../../scripts/ops/capacity/stack-yaml.ts";
import { CapacityError } from "../errors.ts";
import { PRESETS, type PresetName } from "../presets.ts";
import type { Sizing } from "../result.ts";
import { sizeCluster } from "../size.ts";
import { GiB } from "../units.ts";
import { buildChart, growthTable } from "./chart.ts";
import { copyOnClick } from "./copy.ts";
import { h, part } from "./dom.ts";
import { buildForm } from "./form.ts";
import { type Axis, growthOf } from "./growth.ts";
import type { Texts } from "./inputs.ts";
import { fromFragment, toFragment } from "./link.ts";
import { commandFrom, type Fault, faultsFrom, type Plan, readPlan } from "./plan.ts";
import { showSizing } from "./results.ts";
import { PRESET_TEXTS, textsOf } from "./texts.ts";

/** What `kafka-stacks capacity --html` was asked for. */
const start: Texts = textsOf(JSON.parse(part("start").textContent ?? ""));
const form = buildForm(part("inputs"), () => update());
const preset = part("preset") as HTMLSelectElement;
const stack = part("stack") as HTMLTextAreaElement;
const axisButtons = { years: part("axis-years") as HTMLInputElement, load: part("axis-load") as HTMLInputElement };
let wantedAxis: Axis = "years";
const drawChart = buildChart(part("chart"));

preset.append(...Object.keys(PRESETS).map((name) => h("option", { value: name }, name)));
preset.addEventListener("change", () => {
  if (preset.value === "") return;
  form.fill(PRESET_TEXTS[preset.value] ?? start);
  update();
});
for (const axis of ["years", "load"] as const)
  axisButtons[axis].addEventListener("change", () => {
    wantedAxis = axis;
    update();
  });
copyOnClick(part("copy-stack"), () => stack.value);
copyOnClick(part("copy-link"), () => location.href);
addEventListener("hashchange", () => load());
load();

/** Fills the inputs from the address, or with the start where it says nothing. */
function load(): void {
  const link = fromFragment(location.hash);
  // First, so that there is an answer to fall back on should the link be wrong.
  form.fill(start);
  update();
  if (!link) return;
  form.fill({ ...start, ...link.texts });
  update(link.unknown);
}

function update(unknown: readonly string[] = []): void {
  const texts = form.texts();
  history.replaceState(null, "", toFragment(texts));
  preset.value = Object.entries(PRESET_TEXTS).find(([, one]) => toFragment(one) === toFragment(texts))?.[0] ?? "";
  part("preset-hint").textContent = PRESETS[preset.value as PresetName]?.purpose ?? "";
  const reading = readPlan(texts);
  const faults = "faults" in reading ? reading.faults : answer(reading.plan, texts);
  const ignored = unknown.map((name) => ({
    name: "",
    message: `the link says ${name}, which this page does not know`,
  }));
  const others = [...form.show(faults), ...ignored];
  part("problems").replaceChildren(...others.map(({ message }) => h("li", {}, message)));
  part("problems").hidden = others.length === 0;
  // The last good answer stays in sight while an input is being mended.
  part("results").classList.toggle("stale", faults.length > 0);
  part("stale").hidden = faults.length === 0;
}

/** Shows the answer, or says why there is none. */
function answer(plan: Plan, texts: Texts): readonly Fault[] {
  try {
    const sizing = sizeCluster(plan.workload, plan.machine);
    showSizing(sizing);
    showStack(sizing, texts);
  } catch (error) {
    if (error instanceof CapacityError) return faultsFrom(error, texts);
    throw error;
  }
  showGrowth(plan);
  return [];
}

/** As `--write` does, it offers no cluster that would not carry the workload. */
function showStack(sizing: Sizing, texts: Texts): void {
  const { controllerHeapBytes } = PRESETS[preset.value as PresetName] ?? { controllerHeapBytes: GiB };
  const options = { target: texts.target ?? "", command: commandFrom(texts), schema: undefined, controllerHeapBytes };
  stack.value = sizing.fits
    ? stackYaml(sizing, options)
    : "# No stack file: this cluster would not carry the workload.\n";
}

function showGrowth(plan: Plan): void {
  // Without growth or years the years would be a flat line, or none.
  const still = plan.workload.horizonYears === 0 || plan.workload.growthPerYear === 0;
  const axis = still ? "load" : wantedAxis;
  axisButtons.years.disabled = still;
  axisButtons[axis].checked = true;
  const points = growthOf(plan, axis);
  drawChart(points, axis);
  part("growth-table").replaceChildren(growthTable(points, axis));
}
