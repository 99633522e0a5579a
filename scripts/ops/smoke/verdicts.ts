/** What the checks conclude from what they saw: pure, so that each way of failing is tested without a cluster. */
import { fail, pass, undecided, type Verdict } from "./report.ts";

/** What one broker answered when asked at the address that the stack's outputs give. */
export interface BrokerAnswer {
  readonly id: number;
  readonly address: string;
  /** Brokers that it lists as live, with the address each advertises; absent when it did not answer. */
  readonly advertised?: ReadonlyMap<number, string>;
  /** Why it did not answer, or why the address that it advertises did not. */
  readonly fault?: string;
  /** The fault is that no answer came in time, though it was asked twice. */
  readonly silent?: boolean;
}

const BUSY = "run health: it says whether the broker is up; where the machines are busy, run smoke again";

/** Every broker answers, counts itself among the living, and advertises an address of its own that answers too. */
export function judgeAddresses(answers: readonly BrokerAnswer[]): Verdict {
  const owners = new Map<string, number>();
  const faults: string[] = [];
  const open: string[] = [];
  for (const { id, address, advertised, fault, silent } of answers) {
    const own = advertised?.get(id);
    if (fault !== undefined) (silent ? open : faults).push(`broker ${id} at ${address}: ${fault}`);
    else if (own === undefined) faults.push(`broker ${id} answers at ${address} but is not registered and unfenced`);
    else if (owners.has(own)) faults.push(`brokers ${owners.get(own)} and ${id} both advertise ${own}`);
    else owners.set(own, id);
  }
  if (faults.length > 0)
    return fail([...faults, ...open].join("; "), "start the broker again, or correct what it advertises to clients");
  if (open.length > 0) return undecided(open.join("; "), BUSY);
  return pass(`${answers.length} of ${answers.length} brokers answer at ${[...owners.keys()].join(", ")}`);
}

/** Ids of the live brokers, as those that answer see them. */
export function livingIds(answers: readonly BrokerAnswer[]): number[] {
  return [...new Set(answers.flatMap(({ advertised }) => [...(advertised?.keys() ?? [])]))].toSorted((a, b) => a - b);
}

/** Addresses of the brokers that answered. */
export function answeringAddresses(answers: readonly BrokerAnswer[]): string[] {
  return answers.filter(({ fault }) => fault === undefined).map(({ address }) => address);
}

/**
 * Every planned broker leads a partition; `leaders` has one entry a partition, null where there is none. Metadata names
 * a dead broker as leader until the controller fences it, so one that did not answer does not count.
 */
export function judgeLeaders(answers: readonly BrokerAnswer[], leaders: readonly (number | null)[]): Verdict {
  const leading = new Set(leaders);
  const open = answers
    .filter(({ silent }) => silent)
    .map(({ id }) => `broker ${id} was not asked: it stayed silent before`);
  const faults = answers.flatMap(({ id, fault, silent }) => {
    if (silent) return [];
    if (fault !== undefined) return [`broker ${id} cannot lead: it does not answer`];
    return leading.has(id) ? [] : [`broker ${id} led no partition`];
  });
  const orphans = [...leaders.keys()].filter((partition) => leaders[partition] === null);
  if (orphans.length > 0) faults.push(`partitions ${orphans.join(", ")} had no leader`);
  if (faults.length > 0)
    return fail([...faults, ...open].join("; "), "run health: it says whether the broker is up and unfenced");
  if (open.length > 0) return undecided(open.join("; "), BUSY);
  return pass(`${answers.length} of ${answers.length} brokers lead partitions`);
}

/** Both members own something, nothing is owned twice, and nothing is left over. */
export function judgeSplit(members: readonly (readonly number[])[], partitions: number): Verdict {
  const shares = members.map((owned) => `[${owned.toSorted((a, b) => a - b).join(" ")}]`).join(" and ");
  const owned = members.flat();
  const fair = members.every((share) => share.length > 0);
  if (fair && owned.length === partitions && new Set(owned).size === partitions)
    return pass(`two members share ${partitions} partitions: ${shares}`);
  return fail(
    `two members of a group own ${shares} of ${partitions} partitions`,
    "look for the group's coordinator in the logs",
  );
}

/** A reader of committed records sees these and no others, in the order in which they were written. */
export function judgeTransactions(
  seen: readonly string[],
  committed: readonly string[],
  aborted: readonly string[],
): Verdict {
  const leaked = seen.filter((id) => aborted.includes(id)).length;
  const missing = committed.filter((id) => !seen.includes(id)).length;
  const hint = "look at __transaction_state: its replicas and min ISR, and its coordinator's log";
  if (leaked > 0)
    return fail(`${leaked} of ${aborted.length} aborted records were visible to a read-committed consumer`, hint);
  if (missing > 0) return fail(`${missing} of ${committed.length} committed records were not visible`, hint);
  if (seen.length !== committed.length || seen.some((id, i) => id !== committed[i]))
    return fail(`committed records came back changed: ${seen.length} seen for ${committed.length} written`, hint);
  return pass(`${committed.length} committed records seen, ${aborted.length} aborted ones not`);
}

/** What was read before a restart and after it is together everything, once. */
export function judgeResume(before: readonly string[], after: readonly string[], sent: readonly string[]): Verdict {
  const twice = after.filter((id) => before.includes(id)).length + (after.length - new Set(after).size);
  const read = new Set([...before, ...after]);
  const lost = sent.filter((id) => !read.has(id)).length;
  if (twice === 0 && lost === 0 && before.length > 0 && after.length > 0)
    return pass(`${before.length} records committed, the other ${after.length} read after the restart`);
  return fail(
    `after committing ${before.length} of ${sent.length} records and a restart: ${lost} never read, ${twice} read twice`,
    "look at __consumer_offsets: its replicas and min ISR, and the group coordinator's log",
  );
}
