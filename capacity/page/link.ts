/** The inputs in the fragment of the page's address, so that a link shares a plan and no server sees it. */
import type { Texts } from "./inputs.ts";
import { INPUTS, shownInputs } from "./plan.ts";

/** The inputs that matter; empty ones are left out. */
export function toFragment(texts: Texts): string {
  const pairs = shownInputs(texts).flatMap(({ name }) =>
    texts[name] ? [[name, texts[name]] as [string, string]] : [],
  );
  return `#${new URLSearchParams(pairs)}`;
}

export interface Link {
  /** Inputs that may be empty and are not in the link are so. */
  readonly texts: Texts;
  /** Names in the link that the page does not know: of another version, or mistyped. */
  readonly unknown: readonly string[];
}

/** Undefined where the address says nothing. */
export function fromFragment(fragment: string): Link | undefined {
  const pairs = [...new URLSearchParams(fragment.replace(/^#/, ""))];
  if (pairs.length === 0) return undefined;
  const names = INPUTS.map(({ name }) => name);
  const [known, unknown] = [true, false].map((is) => pairs.filter(([name]) => names.includes(name) === is));
  // Whoever left an input empty meant it, and empty inputs are not in a link.
  const empty = INPUTS.filter(
    ({ control }) => control.as === "list" || (control.as === "quantity" && control.optional),
  );
  const texts = Object.fromEntries([...empty.map(({ name }) => [name, ""]), ...(known ?? [])]);
  return { texts, unknown: (unknown ?? []).map(([name]) => name) };
}
