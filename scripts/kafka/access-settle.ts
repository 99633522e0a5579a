import { Deadline, monotonic } from "../../base/time.ts";
import { UserError } from "../../infra/errors.ts";
import { toMake } from "../ops/access/change.ts";
import { desiredAccess } from "../ops/access/desired.ts";
import { diffAccess } from "../ops/access/diff.ts";
import { connectionFault, kafkaErrors } from "../ops/connection-faults.ts";
import { few } from "../ops/words.ts";
import type { AccessCluster, AccessOptions } from "./access-plan.ts";
import { findBrokers, loginWith, readAccess } from "./access-state.ts";
import { reason } from "./cluster.ts";

const DEADLINE_MS = 30_000;

/** Faults that pass by themselves: the controller moved, or was busy. */
const TRANSIENT = new Set(["NOT_CONTROLLER", "REQUEST_TIMED_OUT", "THROTTLING_QUOTA_EXCEEDED", "NETWORK_EXCEPTION"]);

/**
 * Does work that may be done twice, again and again while its faults are such as pass.
 *
 * @throws UserError on any other, or at the deadline.
 */
export async function insist(what: string, work: () => Promise<void>, signal?: AbortSignal): Promise<void> {
  const deadline = new Deadline(DEADLINE_MS);
  for (let pauseMs = 50; ; pauseMs = Math.min(pauseMs * 2, 1_000)) {
    signal?.throwIfAborted();
    const fault = await work().then(
      () => null,
      (error: unknown) => ({ error }),
    );
    if (fault === null) return;
    if (fault.error instanceof UserError) throw fault.error;
    if (!mayPass(fault.error) || deadline.isOver) {
      const { text, next } = refusal(fault.error);
      throw new UserError(`cannot ${what}: ${text}`, next);
    }
    await monotonic.sleep(pauseMs, signal);
  }
}

function mayPass(error: unknown): boolean {
  const names = kafkaErrors(error);
  if (names.length > 0) return names.every((name) => TRANSIENT.has(name));
  return connectionFault(error)?.next === undefined;
}

const AGAIN = "mend the cause and run the command again: what was done stays, the rest is done then";

/** What the broker says to each item, rather than that a response had errors. */
function refusal(error: unknown): { text: string; next: string } {
  const said = error instanceof AggregateError ? error.errors.map(wordsOf) : [reason(error)];
  const fault = connectionFault(error);
  if (kafkaErrors(error).includes("SECURITY_DISABLED"))
    return { text: few(said, "; "), next: "kafka-stacks up gives the brokers an authorizer; then run it again" };
  return { text: few([...new Set(said)], "; "), next: fault?.next ?? AGAIN };
}

function wordsOf(error: unknown): string {
  const said = error instanceof Error && "serverErrorMessage" in error ? error.serverErrorMessage : null;
  return typeof said === "string" && said !== "" ? said : reason(error);
}

/**
 * Waits until every broker shows what is declared, and lets users in by their passwords.
 *
 * @throws UserError at the deadline.
 */
export async function untilEverywhere(
  { plan, outputs, access, login = loginWith(access) }: AccessCluster,
  options: AccessOptions,
  deadlineMs = DEADLINE_MS,
): Promise<void> {
  const desired = desiredAccess(plan.security);
  const missing = async (address: string): Promise<string[]> => {
    const left = toMake(diffAccess(desired, await readAccess(address, desired, login), options));
    return left.length === 0 ? [] : [`${address} does not go by ${left.length} of the changes yet`];
  };
  const deadline = new Deadline(deadlineMs);
  for (let pauseMs = 20; ; pauseMs = Math.min(pauseMs * 2, 1_000)) {
    const { all } = await findBrokers(outputs.bootstrapServers);
    const asked = all.map((address) =>
      missing(address).catch((error: unknown) => [`${address} does not answer: ${reason(error)}`]),
    );
    const late = (await Promise.all(asked)).flat();
    if (late.length === 0) return;
    if (deadline.isOver)
      throw new UserError(
        `the changes were made, but after ${deadlineMs / 1000} s ${few(late, "; ")}`,
        "see kafka-stacks health, then run the command again",
      );
    await monotonic.sleep(pauseMs, options.signal);
  }
}
