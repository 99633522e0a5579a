import type { ResourceResult } from "../../../capacity/result.ts";
import { percent } from "./figures.ts";

interface Marks {
  readonly now: string;
  readonly afterFailure: string;
  readonly free: string;
  readonly target: string;
  readonly beyond: string;
}

const UNICODE: Marks = { now: "█", afterFailure: "▒", free: "░", target: "│", beyond: "▶" };
const ASCII: Marks = { now: "#", afterFailure: "+", free: ".", target: "|", beyond: ">" };

export interface BarStyle {
  /** Columns of the terminal. */
  readonly width: number;
  /** Whether the terminal shows more than ASCII. */
  readonly unicode: boolean;
}

type Bar = Pick<ResourceResult, "resource" | "utilisation" | "utilisationAfterFailure" | "target" | "binding" | "fits">;

/** `*` for what binds, `!` for what there is too little of. */
export const marksOf = ({ binding, fits }: Pick<Bar, "binding" | "fits">): string =>
  [binding ? "*" : "", fits ? "" : "!"].join(" ").trim();

/** One bar for each resource: what is used now, what more after the failure, what is free, and the target across it. */
export function bars(resources: readonly Bar[], { width, unicode }: BarStyle): string[] {
  const marks = unicode ? UNICODE : ASCII;
  const label = Math.max(...resources.map(({ resource }) => resource.length));
  const cells = Math.max(10, Math.min(50, width - label - 20));
  const rows = resources.map((bar) => {
    const figures = `${percent(bar.utilisation).padStart(6)} ${percent(bar.utilisationAfterFailure).padStart(6)}`;
    return `${bar.resource.padEnd(label)}  ${drawBar(bar, cells, marks)} ${figures} ${marksOf(bar)}`.trimEnd();
  });
  const legend = `${marks.now} now  ${marks.afterFailure} after failure  ${marks.free} free  ${marks.target} target  * binds  ! lacks`;
  return [...rows, `${" ".repeat(label)}  ${legend}`];
}

/** Exactly `cells` wide; what is in use is never drawn as nothing, what is more than there is ends in an arrow. */
function drawBar({ utilisation, utilisationAfterFailure, target }: Bar, cells: number, marks: Marks): string {
  const filled = (share: number) => Math.min(cells, share > 0 ? Math.max(1, Math.round(share * cells)) : 0);
  const [now, after] = [filled(utilisation), filled(utilisationAfterFailure)];
  const drawn = Array.from({ length: cells }, (_, i) =>
    i < now ? marks.now : i < after ? marks.afterFailure : marks.free,
  );
  // The line stands behind the last cell that may be filled; at 100 % that is the end of the bar.
  const line = Math.round(target * cells);
  drawn.splice(line, 0, marks.target);
  if (Math.max(utilisation, utilisationAfterFailure) > 1) drawn[line === cells ? cells - 1 : cells] = marks.beyond;
  return drawn.join("");
}
