import { issue, makeAuthority } from "../../infra/targets/security/make.ts";
import type { Authority } from "../../infra/targets/security/types.ts";
import type { Identity } from "../../scripts/kafka/identity.ts";
import type { Attacked } from "./refusals.ts";

const DAY_MS = 86_400_000;

export interface Forger {
  /** Who shows a certificate of this name, and trusts the cluster. */
  holder(name: string): Promise<Identity>;
  /** The same, of an authority that the cluster does not know. */
  stranger(name: string): Promise<Identity>;
  /** The same, of the right authority, but its time has been over since yesterday. */
  expired(name: string): Promise<Identity>;
  /** PEM of the authority that the cluster does not know. */
  readonly other: string;
}

/** Certificates for attempts, by the cluster's own authority among others. */
export async function makeForger({ authority, from }: Pick<Attacked, "authority" | "from">): Promise<Forger> {
  const other = await makeAuthority("another authority", 2, new Date());
  const signedBy = async (signer: Authority, name: string, now: Date): Promise<Identity> => {
    const pem = await issue({ name, commonName: name, kind: "node", hosts: [from] }, 1, signer, now);
    return { name, authority: authority.certificate, certificate: pem.certificate, key: pem.key };
  };
  return {
    holder: (name) => signedBy(authority, name, new Date()),
    stranger: (name) => signedBy(other, name, new Date()),
    expired: (name) => signedBy(authority, name, new Date(Date.now() - 2 * DAY_MS)),
    other: other.certificate,
  };
}
