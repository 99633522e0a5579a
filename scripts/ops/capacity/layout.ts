/** Text for people, as lines that fit a width. */

export interface Column {
  readonly head: string;
  /** Figures are compared from the right; words are read from the left, which is the default. */
  readonly align?: "right";
}

/** Columns as wide as their widest cell. Only the last may be too wide for the line: its words go on below. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[], width = Infinity): string[] {
  const all = [columns.map(({ head }) => head), ...rows];
  const widths = columns.map((_, i) => all.reduce((most, row) => Math.max(most, row[i]?.length ?? 0), 0));
  const before = widths.slice(0, -1).reduce((sum, one) => sum + one + 2, 0);
  return all.flatMap((row) => {
    const cells = row.map((cell, i) =>
      columns[i]?.align ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0),
    );
    const [first = "", ...more] = columns.at(-1)?.align ? [cells.at(-1)] : wrap(row.at(-1) ?? "", width - before);
    const line = [...cells.slice(0, -1), first].join("  ").trimEnd();
    return [line, ...more.map((words) => " ".repeat(before) + words)];
  });
}

/**
 * Words on lines of at most so many columns, but at least 20: a word that is longer has a line of its own.
 *
 * @param rest stands before every line but the first, @param first before that.
 */
export function wrap(text: string, width: number, rest = "", first = ""): string[] {
  const most = Math.max(20, width);
  const [word = "", ...words] = text.split(" ");
  const lines: string[] = [];
  let line = first + word;
  for (const next of words) {
    if (line.length + 1 + next.length <= most) line += ` ${next}`;
    else {
      lines.push(line);
      line = rest + next;
    }
  }
  return [...lines, line];
}
