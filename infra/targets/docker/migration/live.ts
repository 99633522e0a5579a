import type Docker from "dockerode";
import { withNode } from "../../../../scripts/kafka/gaps.ts";
import { as, type Identity } from "../../../../scripts/kafka/identity.ts";
import { ADMIN_NAME, adminSecret, earlierSecrets } from "../../../plan/identities.ts";
import type { LiveMigration } from "../../../plan/migration.ts";
import type { Kept } from "../../decisions/kept.ts";
import { type AskEach, liveMigration as askLive } from "../../migration/live.ts";
import { readKept as readCertificates } from "../../security/kept.ts";
import { zooKeeperShell } from "./shell.ts";

const TIMEOUT_MS = 10_000;

/**
 * How far a migration is, as brokers and ZooKeeper tell; a text when they do not.
 *
 * @param host where published ports are found.
 */
export function liveMigration(docker: Docker, cluster: Kept, host: string): Promise<LiveMigration | string> {
  return askLive(cluster, askEach(cluster, host), (controller) => zooKeeperShell(docker, cluster.name, controller));
}

function askEach(cluster: Kept, host: string): AskEach {
  const identity = identityOf(cluster);
  const prefix = identity ? "EXTERNAL_TLS@" : "EXTERNAL@";
  const brokers = Object.entries(cluster.ports).filter(([key]) => key.startsWith(prefix));
  return async (question) => {
    const askOne = ([key, port]: readonly [string, number]) => {
      const id = Number(key.slice(prefix.length));
      return withNode(`${host}:${port}`, TIMEOUT_MS, async (node) => [id, await question(node, id)] as const);
    };
    return new Map(await as(identity, () => Promise.all(brokers.map(askOne))));
  };
}

/** By what lies beside the state: clients may do all this as the super user only. Undefined: plaintext. */
function identityOf({ directory, security, secrets, rotation }: Kept): Identity | undefined {
  const made = security === "plaintext" || security === "open" ? undefined : readCertificates(directory);
  if (!made) return undefined;
  const authority = made.authorities.map(({ certificate }) => certificate).join("");
  if (security === "tls") return { name: "anonymous", authority };
  if (security === "mtls") return { name: "node", authority, ...made.pems["node-1"] };
  const secret = adminSecret(rotation);
  const earlier = earlierSecrets(ADMIN_NAME, secret, Object.keys(secrets)).map((one) => secrets[one]!);
  return { name: ADMIN_NAME, authority, password: secrets[secret], ...(earlier.length > 0 ? { earlier } : {}) };
}
