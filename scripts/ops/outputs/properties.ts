import { renderProperties } from "../../../infra/plan/java-properties.ts";
import { comments, type Format, securityProtocol } from "./client.ts";

/** For Kafka's own tools (`--command-config`, `--consumer.config` …) and Java clients; PEM inside (KIP-651). */
export const properties: Format = (client) => {
  const { bootstrapServers, authority, login, ticket, certificate, notes } = client;
  const values: Record<string, string> = {
    "bootstrap.servers": bootstrapServers.join(","),
    "security.protocol": securityProtocol(client),
  };
  if (authority !== null) {
    values["ssl.truststore.type"] = "PEM";
    values["ssl.truststore.certificates"] = authority;
  }
  if (certificate) {
    values["ssl.keystore.type"] = "PEM";
    values["ssl.keystore.certificate.chain"] = certificate.chain;
    values["ssl.keystore.key"] = certificate.key;
  }
  if (login) {
    values["sasl.mechanism"] = "SCRAM-SHA-512";
    values["sasl.jaas.config"] = jaas(login.name, login.password);
  }
  if (ticket) {
    values["sasl.mechanism"] = "GSSAPI";
    values["sasl.kerberos.service.name"] = ticket.serviceName;
    values["sasl.jaas.config"] = ticketJaas(ticket.principal);
  }
  return { text: comments(notes) + renderProperties(values) };
};

function jaas(name: string, password: string): string {
  const quoted = (text: string) => `"${text.replace(/["\\]/g, "\\$&")}"`;
  const module = "org.apache.kafka.common.security.scram.ScramLoginModule";
  return `${module} required username=${quoted(name)} password=${quoted(password)};`;
}

/** `doNotPrompt`: without a ticket it fails at once, rather than ask for a password. */
const ticketJaas = (principal: string): string =>
  `com.sun.security.auth.module.Krb5LoginModule required useTicketCache=true doNotPrompt=true principal="${principal}";`;
