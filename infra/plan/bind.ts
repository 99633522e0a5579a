import { renderProperties } from "./java-properties.ts";
import type { ListenerName } from "./types.ts";

/**
 * Tokens stand in a plan for what only the target knows:
 *
 * - `{{address:EXTERNAL@1}}`: host:port at which others reach that listener of node 1
 * - `{{bind:EXTERNAL@1}}`: host:port on which the node itself listens
 * - `{{host:ZK_QUORUM@2001}}`, `{{port:ZK_QUORUM@2001}}`: the two halves of the address
 * - `{{dir:data}}`: directory of the node's own volume `data`; `{{dir:config}}`: where its files lie
 * - `{{secret:name}}`: a generated secret of the cluster
 * - `{{pem:node-1}}`: private key and certificates of that name; `{{pem:authority}}`: the certificates to trust
 * - `{{given:krb5.conf}}`: content of a file that a person gave; in base64 if it is binary
 */
export interface Bindings {
  address(listener: ListenerName, nodeId: number): { readonly host: string; readonly port: number };
  bind(listener: ListenerName, nodeId: number): { readonly host: string; readonly port: number };
  dir(name: string): string;
  secret(name: string): string;
  pem(name: string): string;
  given(name: string): string;
}

const TOKEN = /\{\{(address|bind|host|port|dir|secret|pem|given):([^}@]+)(?:@(\d+))?\}\}/g;

/** Replaces every token of `text`. Throws on a token that is not of the grammar above. */
export function bindText(text: string, bindings: Bindings): string {
  const bound = text.replace(TOKEN, (_, kind: string, name: string, id?: string) => {
    if (kind === "dir") return bindings.dir(name);
    if (kind === "secret") return bindings.secret(name);
    if (kind === "pem") return bindings.pem(name);
    if (kind === "given") return bindings.given(name);
    if (id === undefined) throw new Error(`token {{${kind}:${name}}} lacks @<node id>`);
    const listener = name as ListenerName;
    const { host, port } = (kind === "bind" ? bindings.bind : bindings.address)(listener, Number(id));
    return kind === "host" ? host : kind === "port" ? String(port) : `${host}:${port}`;
  });
  const left = /\{\{[^}]*\}\}/.exec(bound);
  if (left) throw new Error(`unknown token ${left[0]} in a plan`);
  return bound;
}

/**
 * Properties of a plan, bound: values are put in before they are escaped. @param first what comes before the tokens are
 * replaced.
 */
export function bindProperties(
  properties: Readonly<Record<string, string>>,
  bindings: Bindings,
  first = (text: string): string => text,
): string {
  const bound = Object.entries(properties).map(([key, value]) => [key, bindText(first(value), bindings)]);
  return renderProperties(Object.fromEntries(bound));
}
