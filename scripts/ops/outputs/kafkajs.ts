import type { Format } from "./client.ts";

/** For `new Kafka(JSON.parse(…))` of kafkajs. JSON has no comments, so notes are left out. */
export const kafkajs: Format = ({ bootstrapServers, authority, login, certificate }) => {
  const config = {
    brokers: bootstrapServers,
    ...(authority === null
      ? {}
      : { ssl: { ca: [authority], ...(certificate ? { cert: certificate.chain, key: certificate.key } : {}) } }),
    ...(login ? { sasl: { mechanism: "scram-sha-512", username: login.name, password: login.password } } : {}),
  };
  return { text: `${JSON.stringify(config, null, 2)}\n` };
};
