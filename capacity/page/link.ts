/** The inputs in the fragment of the page's address, so that a link shares a plan and no server sees it. */
import type { Texts } from "./inputs.ts";
import { INPUTS, shownInputs } from "./plan.ts";

/** The inputs that matter; empty ones are left out. */
export function toFragment(texts: Texts): string {
  const pairs = shownInputs(texts).flatMap(({ name }) => (texts[name] ? [[name, texts[name]] as [string, string]] : []));
  return `#${new URLSearchParams(pairs)}`;
}

export interface Link {
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
  return { texts: Object.fromEntries(known ?? []), unknown: (unknown ?? []).map(([name]) => name) };
}
