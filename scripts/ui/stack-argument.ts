import path from "node:path";

/** How the user named the stack of this run, and what it is called. */
interface Named {
  readonly argument: string;
  readonly name: string;
}

let named: Named | undefined;

/** Commands name a stack by its path too; most of what tells a next step knows only its name. */
export function rememberArgument(argument: string): void {
  named = { argument, name: path.basename(argument).replace(/\.ya?ml$/, "") };
}

/** For all that a person reads: a command that is told names the stack as the user did, so that it can be pasted. */
export const inTheirWords = (text: string): string => (named === undefined ? text : withArgument(text, named));

/** Pure. */
export function withArgument(text: string, { argument, name }: Named): string {
  const words = [argument, name, "STACK"].map((word) => word.replaceAll(/[^\w/-]/g, "\\$&")).join("|");
  // No part of a longer name or path.
  const command = new RegExp(`(\\bkafka-stacks (?:[a-z-]+ ){1,2})(?:${words})(?![\\w/-]|\\.\\w)`, "g");
  return text.replaceAll(command, (_, before: string) => `${before}${quoted(argument)}`);
}

/** As a shell takes it. */
const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
