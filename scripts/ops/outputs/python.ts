import { type Client, comments, type Format, securityProtocol } from "./client.ts";

/**
 * A module for kafka-python: `KafkaProducer(**config)`. Its options take PEM by file name only, so the module makes the TLS
 * context itself; Python's ssl reads a client's certificate from files only, so that lies in one for as long.
 */
export const python: Format = (client) => {
  const { bootstrapServers, authority, login, ticket, notes } = client;
  const options = [
    `    "bootstrap_servers": [${bootstrapServers.map(literal).join(", ")}],`,
    `    "security_protocol": ${literal(securityProtocol(client))},`,
    ...(authority === null ? [] : ['    "ssl_context": _context,']),
    ...(login
      ? [
          '    "sasl_mechanism": "SCRAM-SHA-512",',
          `    "sasl_plain_username": ${literal(login.name)},`,
          `    "sasl_plain_password": ${literal(login.password)},`,
        ]
      : []),
    ...(ticket
      ? ['    "sasl_mechanism": "GSSAPI",', `    "sasl_kerberos_service_name": ${literal(ticket.serviceName)},`]
      : []),
  ];
  const usage = "kafka-python: from this_file import config; KafkaProducer(**config)";
  const lines = [...context(client), "config = {", ...options, "}", ""];
  return { text: comments([usage, ...notes]) + lines.join("\n") };
};

function context({ authority, certificate }: Client): string[] {
  if (authority === null) return [];
  const trust = ["import ssl", "", `_context = ssl.create_default_context(cadata=${text(authority)})`];
  if (!certificate) return [...trust, ""];
  return [
    "import tempfile",
    ...trust,
    'with tempfile.NamedTemporaryFile("w") as _file:',
    `    _file.write(${text(certificate.key + certificate.chain)})`,
    "    _file.flush()",
    "    _context.load_cert_chain(_file.name)",
    "",
  ];
}

/** JSON's strings are Python's too. */
const literal = (value: string): string => JSON.stringify(value);

/** PEM over several lines; nothing in it needs an escape. */
const text = (pem: string): string => `"""${pem}"""`;
