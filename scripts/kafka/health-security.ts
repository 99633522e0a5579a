import { X509Certificate } from "node:crypto";
import { connect } from "node:tls";
import type { ClusterOutputs, NodeOutputs } from "../../infra/outputs.ts";
import { currentIdentity, type Identity, tlsOptions } from "./identity.ts";
import type { CertificateState, SecurityState } from "./state.ts";
import { wayTo } from "./ways.ts";

/**
 * The certificates that nodes really present, on the listener for clients or the quorum's, and those that the ambient identity
 * trusts and logs in with. A node that cannot be reached, or speaks no TLS, is left out. Null without TLS.
 */
export async function readSecurity(outputs: ClusterOutputs, timeoutMs: number): Promise<SecurityState | null> {
  const identity = currentIdentity();
  if (identity?.authority === undefined) return null;
  const presented = await Promise.all(outputs.nodes.map((node) => presentedBy(node, identity, timeoutMs)));
  const own = pemsOf(identity.certificate ?? "").slice(0, 1); // The rest of the chain is authorities.
  return {
    nowMs: Date.now(),
    certificates: [
      ...presented.flatMap((certificate) => certificate ?? []),
      ...own.map((pem) => stateOf(identity.name, new X509Certificate(pem), false)),
      ...pemsOf(identity.authority).map((pem) => {
        const certificate = new X509Certificate(pem);
        return stateOf(`authority ${commonName(certificate)}`, certificate, true);
      }),
    ],
  };
}

/** Looked at before it is verified: one that has expired is to be told, and nothing is sent. */
function presentedBy(node: NodeOutputs, identity: Identity, timeoutMs: number): Promise<CertificateState | null> {
  const address = node.roles.includes("broker") ? node.address : (node.controllerAddress ?? node.address);
  const colon = address.lastIndexOf(":");
  const [host, port] = [address.slice(0, colon), Number(address.slice(colon + 1))];
  return new Promise((resolve) => {
    const socket = connect({ ...tlsOptions(identity, host), ...wayTo(host, port), rejectUnauthorized: false });
    const deadline = setTimeout(() => socket.destroy(), timeoutMs);
    let found: CertificateState | null = null;
    socket.on("secureConnect", () => {
      const certificate = socket.getPeerX509Certificate();
      if (certificate) found = stateOf(`node ${node.id}`, certificate, false);
      socket.destroy();
    });
    socket.on("error", () => {}); // `close` follows and decides.
    socket.on("close", () => {
      clearTimeout(deadline);
      resolve(found);
    });
  });
}

function stateOf(who: string, { validFromDate, validToDate }: X509Certificate, isAuthority: boolean): CertificateState {
  return { who, isAuthority, fromMs: validFromDate.getTime(), untilMs: validToDate.getTime() };
}

const pemsOf = (bundle: string): string[] =>
  bundle.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];

const commonName = ({ subject }: X509Certificate): string => /^CN=(.*)$/m.exec(subject)?.[1] ?? subject;
