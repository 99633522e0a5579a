/** What a client configuration is made of. */
export interface Client {
  readonly bootstrapServers: readonly string[];
  /** Lines for a person, without the sign that begins a comment. */
  readonly notes: readonly string[];
  /** Certificates to trust, PEM; null: plaintext. */
  readonly authority: string | null;
  /** By SCRAM-SHA-512. */
  readonly login?: { readonly name: string; readonly password: string };
  /** By a ticket of Kerberos, which the client's own machine has. */
  readonly ticket?: Ticket;
  readonly certificate?: { readonly chain: string; readonly key: string };
}

export interface Ticket {
  /** `name@REALM`. */
  readonly principal: string;
  /** First part of the brokers' principal. */
  readonly serviceName: string;
}

/** A configuration, and the files that must lie beside it because its format cannot hold them. */
export interface Rendered {
  readonly text: string;
  /** By the ending that is added to the configuration's own path. */
  readonly beside?: Readonly<Record<string, string>>;
  /** For a person, where the format has no comments. */
  readonly notes?: readonly string[];
}

/** @param path where the configuration will lie, absolute; undefined: nowhere, which only does if nothing lies beside it. */
export type Format = (client: Client, path: string | undefined) => Rendered;

/** Who logs in, and with what. */
export interface Login {
  readonly name: string;
  readonly password?: string | undefined;
  readonly certificate?: string | undefined;
  readonly key?: string | undefined;
}

/** @param user absent where nobody has a name. */
export function clientOf(bootstrapServers: readonly string[], authority: string | null, user?: Login): Client {
  const { name = "", password, certificate, key } = user ?? {};
  return {
    bootstrapServers,
    notes: [],
    authority,
    ...(password === undefined ? {} : { login: { name, password } }),
    ...(certificate === undefined || key === undefined ? {} : { certificate: { chain: certificate, key } }),
  };
}

/** The same client without a password: who has a ticket of that name in the realm. */
export function withTicket({ login, notes, ...client }: Client, ticket: Ticket): Client {
  const kinit = `needs a ticket: kinit ${ticket.principal}`;
  return { ...client, notes: [...notes, kinit], ticket };
}

/** Kafka's name of how such a client connects. */
export function securityProtocol({ authority, login, ticket }: Client): "PLAINTEXT" | "SSL" | "SASL_SSL" {
  if (authority === null) return "PLAINTEXT";
  return login || ticket ? "SASL_SSL" : "SSL";
}

/** `# …` for each note, as all formats but JSON write it. */
export const comments = (notes: readonly string[]): string => notes.map((note) => `# ${note}\n`).join("");
