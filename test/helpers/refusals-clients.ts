import { describeMetadata, withNode } from "../../scripts/kafka/gaps.ts";
import { as, type Identity } from "../../scripts/kafka/identity.ts";
import { leadTo, wayTo } from "../../scripts/kafka/ways.ts";
import type { Attacked, Row } from "./refusals.ts";
import { type Forger, makeForger } from "./refusals-certificates.ts";
import { relayTo } from "./relay.ts";

const TIMEOUT_MS = 10_000;

/** Who gets no connection at the listeners for clients, or none that is good for a request. */
export async function clientRows(attacked: Attacked): Promise<Row[]> {
  const forger = await makeForger(attacked);
  const rows = await Promise.all(attacked.clients.map((address) => rowsAt(address, attacked, forger)));
  return rows.flat();
}

/** Asks for the cluster's brokers: the least that a login is good for. */
export const ask = (address: string, who: Identity | undefined) => () =>
  as(who, () => withNode(address, TIMEOUT_MS, (node) => describeMetadata(node, [])));

async function rowsAt(address: string, attacked: Attacked, forger: Forger): Promise<Row[]> {
  const { admin, user, authority } = attacked;
  const trusting: Identity = { name: "nobody", authority: authority.certificate };
  const row = (what: string, refusedBy: string, who: Identity | undefined): Row => ({
    row: `${address}: ${what}`,
    refusedBy: [refusedBy],
    attempt: ask(address, who),
  });
  const control = (what: string, who: Identity): Row => ({ row: `${address}: ${what}`, attempt: ask(address, who) });
  const rows = [
    row("plaintext", "wants-tls", undefined),
    row("a client that trusts another authority", "untrusted", { ...user, authority: forger.other }),
    {
      row: `${address}: by a name that the certificate lacks`,
      refusedBy: ["wrong-host"],
      attempt: async () => ask(await underAnotherName(address), user)(),
    },
  ];
  if (attacked.profile === "tls") return [...rows, control("TLS without a name", user)];
  if (attacked.profile === "mtls")
    return [
      ...rows,
      row("no certificate", "certificate-wanted", trusting),
      row("a certificate of another authority", "certificate-refused", await forger.stranger(user.name)),
      row("an expired certificate", "certificate-refused", await forger.expired(user.name)),
      row("a password beside the certificate", "wrong-mechanism", { ...user, password: "something" }),
      control("the user's certificate", user),
      control("the admin's certificate", admin),
    ];
  return [
    ...rows,
    row("no credentials", "hung-up", trusting),
    row("a certificate of the cluster's own in place of a password", "hung-up", await forger.holder("kafka-node")),
    row("a wrong password", "wrong-password", { ...user, password: `${user.password}x` }),
    row("another user's password", "wrong-password", { ...admin, earlier: [], password: user.password }),
    row("an unknown user", "wrong-password", { ...user, name: "mallory" }),
    control("the user's password", user),
    control("the admin's password", admin),
  ];
}

/** The same, known to this process as another host. */
async function underAnotherName(address: string): Promise<string> {
  const at = new URL(`kafka://${address}`);
  const port = await relayTo(wayTo(at.hostname.replace(/^\[|\]$/g, ""), Number(at.port)));
  const name = `kafka.invalid:${port}`;
  leadTo(name, port);
  return name;
}
