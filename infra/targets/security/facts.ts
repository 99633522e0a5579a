import type { Phase, WantedCertificate } from "./types.ts";

/** An authority without its key. */
export interface AuthorityFacts {
  /** SHA-256 of the certificate: its identity. */
  readonly fingerprint: string;
  readonly notAfter: Date;
  readonly given: boolean;
}

export interface CertificateFacts {
  readonly commonName: string;
  readonly kind: WantedCertificate["kind"];
  /** Canonical; see read.ts. */
  readonly hosts: readonly string[];
  readonly notAfter: Date;
  /** Fingerprint of the authority that signed it; undefined: none of those that there are. */
  readonly signer: string | undefined;
}

/** What there is. */
export interface Facts {
  readonly phase: Phase;
  readonly authorities: readonly AuthorityFacts[];
  readonly certificates: Readonly<Record<string, CertificateFacts>>;
}

/** A certificate that is wanted, with canonical hosts; they are undefined in a preview that does not know them yet. */
export interface WantedFacts {
  readonly name: string;
  readonly commonName: string;
  readonly kind: WantedCertificate["kind"];
  readonly hosts: readonly string[] | undefined;
}

/** What is asked for. */
export interface Wish {
  readonly rotation: Phase;
  readonly lifetimeDays: number;
  readonly renewBeforeDays: number;
  readonly authorityDays: number;
  /** Fingerprint of the given authority. */
  readonly given: string | undefined;
  readonly givenNotAfter?: Date;
  readonly wanted: readonly WantedFacts[];
}
