/** What must not work whenever a cluster is secured, each really tried, all at once. */
import { rootCertificates } from "node:tls";
import { connectionFault, type FaultKind, isSilence, kafkaErrors } from "../../ops/connection-faults.ts";
import { type Attempt, isRefused, judgeRefusals, type Outcome } from "../../ops/smoke/refusals.ts";
import type { Verdict } from "../../ops/smoke/report.ts";
import { answeringAddresses } from "../../ops/smoke/verdicts.ts";
import { reason } from "../cluster.ts";
import { describeMetadata, type NodeConnection, withNode } from "../gaps.ts";
import { as, currentIdentity, type Identity } from "../identity.ts";
import { FORBIDDEN, type Forbidden } from "./forbidden.ts";
import type { CheckScope } from "./scope.ts";

/** For one connection, and again for one answer. Two tries fit into the time of a check. */
const ANSWER_LIMIT_MS = 8_000;

/** A way of connecting that must fail. */
interface BadWay {
  readonly what: string;
  readonly who: Identity | undefined;
  /** Name that the node must prove. */
  readonly host?: string;
  readonly wanted: readonly FaultKind[];
}

/** Something forbidden that can be tried any number of times, each time on a connection of its own. */
interface Trial {
  readonly what: string;
  readonly wanted: readonly string[];
  attempt(): Promise<Outcome>;
}

/**
 * Only clients that keep to the rules connect, at any broker; and those may only do what the smoke test does. What was neither
 * refused for the right reason nor done is tried once more: a busy broker may have been late, and one late answer ends its
 * whole connection.
 */
export async function checkRefusals(scope: CheckScope, limitMs = ANSWER_LIMIT_MS): Promise<Verdict> {
  const identity = currentIdentity();
  const addresses = answeringAddresses(scope.probe.answers);
  scope.doing = "trying what must be refused";
  const foreign = `not-${scope.probe.run}`;
  const tried = await Promise.all([
    ...addresses.flatMap((address) => badWays(identity!).map((way) => once(connecting(way, address, limitMs)))),
    ...(hasName(identity) ? [useForeignNames(addresses[0]!, foreign, limitMs)] : []),
  ]);
  scope.signal.throwIfAborted();
  scope.doing = "trying again what was not refused at once";
  return judgeRefusals(await Promise.all(tried.flat().map(again)));
}

interface Tried {
  readonly trial: Trial;
  readonly first: Attempt;
}

async function once(trial: Trial): Promise<readonly Tried[]> {
  return [{ trial, first: await tryOut(trial) }];
}

async function tryOut({ what, wanted, attempt }: Trial): Promise<Attempt> {
  return { what, wanted, outcome: await attempt() };
}

/** What was done once is final: that it is refused later closes no door. */
async function again({ trial, first }: Tried): Promise<Attempt> {
  return first.outcome.kind === "done" || isRefused(first) ? first : tryOut(trial);
}

const hasName = (identity: Identity | undefined): boolean =>
  identity?.password !== undefined || identity?.certificate !== undefined;

function badWays(identity: Identity): BadWay[] {
  const { name, authority, password } = identity;
  // Of the authorities that come with Node, one that is not the cluster's.
  const stranger = rootCertificates.find((certificate) => !authority?.includes(certificate));
  return [
    { what: "plaintext", who: undefined, wanted: ["wants-tls", "hung-up"] },
    {
      what: "a client that trusts another authority",
      who: { ...identity, authority: stranger },
      wanted: ["untrusted"],
    },
    { what: "a broker by a wrong name", who: identity, host: "wrong-name.invalid", wanted: ["wrong-host"] },
    ...(hasName(identity)
      ? [{ what: "no login", who: { name, authority }, wanted: ["hung-up", "certificate-wanted"] } as const]
      : []),
    ...(password === undefined
      ? []
      : [
          {
            what: "a wrong password",
            who: { ...identity, earlier: [], password: `not ${password}` },
            wanted: ["wrong-password"],
          } as const,
        ]),
  ];
}

function connecting({ what, who, host, wanted }: BadWay, address: string, limitMs: number): Trial {
  const ask = (node: NodeConnection) => describeMetadata(node, []);
  return {
    what: `${what} at ${address}`,
    wanted,
    attempt: () =>
      as(who, () => withNode(address, limitMs, ask, host)).then(
        () => DONE,
        (error: unknown) =>
          isSilence(error) ? silent(error) : { kind: "refused", by: connectionFault(error)?.kind ?? reason(error) },
      ),
  };
}

/** All of them on one connection first: they are many, and answered at once where all is well. */
async function useForeignNames(address: string, foreign: string, limitMs: number): Promise<readonly Tried[]> {
  const ask = async <T>(work: (node: NodeConnection) => Promise<T>) =>
    withNode(await controllerOf(address, limitMs), limitMs, work);
  const together = await ask((node) =>
    Promise.all(FORBIDDEN.map((forbidden) => answerOf(node, forbidden, foreign))),
  ).catch((error: unknown) => FORBIDDEN.map(() => silent(error)));
  return FORBIDDEN.map((forbidden, i): Tried => {
    const { what, wanted } = forbidden;
    const attempt = () => ask((node) => answerOf(node, forbidden, foreign)).catch(silent);
    const trial = { what, wanted: [wanted], attempt };
    return { trial, first: { what, wanted: [wanted], outcome: together[i]! } };
  });
}

/** Kafka refuses with a word of its own. An error without one is the connection's: nothing was answered. */
function answerOf(node: NodeConnection, { passedOn, ask }: Forbidden, foreign: string): Promise<Outcome> {
  return ask(node, foreign).then(
    () => DONE,
    (error: unknown) => {
      const [by] = kafkaErrors(error);
      const isLate = by === "REQUEST_TIMED_OUT" && passedOn === true;
      return by === undefined || isLate ? silent(error) : { kind: "refused", by };
    },
  );
}

const DONE: Outcome = { kind: "done" };
const silent = (error: unknown): Outcome => ({ kind: "silent", why: reason(error) });

/** With ZooKeeper only the controller says whether a topic may be created; in KRaft any broker does, and names any. */
async function controllerOf(address: string, limitMs: number): Promise<string> {
  const { cluster } = await withNode(address, limitMs, (node) => describeMetadata(node, []));
  return cluster.brokers.find(({ id }) => id === cluster.controllerId)?.address ?? address;
}
