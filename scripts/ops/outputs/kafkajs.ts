import type { Format } from "./client.ts";

/**
 * What of a producer is safe. With `idempotent: true` and several sends under way kafkajs gives two records one sequence
 * number when a broker or controller goes down, and acknowledges the second at the offset of the first: 3 of 8 runs lost an
 * acknowledged record, 4 of 4 where a broker was killed, with `maxInFlightRequests: 1` too. Without it none did, nor with one
 * send at a time; a retry may leave a record twice.
 */
const PRODUCER = { idempotent: false } as const;

const USAGE = [
  "kafkajs: const { producer, ...client } = JSON.parse(text); new Kafka(client).producer(producer)",
  "keep its idempotent off and acks at -1, its default: with idempotent on and several sends under way kafkajs acknowledges records that are not in the log; who needs it on awaits each send before the next",
];

/** JSON has no comments, so notes are told next to it. */
export const kafkajs: Format = ({ bootstrapServers, authority, login, certificate, notes }) => {
  const config = {
    brokers: bootstrapServers,
    ...(authority === null
      ? {}
      : { ssl: { ca: [authority], ...(certificate ? { cert: certificate.chain, key: certificate.key } : {}) } }),
    ...(login ? { sasl: { mechanism: "scram-sha-512", username: login.name, password: login.password } } : {}),
    producer: PRODUCER,
  };
  return { text: `${JSON.stringify(config, null, 2)}\n`, notes: [...USAGE, ...notes] };
};
