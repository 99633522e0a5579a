import { Kafka, type KafkaConfig, logLevel, type SASLOptions } from "kafkajs";
import { acceptedPassword } from "./earlier-passwords.ts";
import { credentials, currentIdentity, type Identity } from "./identity.ts";
import { socketFactory } from "./ways.ts";

/**
 * A kafkajs client with this project's habits: silent (callers report errors themselves) and quick to give up,
 * because every command retries with a deadline of its own. It is the ambient identity's for as long as it lives.
 */
export function createClient(
  brokers: readonly string[],
  clientId: string,
  overrides: Partial<KafkaConfig> = {},
): Kafka {
  const identity = currentIdentity();
  const login = credentials(identity);
  return new Kafka({
    brokers: [...brokers],
    clientId,
    logLevel: logLevel.NOTHING,
    connectionTimeout: 3_000,
    requestTimeout: 30_000,
    retry: { retries: 5, initialRetryTime: 100, maxRetryTime: 1_000 },
    // TLS is the socket factory's, see there.
    socketFactory: socketFactory(identity),
    ...(identity && login ? { sasl: saslOf(identity, login.username) } : {}),
    ...overrides,
  });
}

/** Asked anew for each connection. */
const saslOf = (identity: Identity, username: string): SASLOptions => ({
  mechanism: "scram-sha-512",
  username,
  get password() {
    return acceptedPassword(identity) ?? "";
  },
});
