import { setTimeout as sleep } from "node:timers/promises";
import type { Container, ContainerInspectInfo } from "dockerode";
import type { OperationContext } from "../../plugin/resource.ts";
import type { ContainerArgs } from "./container-properties.ts";
import { reasonOf } from "./engine.ts";

const POLL_MS = 200;
/** A wait that is over before is not worth a line. */
const QUIET_MS = 2_000;
/** Then again every so often. */
const TELL_MS = 5_000;
/**
 * With a restart policy a container may need several starts, until what an earlier one left behind is gone (a session in
 * ZooKeeper: 18 s), but not endlessly many. The engine doubles its pause each time, so these take half a minute and more.
 */
const RESTARTS = 8;
/** Of the log: how much is looked at, and how much is shown of its errors and of its end. */
const LOG_LINES = 300;
const SHOWN_LINES = 6;

type State = ContainerInspectInfo["State"];

/** The container does not work, and is left as it is for whoever looks why. */
export class Unhealthy extends Error {}

/**
 * Waits until the container's health check passes.
 *
 * @throws {Unhealthy} when it does not within `waitTimeout` seconds; at once when the container exits and its restart
 *   policy does not start it again, or has done so in vain. With the last words of the check and of the container.
 * @throws when `signal` aborts.
 */
export async function waitUntilHealthy(
  container: Container,
  { name, waitTimeout }: Pick<ContainerArgs, "name" | "waitTimeout">,
  { signal, log }: Pick<OperationContext, "signal" | "log">,
): Promise<void> {
  const begin = performance.now();
  let told = begin + QUIET_MS - TELL_MS;
  for (;;) {
    const { State, RestartCount } = await container.inspect({ abortSignal: signal });
    if (State.Health?.Status === "healthy") return;
    const seconds = (performance.now() - begin) / 1_000;
    if (hasExited(State) || RestartCount >= RESTARTS)
      throw new Unhealthy(`container ${name} ${exit(State, RestartCount)}\n${await lastWords(container, State)}`);
    if (seconds > waitTimeout)
      throw new Unhealthy(
        `container ${name} is not healthy after ${waitTimeout} s (${standing(State, RestartCount)})\n${await lastWords(container, State)}`,
      );
    if (performance.now() - told > TELL_MS) {
      told = performance.now();
      log(`waiting until it is healthy: ${Math.round(seconds)} of ${waitTimeout} s, ${standing(State, RestartCount)}`);
    }
    await sleep(POLL_MS, undefined, { signal });
  }
}

/** What waiting needs; without it a container would never be healthy. */
export function hasHealthcheck({ Config }: ContainerInspectInfo): boolean {
  const test = Config.Healthcheck?.Test ?? [];
  return test.length > 0 && test[0] !== "NONE";
}

function hasExited({ Status }: State): boolean {
  return Status === "exited" || Status === "dead";
}

function exit({ ExitCode, OOMKilled, Error: fault }: State, restarts: number): string {
  const memory = OOMKilled ? ", killed because its memory was used up" : "";
  const again = restarts > 0 ? `, started ${restarts + 1} times` : "";
  return `exited with code ${ExitCode} before it was healthy${memory}${again}${fault ? `: ${fault}` : ""}`;
}

function standing({ Status, Health }: State, restarts: number): string {
  const failing = Health?.FailingStreak ? `, ${Health.FailingStreak} failed checks` : "";
  const again = restarts > 0 ? `, restarted ${restarts} times` : "";
  return `state ${Status}, health ${Health?.Status ?? "unknown"}${failing}${again}`;
}

async function lastWords(container: Container, { Health }: State): Promise<string> {
  const check = Health?.Log?.at(-1);
  const checked = check ? [`last health check (exit code ${check.ExitCode}):`, ...lines(check.Output, 3)] : [];
  const log = await logsOf(container);
  const errors = log
    .split("\n")
    .filter((line) => /\b(ERROR|FATAL)\b|^(Caused by: )?[\w.$]+(Exception|Error)\b/.test(line));
  const faults = errors.length > 0 ? ["errors in its log:", ...lines(errors.join("\n"), SHOWN_LINES)] : [];
  return [...checked, ...faults, "last log lines:", ...lines(log, SHOWN_LINES)].join("\n");
}

function lines(text: string, count: number): string[] {
  const last = text.trimEnd().split("\n").slice(-count);
  return last.map((line) => `  ${line.trimEnd() || "(none)"}`);
}

/** The last lines of a container's log; never fails, as some log drivers cannot be read. */
async function logsOf(container: Container): Promise<string> {
  try {
    return plain(await container.logs({ stdout: true, stderr: true, tail: LOG_LINES }));
  } catch (error) {
    return `(cannot be read: ${reasonOf(error)})`;
  }
}

/** Each piece of a log has a header of eight bytes: its stream, and its length in the last four. */
function plain(log: Buffer): string {
  const pieces: Buffer[] = [];
  for (let at = 0; at + 8 <= log.length; at += 8 + log.readUInt32BE(at + 4))
    pieces.push(log.subarray(at + 8, at + 8 + log.readUInt32BE(at + 4)));
  return Buffer.concat(pieces).toString("utf8");
}
