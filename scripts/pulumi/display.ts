/**
 * Lines of the engine that say nothing or mislead, and why. Each matches a whole line.
 *
 * Sources in pulumi: pkg/backend/cancellation_scope.go, pkg/cmd/pulumi/operations/destroy.go, sdk/go/common/workspace/plugins.go,
 * sdk/go/common/resource/plugin/host.go.
 */
export const NOISE: readonly (readonly [line: RegExp, why: string])[] = [
  [/^ ~ {2}\S+ \S+ refresh(ing)?( \(\S+\))? *$/, "looking at a resource that is unchanged is no news"],
  [/^[.\s]*\.+\s*$/, "dots that count nothing"],
  [/^@ [a-z]+( [a-z]+)?\.*\s*$/, "the same behind a word that the heading has already"],
  [
    /^The resources in the stack have been deleted, but the history and configuration /,
    "the cluster's data is kept too",
  ],
  [/^If you want to remove the stack completely, run /, "Pulumi would forget a cluster whose data is kept"],
  [/^(\^C|SIGTERM) received; cancelling\. /, "a second signal leaves things half-made, and the first was told"],
  [/^Note that terminating immediately may lead to orphaned resources /, "belongs to the line before"],
  [
    /^\s*(warning: )?using pulumi-(language|resource)-\S+ from \$PATH at /,
    "a stand-in of the project is meant to be used",
  ],
  [/^\s*(warning: )?resource plugin \S+ is expected to have version >=/, "the project pins what fits"],
];

const isNoise = (line: string): boolean => NOISE.some(([noise]) => noise.test(plain(line)));

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours are written with one
const plain = (line: string): string => line.replaceAll(/\x1b\[[0-9;]*m/g, "");

/** Shows the engine's output line by line as it comes, without noise and without more than one blank line in a row. */
export class Display {
  readonly #show: (line: string) => void;
  #started = "";
  #blank = true;

  constructor(show: (line: string) => void) {
    this.#show = show;
  }

  /** Takes a piece of the output; it may end within a line. */
  readonly write = (text: string): void => {
    const lines = `${this.#started}${text}`.split("\n");
    this.#started = lines.pop()!;
    for (const line of lines) this.#line(line);
  };

  /** Shows what came last without the end of its line. */
  end(): void {
    this.#line(this.#started);
    this.#started = "";
  }

  #line(line: string): void {
    if (isNoise(line)) return;
    const isBlank = line.trim() === "";
    if (isBlank && this.#blank) return;
    this.#blank = isBlank;
    this.#show(line.trimEnd());
  }
}
