import { connectionFault } from "../ops/connection-faults.ts";
import type { Identity } from "./identity.ts";

/**
 * How the cluster's own names (kafka-admin, kafka-health, kafka-smoke) get new passwords while it serves
 * (`security.rotation`). Kafka has one password a user and mechanism, and who changes the admin's must log in as the admin.
 *
 * Invariant: whichever password the cluster goes by, the state has it. The state never forgets one of these
 * (`isOwnPassword`), so nothing below depends on whether the step before it came to its end:
 *
 * 1. `up` decides the new passwords and keeps them beside the old ones: `cluster.json`, then the state. Killed between the
 *    two: the next `up` goes by the state and makes others, which nobody knew yet.
 * 2. Nodes whose files have a new password restart, one after the other: on Docker and Kubernetes for HEALTH, whose password
 *    lies in the same node's files on both sides; in mode zookeeper, and where a container may have to format storage, for
 *    `scram-admin`. Kafka still goes by the old passwords: the roll's questions are asked with whichever is accepted. Killed
 *    here, or before 3: the cluster is as before to everybody who asks as below.
 * 3. `access apply`, part of `up`, finds by trying that the new passwords do not log in. It logs in with the old one, and sets
 *    everybody's but its own. Killed here: the next one finds fewer that do not log in.
 * 4. Last it sets its own, in one request, which Kafka makes true as a whole or not at all. Killed before the answer: the
 *    next one finds out which.
 * 5. Brokers learn of it one after the other. Until each goes by the new password, each is asked with the one it accepts.
 *
 * Another number before 3 has happened only makes the list longer. A lower number is refused: its passwords are old.
 */

/** The password that was accepted last. */
const accepted = new WeakMap<Identity, string>();
/** The same identity with each of its passwords; objects that live as long, because TLS contexts are kept by them. */
const variants = new WeakMap<Identity, readonly Identity[]>();

/** With which password to go where only one can be tried. */
export const acceptedPassword = (identity: Identity): string | undefined => accepted.get(identity) ?? identity.password;

/**
 * Does `work` as the identity with its password, or where that is refused with the ones that it had before; the one that was
 * accepted last comes first. `work` must do nothing before it has logged in.
 *
 * @throws what the last one met with when none is accepted.
 */
export async function byAnyPassword<T>(
  identity: Identity | undefined,
  work: (identity: Identity | undefined) => Promise<T>,
): Promise<T> {
  if (!identity?.earlier?.length) return work(identity);
  const first = acceptedPassword(identity);
  const order = variantsOf(identity).toSorted((a, b) => Number(b.password === first) - Number(a.password === first));
  for (const [index, variant] of order.entries()) {
    try {
      const result = await work(variant);
      accepted.set(identity, variant.password!);
      return result;
    } catch (error) {
      const refused = connectionFault(error)?.kind === "wrong-password";
      if (!refused || index === order.length - 1) throw error;
    }
  }
  throw new Error("an identity without a password");
}

function variantsOf(identity: Identity): readonly Identity[] {
  const known = variants.get(identity);
  if (known) return known;
  const { earlier = [], ...rest } = identity;
  const made = [identity.password, ...earlier].map((password) => ({ ...rest, password }));
  variants.set(identity, made);
  return made;
}
