import type { AccessOutputs } from "../../infra/outputs.ts";
import type { DesiredAccess } from "../ops/access/desired.ts";
import { type AccessState, credentialKey } from "../ops/access/state.ts";
import { connectionFault } from "../ops/connection-faults.ts";
import { describeAcls, describeCredentials, describeQuotas } from "./access-requests.ts";
import { withAnyBroker } from "./cluster.ts";
import { describeMetadata, withNode } from "./gaps.ts";
import { as, type Identity } from "./identity.ts";

const TIMEOUT_MS = 10_000;
const LOGINS_AT_ONCE = 8;

/** Whether this deployment's password of a user logs in at a broker; null: there is none. @throws when it cannot be told. */
export type Login = (address: string, user: string) => Promise<boolean | null>;

/** Kafka tells nobody what a password is, not even a hash of it. So it is tried, which changes nothing. */
export function loginWith({ authority, identities }: AccessOutputs): Login {
  const known = new Map(
    identities.flatMap(({ name, password }): [string, Identity][] =>
      password === undefined || authority === null ? [] : [[name, { name, authority, password }]],
    ),
  );
  return async (address, user) => {
    const identity = known.get(user);
    if (!identity) return null;
    try {
      await as(identity, () => withNode(address, TIMEOUT_MS, async () => {}));
      return true;
    } catch (error) {
      if (connectionFault(error)?.kind === "wrong-password") return false;
      throw error;
    }
  };
}

/** What this broker knows of users. Only the declared ones' passwords are tried. @throws when it does not answer. */
export async function readAccess(address: string, desired: DesiredAccess, login: Login): Promise<AccessState> {
  const { credentials, ...rest } = await withNode(address, TIMEOUT_MS, async (node) => ({
    credentials: await describeCredentials(node),
    acls: await describeAcls(node),
    quotas: await describeQuotas(node),
  }));
  const tried = new Set(desired.credentials.map(credentialKey));
  const current = await inGroups(credentials, LOGINS_AT_ONCE, (credential) =>
    tried.has(credentialKey(credential)) ? login(address, credential.user) : Promise.resolve(null),
  );
  return { ...rest, credentials: credentials.map((credential, i) => ({ ...credential, current: current[i] ?? null })) };
}

async function inGroups<T, R>(items: readonly T[], size: number, work: (item: T) => Promise<R>): Promise<R[]> {
  const done: R[] = [];
  for (let start = 0; start < items.length; start += size)
    done.push(...(await Promise.all(items.slice(start, start + size).map(work))));
  return done;
}

/**
 * Who to ask. In ZooKeeper mode only the controller takes changes of passwords; in KRaft any broker does, and one of them is
 * told as the controller.
 */
export async function findBrokers(
  bootstrapServers: readonly string[],
): Promise<{ readonly controller: string; readonly all: readonly string[] }> {
  const { cluster } = await withAnyBroker(bootstrapServers, TIMEOUT_MS, (node) => describeMetadata(node, []));
  const all = cluster.brokers.map(({ address }) => address);
  const controller = cluster.brokers.find(({ id }) => id === cluster.controllerId)?.address ?? all[0];
  if (controller === undefined) throw new Error("the cluster tells of no broker");
  return { controller, all };
}
