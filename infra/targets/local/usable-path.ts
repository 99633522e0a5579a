import { UserError } from "../../errors.ts";

/** What no folder of a local cluster may have in its name, and why; everything else works and is tried in tests. */
const UNUSABLE: readonly (readonly [found: RegExp, name: string, why: string])[] = [
  [/,/, "a comma", "log.dirs is a list, and Kafka takes it apart there"],
  [/[\p{Cc}]/u, "a control character or a line break", "a line of a configuration would end there"],
  [/%/, "a percent sign", "the log configuration takes it for a pattern"],
  [/\$\{|\{\{/, "an opening brace behind another or behind a dollar sign", "it would be taken for a placeholder"],
  [/["\\]/, "a quote or a backslash", "JAAS configurations quote paths"],
];

/** Before anything is written: Kafka would make other folders, or none. @throws UserError that names the folder. */
export function requireUsablePath(directory: string): void {
  const problem = UNUSABLE.find(([found]) => found.test(directory));
  if (!problem) return;
  const [, name, why] = problem;
  throw new UserError(
    `the folder of a local cluster has ${name} in its path, which Kafka cannot take (${why}): ${JSON.stringify(directory)}`,
    "set KAFKA_STACKS_HOME to a folder without it, and move the state folder there if there is one",
  );
}
