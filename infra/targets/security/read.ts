import { X509Certificate } from "node:crypto";
import { isIPv6 } from "node:net";
import { expiryOf } from "../../expiry.ts";
import type { AuthorityFacts, CertificateFacts } from "./facts.ts";
import type { Authority, Issued, WantedCertificate } from "./types.ts";

const SERVER_AUTH = "1.3.6.1.5.5.7.3.1";

/** What a decision needs to know of what there is, read from the certificates themselves. No private key is in it. */
export function factsOf({ phase, authorities, pems }: Issued) {
  return {
    phase,
    authorities: authorities.map(authorityFacts),
    certificates: Object.fromEntries(
      Object.entries(pems).map(([name, { certificate }]) => [name, certificateFacts(certificate, authorities)]),
    ),
  };
}

export function fingerprintOf(certificate: string): string {
  return new X509Certificate(certificate).fingerprint256;
}

function authorityFacts({ certificate, given }: Authority): AuthorityFacts {
  const { fingerprint256, validTo } = new X509Certificate(certificate);
  return { fingerprint: fingerprint256, notAfter: new Date(validTo), given };
}

function certificateFacts(chain: string, authorities: readonly Authority[]): CertificateFacts {
  const certificate = new X509Certificate(chain);
  const signer = authorities
    .map((authority) => new X509Certificate(authority.certificate))
    .find((authority) => certificate.checkIssued(authority) && certificate.verify(authority.publicKey));
  return {
    commonName: String(certificate.toLegacyObject().subject.CN),
    kind: certificate.keyUsage?.includes(SERVER_AUTH) ? "node" : "client",
    hosts: namesOf(certificate),
    notAfter: expiryOf(chain),
    signer: signer?.fingerprint256,
  };
}

/** In Node's text of them, where a name that could be misread stands in quotes; we issue none (see `canonicalHosts`). */
function namesOf({ subjectAltName = "" }: X509Certificate): string[] {
  return canonicalHosts(subjectAltName.split(", ").map((entry) => entry.replace(/^(DNS|IP Address):/, "")));
}

/** Hosts in one spelling and order, so that they can be compared. */
export function canonicalHosts(hosts: WantedCertificate["hosts"]): string[] {
  const canonical = hosts
    .filter((host) => host !== "")
    .map((host) => (isIPv6(host) ? new URL(`http://[${host}]`).hostname.slice(1, -1) : host.toLowerCase()));
  return [...new Set(canonical)].toSorted();
}
