import { h } from "./dom.ts";
import type { Input } from "./inputs.ts";
import type { Quantity } from "./quantities.ts";

export interface Slider {
  readonly element: HTMLInputElement;
  /** Goes to the stop nearest to what the text says, which stays as it is. */
  follow(): void;
}

/** A slider over the stops of a quantity; moving it writes the text. */
export function attachSlider(
  { name, label }: Input,
  { read, print, stops }: Quantity,
  input: { value: string },
  changed: () => void,
): Slider {
  const attributes = { min: 0, max: stops.length - 1, step: 1, "aria-label": `${label}, slider` };
  const element = h("input", { type: "range", id: `slider-${name}`, ...attributes });
  const say = () => element.setAttribute("aria-valuetext", input.value || "chosen for you");
  element.addEventListener("input", () => {
    input.value = print(stops[element.valueAsNumber] ?? 0);
    say();
    changed();
  });
  const follow = () => {
    const value = attempt(() => read(input.value));
    if (value !== undefined) element.value = String(nearest(stops, value));
    say();
  };
  return { element, follow };
}

/** A text that cannot be read moves no slider; the form says what is wrong with it. */
function attempt(read: () => number): number | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

function nearest(stops: readonly number[], value: number): number {
  const distances = stops.map((stop) => Math.abs(stop - value));
  return distances.indexOf(Math.min(...distances));
}
