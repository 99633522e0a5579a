import type { Container, ContainerInspectInfo } from "dockerode";

/** What a container that does not serve tells of itself, for people. */
type State = ContainerInspectInfo["State"];

/** Of the log: how much is looked at, and how much is shown of its errors and of its end. */
const LOG_LINES = 300;
const SHOWN_LINES = 6;

/** It has ended and is not started again. */
export function hasExited({ Status }: Pick<State, "Status">): boolean {
  return Status === "exited" || Status === "dead";
}

/** How it ended. */
export function exitWords({ ExitCode, OOMKilled, Error: fault }: State, restarts: number): string {
  const memory = OOMKilled ? ", killed because its memory was used up" : "";
  const again = restarts > 0 ? `, started ${restarts + 1} times` : "";
  return `exited with code ${ExitCode} before it was healthy${memory}${again}${fault ? `: ${fault}` : ""}`;
}

/** How it stands. */
export function standing({ Status, Health }: State, restarts: number): string {
  const failing = Health?.FailingStreak ? `, ${Health.FailingStreak} failed checks` : "";
  const again = restarts > 0 ? `, restarted ${restarts} times` : "";
  return `state ${Status}, health ${Health?.Status ?? "unknown"}${failing}${again}`;
}

/** The last words of its health check and of its log, a line each. */
export async function lastWords(container: Container, { Health }: State): Promise<string> {
  const check = Health?.Log?.at(-1);
  const checked = check ? [`last health check (exit code ${check.ExitCode}):`, ...lines(check.Output, 3)] : [];
  const log = await logsOf(container);
  const errors = log
    .split("\n")
    .filter((line) => /\b(ERROR|FATAL)\b|^(start|node): |^(Caused by: )?[\w.$]+(Exception|Error)\b/.test(line));
  const faults = errors.length > 0 ? ["errors in its log:", ...lines(errors.join("\n"), SHOWN_LINES)] : [];
  return [...checked, ...faults, "last log lines:", ...lines(log, SHOWN_LINES)].join("\n");
}

function lines(text: string, count: number): string[] {
  const last = text.trimEnd().split("\n").slice(-count);
  return last.map((line) => `  ${line.trimEnd() || "(none)"}`);
}

/** The last lines of a container's log; never fails, as some log drivers cannot be read. */
export async function logsOf(container: Container): Promise<string> {
  try {
    return plain(await container.logs({ stdout: true, stderr: true, tail: LOG_LINES }));
  } catch (error) {
    return `(cannot be read: ${(error as Error).message})`;
  }
}

/** Each piece of a log has a header of eight bytes: its stream, and its length in the last four. */
function plain(log: Buffer): string {
  const pieces: Buffer[] = [];
  for (let at = 0; at + 8 <= log.length; at += 8 + log.readUInt32BE(at + 4))
    pieces.push(log.subarray(at + 8, at + 8 + log.readUInt32BE(at + 4)));
  return Buffer.concat(pieces).toString("utf8");
}
