import { comments, type Format, securityProtocol } from "./client.ts";

/**
 * For kcat (`-F`), which hands librdkafka's keys on. It reads lines of up to 511 bytes, too short for a certificate:
 * librdkafka's `ssl.ca.pem` cannot be used, so PEMs lie in files beside it.
 */
export const kcat: Format = (client, path = "") => {
  const { bootstrapServers, authority, login, ticket, certificate, notes } = client;
  const values: Record<string, string> = {
    "bootstrap.servers": bootstrapServers.join(","),
    "security.protocol": securityProtocol(client),
  };
  const beside: Record<string, string> = {};
  if (authority !== null) {
    values["ssl.ca.location"] = `${path}.ca.pem`;
    beside[".ca.pem"] = authority;
    // Before librdkafka 2.0 the name of a broker was not verified by default.
    values["ssl.endpoint.identification.algorithm"] = "https";
    if (certificate) {
      values["ssl.certificate.location"] = `${path}.client.pem`;
      values["ssl.key.location"] = `${path}.client.pem`;
      beside[".client.pem"] = certificate.key + certificate.chain;
    }
  }
  if (login) {
    values["sasl.mechanisms"] = "SCRAM-SHA-512";
    values["sasl.username"] = login.name;
    values["sasl.password"] = login.password;
  }
  if (ticket) {
    values["sasl.mechanisms"] = "GSSAPI";
    values["sasl.kerberos.service.name"] = ticket.serviceName;
    values["sasl.kerberos.principal"] = ticket.principal;
    // librdkafka would call kinit with a keytab of its own, again and again; the ticket is there already.
    values["sasl.kerberos.kinit.cmd"] = "true";
    values["sasl.kerberos.min.time.before.relogin"] = "0";
  }
  const lines = Object.entries(values).map(([key, value]) => `${key}=${value}\n`);
  return { text: comments([...notes, ...(login ? [OLD_LIBRARY] : [])]) + lines.join(""), beside };
};

/** confluentinc/librdkafka#4895: its final message repeated a part of the nonce, which Kafka 4 no longer lets pass. */
const OLD_LIBRARY = "Kafka 4 refuses SCRAM of librdkafka before 2.6.1 (kcat -V tells its version)";
