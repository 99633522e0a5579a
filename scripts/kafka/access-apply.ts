import { UserError } from "../../infra/errors.ts";
import type { AccessOutputs } from "../../infra/outputs.ts";
import { type AccessAction, type AccessChange, type CredentialChange, only, toMake } from "../ops/access/change.ts";
import { kafkaErrors } from "../ops/connection-faults.ts";
import { few } from "../ops/words.ts";
import type { AccessCluster, AccessOptions } from "./access-plan.ts";
import { alterQuotas, createAcls, deleteAcls, deleteCredentials, upsertCredentials } from "./access-requests.ts";
import { saltPassword } from "./access-scram.ts";
import { insist, untilEverywhere } from "./access-settle.ts";
import { findBrokers } from "./access-state.ts";
import { type NodeConnection, withNode } from "./gaps.ts";
import { as, identityOf } from "./identity.ts";

type Say = (line: string) => void;

const REQUEST_TIMEOUT_MS = 30_000;
/** Far below the 10,000 records that KRaft takes at once (QuorumController.MAX_RECORDS_PER_USER_OP). */
const ITEMS_PER_REQUEST = 1_000;

/**
 * Makes the changes, and waits until every broker goes by them: brokers learn of them one after the other, and a user who
 * logs in at once must not be refused. Permissions come before the password that opens the door to them, and go after it.
 *
 * @throws UserError before any effect when a password is missing, or when the cluster refuses a change or does not show it
 * in time; what was done then stays, and to do it again does no harm.
 */
export async function applyAccessChanges(
  cluster: AccessCluster,
  changes: readonly AccessChange[],
  say: Say,
  options: AccessOptions = {},
): Promise<void> {
  const todo = toMake(changes);
  if (todo.length === 0) return;
  const { outputs, access } = cluster;
  refuseWithoutPassword(todo, access);
  const passwords = new Map(access.identities.map(({ name, password }) => [name, password ?? ""]));
  await as(identityOf(access, "admin"), async () => {
    for (const step of stepsOf(todo, passwords, identityOf(access, "admin")?.name)) {
      if (step.count === 0) continue;
      await insist(
        step.what,
        async () => {
          const { controller } = await findBrokers(outputs.bootstrapServers);
          await withNode(controller, REQUEST_TIMEOUT_MS, step.request);
        },
        options.signal,
      );
      say(`${step.done}: ${step.count}`);
    }
    await untilEverywhere(cluster, options);
  });
}

interface Step {
  readonly what: string;
  readonly done: string;
  readonly count: number;
  request(node: NodeConnection): Promise<void>;
}

/**
 * In the order in which they are safe: nobody has more than before or after at any time, and new users all they need. Who does
 * all this gets a new password last.
 */
function stepsOf(
  todo: readonly AccessChange[],
  passwords: ReadonlyMap<string, string>,
  admin: string | undefined,
): Step[] {
  const pick = <T extends AccessChange>(changes: readonly T[], ...actions: readonly AccessAction[]): T[] =>
    changes.filter(({ action }) => actions.includes(action));
  const [credentials, acls, quotas] = [only(todo, "credential"), only(todo, "acl"), only(todo, "quota")];
  const step = <T>(
    what: string,
    done: string,
    items: readonly T[],
    request: (node: NodeConnection, items: readonly T[]) => Promise<void>,
  ): Step => ({
    ...{ what, done, count: items.length },
    request: async (node) => {
      for (let start = 0; start < items.length; start += ITEMS_PER_REQUEST)
        await request(node, items.slice(start, start + ITEMS_PER_REQUEST));
    },
  });
  const removed = pick(acls, "remove").map(({ acl }) => acl);
  // Denials last: without them the rest would allow more for a moment.
  const byPermission = removed.toSorted((a, b) => (a.permission < b.permission ? -1 : 1));
  const granted = pick(acls, "add").map(({ acl }) => acl);
  const upsert = async (node: NodeConnection, items: readonly CredentialChange[]) => {
    const salted = items.map(async (item) => ({ ...item, ...(await saltPassword(passwords.get(item.user) ?? "")) }));
    await upsertCredentials(node, await Promise.all(salted));
  };
  const upserts = pick(credentials, "add", "change");
  const isAdmin = ({ user }: CredentialChange) => user === admin;
  return [
    step("grant permissions", "permissions granted", granted, createAcls),
    step("set quotas", "quotas set", pick(quotas, "add", "change"), alterQuotas),
    step(
      "set passwords",
      "passwords set",
      upserts.filter((one) => !isAdmin(one)),
      upsert,
    ),
    step("remove passwords", "passwords removed", pick(credentials, "remove"), removeCredentials),
    step("remove quotas", "quotas removed", pick(quotas, "remove"), alterQuotas),
    step("remove permissions", "permissions removed", byPermission, deleteAcls),
    step("replace our own password", "our own password replaced", upserts.filter(isAdmin), upsert),
  ];
}

/** A request of Kafka's takes a user once, whatever the mechanism. What is gone already is as it should be. */
async function removeCredentials(node: NodeConnection, items: readonly CredentialChange[]): Promise<void> {
  for (const mechanism of new Set(items.map((item) => item.mechanism)))
    await deleteCredentials(
      node,
      items.filter((item) => item.mechanism === mechanism),
    ).catch((error: unknown) => {
      const names = kafkaErrors(error);
      if (names.length === 0 || names.some((name) => name !== "RESOURCE_NOT_FOUND")) throw error;
    });
}

/** Nothing is begun that could not be ended. @throws UserError */
export function refuseWithoutPassword(changes: readonly AccessChange[], { identities }: AccessOutputs): void {
  const known = new Set(identities.flatMap(({ name, password }) => (password === undefined ? [] : [name])));
  const wanted = only(toMake(changes), "credential").filter(({ action }) => action !== "remove");
  const without = wanted.flatMap(({ user }) => (known.has(user) ? [] : [user]));
  if (without.length > 0)
    throw new UserError(
      `nothing was changed: ${few(without)} came into the stack file after the last up, which makes passwords`,
      "run: kafka-stacks up",
    );
}
