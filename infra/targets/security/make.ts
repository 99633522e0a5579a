import "reflect-metadata";
import { createPrivateKey, KeyObject, randomBytes, webcrypto } from "node:crypto";
import { isIP } from "node:net";
import * as x509 from "@peculiar/x509";
import { type Authority, DAY_MS, type Pem, type WantedCertificate } from "./types.ts";

/** Clocks of two machines differ: what is made now was valid five minutes ago, so that one that is behind takes it too. */
export const SKEW_MS = 5 * 60_000;

const EC = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;

/** A self-signed authority of its own key, which signs certificates of nodes and clients and no further authority. */
export async function makeAuthority(commonName: string, days: number, now: Date): Promise<Authority> {
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: [{ CN: [commonName] }],
    keys,
    signingAlgorithm: EC,
    serialNumber: serial(),
    ...validity(now, days),
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { ...pemOf(certificate, keys.privateKey), given: false };
}

/** A certificate with a new key. It ends with its authority at the latest, for nobody would take it longer. */
export async function issue(
  wanted: WantedCertificate,
  lifetimeDays: number,
  authority: Authority,
  now: Date,
): Promise<Pem> {
  const keys = await newKeys();
  const signer = new x509.X509Certificate(authority.certificate);
  const { notBefore, notAfter } = validity(now, lifetimeDays);
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serial(),
    subject: [{ CN: [wanted.commonName] }],
    issuer: signer.subjectName,
    publicKey: keys.publicKey,
    ...(await signingWith(createPrivateKey(authority.key))),
    notBefore,
    notAfter: new Date(Math.min(notAfter.getTime(), signer.notAfter.getTime())),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension(usagesOf(wanted)),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await keyIdentifierOf(signer),
      ...alternativeNames(wanted.hosts),
    ],
  });
  return pemOf(certificate, keys.privateKey);
}

const newKeys = (): Promise<webcrypto.CryptoKeyPair> => webcrypto.subtle.generateKey(EC, true, ["sign", "verify"]);

/** 127 random bits with a first bit that keeps the number positive and of one length (RFC 5280, 4.1.2.2). */
function serial(): string {
  const bytes = randomBytes(16);
  bytes[0] = (bytes[0]! & 0x7f) | 0x40;
  return bytes.toString("hex");
}

/** In whole seconds, as a certificate has them. */
function validity(now: Date, days: number): { notBefore: Date; notAfter: Date } {
  const second = Math.floor(now.getTime() / 1000) * 1000;
  return { notBefore: new Date(second - SKEW_MS), notAfter: new Date(second + days * DAY_MS) };
}

function usagesOf({ kind }: WantedCertificate): x509.ExtendedKeyUsage[] {
  const { serverAuth, clientAuth } = x509.ExtendedKeyUsage;
  return kind === "node" ? [serverAuth, clientAuth] : [clientAuth];
}

function alternativeNames(hosts: readonly string[]): x509.Extension[] {
  const names = hosts.map((value) => ({ type: isIP(value) ? x509.IP : x509.DNS, value }));
  return names.length > 0 ? [new x509.SubjectAlternativeNameExtension(names)] : [];
}

/** The one that the authority names itself by, whichever way that was made: by it two of one name are told apart. */
async function keyIdentifierOf(signer: x509.X509Certificate): Promise<x509.AuthorityKeyIdentifierExtension> {
  const own = signer.getExtension(x509.SubjectKeyIdentifierExtension);
  return own
    ? new x509.AuthorityKeyIdentifierExtension(own.keyId)
    : await x509.AuthorityKeyIdentifierExtension.create(signer.publicKey);
}

/** WebCrypto's names of the curves and key types that an authority may have; see given.ts. */
async function signingWith(key: KeyObject) {
  const curve = key.asymmetricKeyDetails?.namedCurve;
  const algorithm = curve
    ? { name: "ECDSA", namedCurve: curve === "secp384r1" ? "P-384" : "P-256", hash: "SHA-256" }
    : { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
  const bytes = key.export({ type: "pkcs8", format: "der" });
  const signingKey = await webcrypto.subtle.importKey("pkcs8", bytes, algorithm, false, ["sign"]);
  return { signingKey, signingAlgorithm: algorithm };
}

function pemOf(certificate: x509.X509Certificate, key: webcrypto.CryptoKey): Pem {
  return {
    certificate: `${certificate.toString("pem").trim()}\n`,
    key: KeyObject.from(key).export({ type: "pkcs8", format: "pem" }) as string,
  };
}
