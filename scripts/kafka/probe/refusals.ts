/** What must not work whenever a cluster is secured, each really tried, all at once. */
import { rootCertificates } from "node:tls";
import { connectionFault, type FaultKind, kafkaErrors } from "../../ops/connection-faults.ts";
import { type Attempt, judgeRefusals } from "../../ops/smoke/refusals.ts";
import type { Verdict } from "../../ops/smoke/report.ts";
import { answeringAddresses } from "../../ops/smoke/verdicts.ts";
import { reason } from "../cluster.ts";
import { describeMetadata, type NodeConnection, withNode } from "../gaps.ts";
import { as, currentIdentity, type Identity } from "../identity.ts";
import { FORBIDDEN } from "./forbidden.ts";
import type { CheckScope } from "./scope.ts";

/** For one connection, and again for one answer. */
const ANSWER_LIMIT_MS = 8_000;

/** A way of connecting that must fail. */
interface BadWay {
  readonly what: string;
  readonly who: Identity | undefined;
  /** Name that the node must prove. */
  readonly host?: string;
  readonly wanted: readonly FaultKind[];
}

/** Nobody connects who does not keep to the rules, at any broker; and who does may only do what the smoke test does. */
export async function checkRefusals(scope: CheckScope): Promise<Verdict> {
  const identity = currentIdentity();
  const addresses = answeringAddresses(scope.probe.answers);
  scope.doing = "trying what must be refused";
  const attempts = await Promise.all([
    ...addresses.flatMap((address) => badWays(identity!).map((way) => connect(way, address))),
    ...(hasName(identity) ? [useForeignNames(addresses[0]!, `not-${scope.probe.run}`)] : []),
  ]);
  return judgeRefusals(attempts.flat());
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

async function connect({ what, who, host, wanted }: BadWay, address: string): Promise<Attempt> {
  const ask = (node: NodeConnection) => describeMetadata(node, []);
  const answer = await as(who, () => withNode(address, ANSWER_LIMIT_MS, ask, host)).then(
    () => null,
    (error: unknown) => connectionFault(error)?.kind ?? reason(error),
  );
  return { what: `${what} at ${address}`, wanted, answer };
}

async function useForeignNames(address: string, foreign: string): Promise<Attempt[]> {
  return withNode(await controllerOf(address), ANSWER_LIMIT_MS, (node) =>
    Promise.all(
      FORBIDDEN.map(async ({ what, wanted, ask }) => {
        const answer = await ask(node, foreign).then(
          () => null,
          (error: unknown) => kafkaErrors(error)[0] ?? reason(error),
        );
        return { what, wanted: [wanted], answer };
      }),
    ),
  );
}

/** With ZooKeeper only the controller says whether a topic may be created; in KRaft any broker does, and names any. */
async function controllerOf(address: string): Promise<string> {
  const { cluster } = await withNode(address, ANSWER_LIMIT_MS, (node) => describeMetadata(node, []));
  return cluster.brokers.find(({ id }) => id === cluster.controllerId)?.address ?? address;
}
