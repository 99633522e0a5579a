import type { Identity } from "../../../scripts/kafka/identity.ts";
import { ADMIN_NAME, adminCertificate, adminSecret, earlierSecrets } from "../../plan/identities.ts";
import type { Kept } from "../decisions/kept.ts";
import { readKept } from "./kept.ts";

/**
 * As whom a secured cluster is asked everything, by what lies beside its decisions: the only place where a provider has it
 * before certificates and users are looked at. Undefined where nothing was kept.
 *
 * @param directory where `certificates.json` lies.
 */
export function keptAdmin(directory: string, { rotation, secrets }: Pick<Kept, "rotation" | "secrets">) {
  const issued = readKept(directory);
  if (!issued) return undefined;
  const authority = issued.authorities.map(({ certificate }) => certificate).join("");
  const secret = adminSecret(rotation);
  const password = secrets[secret];
  if (password === undefined) {
    const pem = issued.pems[adminCertificate(rotation)];
    // With profile tls nobody has a name.
    return { name: pem ? ADMIN_NAME : "anonymous", authority, ...pem } satisfies Identity;
  }
  const earlier = earlierSecrets(ADMIN_NAME, secret, Object.keys(secrets)).map((one) => secrets[one]!);
  return { name: ADMIN_NAME, authority, password, ...(earlier.length > 0 ? { earlier } : {}) } satisfies Identity;
}
