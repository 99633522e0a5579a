/** The form: builds an input for each field, and keeps text and slider in step. */
import { h } from "./dom.ts";
import { GROUPS, type Input, type Texts } from "./inputs.ts";
import { type Fault, INPUTS, shownInputs } from "./plan.ts";
import { attachSlider, type Slider } from "./slider.ts";

interface Row {
  readonly about: Input;
  readonly row: HTMLElement;
  readonly input: HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;
  readonly fault: HTMLElement;
  readonly slider: Slider | undefined;
}

export interface Form {
  texts(): Texts;
  /** Sets every input; those without a text become empty. */
  fill(texts: Texts): void;
  /** Shows each fault beside its input, and hides the inputs that do not matter. Returns what belongs to no input. */
  show(faults: readonly Fault[]): readonly Fault[];
}

/** @param changed is called after each change that a person makes. */
export function buildForm(place: HTMLElement, changed: () => void): Form {
  const rows = INPUTS.map((about) => buildRow(about, changed));
  place.replaceChildren(...GROUPS.map((group) => groupOf(group, rows)));
  const texts = () => Object.fromEntries(rows.map(({ about, input }) => [about.name, input.value]));
  return {
    texts,
    fill(given) {
      for (const { about, input, slider } of rows) {
        input.value = given[about.name] ?? "";
        slider?.follow();
      }
    },
    show(faults) {
      const shown = shownInputs(texts());
      for (const row of rows) {
        row.row.hidden = !shown.includes(row.about);
        showFault(
          row,
          faults.filter(({ name }) => name === row.about.name).map(({ message }) => message),
        );
      }
      return faults.filter(({ name }) => !shown.some((input) => input.name === name));
    },
  };
}

function groupOf(group: string, rows: readonly Row[]): HTMLElement {
  const [seldom, often] = [true, undefined].map((kind) =>
    rows.filter(({ about }) => about.group === group && about.seldom === kind).map(({ row }) => row),
  );
  const more = seldom?.length ? h("details", {}, h("summary", {}, "More"), ...seldom) : undefined;
  return h("fieldset", {}, h("legend", {}, group), ...(often ?? []), more);
}

function buildRow(about: Input, changed: () => void): Row {
  const id = `input-${about.name}`;
  const described = [about.hint && `${id}-hint`, `${id}-fault`].filter(Boolean).join(" ");
  const input = buildInput(about, { id, name: about.name, "aria-describedby": described });
  const fault = h("p", { id: `${id}-fault`, class: "fault", hidden: true });
  const slider =
    about.control.as === "quantity" ? attachSlider(about, about.control.quantity, input, changed) : undefined;
  input.addEventListener("input", () => {
    slider?.follow();
    changed();
  });
  const row = h(
    "div",
    { class: `field ${about.control.as}` },
    h("label", { for: id }, about.label),
    input,
    slider?.element,
    about.hint ? h("p", { id: `${id}-hint`, class: "hint" }, about.hint) : undefined,
    fault,
  );
  return { about, row, input, fault, slider };
}

function buildInput({ control }: Input, attributes: Readonly<Record<string, string>>): Row["input"] {
  if (control.as === "choice")
    return h("select", attributes, ...control.options.map(([value, label]) => h("option", { value }, label)));
  if (control.as === "list") return h("textarea", { ...attributes, rows: 3, spellcheck: "false" });
  const placeholder = control.optional && "chosen for you";
  return h("input", { ...attributes, type: "text", autocomplete: "off", spellcheck: "false", placeholder });
}

function showFault({ row, input, fault }: Row, messages: readonly string[]): void {
  fault.textContent = messages.join("\n");
  fault.hidden = messages.length === 0;
  input.setAttribute("aria-invalid", String(messages.length > 0));
  const folded = row.closest("details");
  if (messages.length > 0 && folded) folded.open = true;
}
