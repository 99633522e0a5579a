import { X509Certificate } from "node:crypto";

/** The certificates of a PEM text, in its order. @throws when one cannot be read. */
export function certificatesOf(pem: string): X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return blocks.map((block) => new X509Certificate(block));
}

/**
 * When the first certificate of a chain or bundle ends: from then on it is refused.
 *
 * @throws when the text holds no certificate.
 */
export function expiryOf(pem: string): Date {
  const ends = certificatesOf(pem).map(({ validTo }) => Date.parse(validTo));
  if (ends.length === 0) throw new Error("a PEM text without a certificate was read");
  return new Date(Math.min(...ends));
}
