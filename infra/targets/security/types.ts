import type { CertificatesPlan } from "../../plan/types.ts";

/** A private key (PKCS#8) and the certificate chain that belongs to it, both PEM. */
export interface Pem {
  readonly certificate: string;
  readonly key: string;
}

/** A certificate that signs others. */
export interface Authority extends Pem {
  /** By the stack's author, and not made here. */
  readonly given: boolean;
}

export type Phase = CertificatesPlan["rotation"];

export interface WantedCertificate {
  readonly name: string;
  readonly commonName: string;
  /** A node is a server, and a client of other nodes; a client is nothing else. */
  readonly kind: "node" | "client";
  /** DNS names and IP addresses under which it is reached. */
  readonly hosts: readonly string[];
}

/** Inputs of the resource. */
export interface CertificatesInputs {
  /** Of the stack. */
  readonly name: string;
  /** Where `certificates.json` lies. */
  readonly directory: string;
  readonly rotation: Phase;
  readonly lifetimeDays: number;
  readonly renewBeforeDays: number;
  readonly authorityDays: number;
  /** Of an authority that is not made here. */
  readonly given?: Pem;
  readonly wanted: readonly WantedCertificate[];
}

/** What there is: kept in the state, and beside the data for the time without a state. */
export interface Issued {
  readonly phase: Phase;
  /** The oldest first: one while `phase` is stable, else the old and the new one. */
  readonly authorities: readonly Authority[];
  /** By name. */
  readonly pems: Readonly<Record<string, Pem>>;
}

export const DAY_MS = 86_400_000;
