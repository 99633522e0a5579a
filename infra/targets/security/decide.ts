import { isDeepStrictEqual } from "node:util";
import type { AuthorityFacts, CertificateFacts, Facts, WantedFacts, Wish } from "./facts.ts";
import { day, type NextTrust, nextTrust, type Source } from "./rotation.ts";
import { DAY_MS } from "./types.ts";

/** What becomes of one certificate. Only `keep` leaves it as it is, byte for byte. */
export interface Step {
  readonly name: string;
  readonly action: "keep" | "issue" | "renew" | "reissue" | "drop";
  /** In words; empty for `keep`. */
  readonly reason: string;
}

export interface Decision extends NextTrust {
  readonly steps: readonly Step[];
}

export type Decided = { readonly refused: string } | Decision;

/**
 * What to do with certificates and authorities, given what there is and the time. Pure. Deciding again about the result
 * at the same time keeps everything.
 */
export function decide(there: Facts | undefined, wish: Wish, now: Date): Decided {
  const trust = nextTrust(there, wish);
  if ("refused" in trust) return trust;
  const expired = expiredSigner(trust.signer, now);
  if (expired) return { refused: expired };
  const end = endOf(trust.signer, wish, now);
  const certificates = there?.certificates ?? {};
  const wanted = new Set(wish.wanted.map(({ name }) => name));
  const steps = wish.wanted.map((one) => stepFor(one, certificates[one.name], trust.signer, end, wish, now));
  const dropped = Object.keys(certificates)
    .filter((name) => !wanted.has(name))
    .map((name): Step => ({ name, action: "drop", reason: "nobody wants it any more" }));
  return { ...trust, warnings: [...trust.warnings, ...endWarnings(trust, wish, now)], steps: [...steps, ...dropped] };
}

function stepFor(
  wanted: WantedFacts,
  there: CertificateFacts | undefined,
  signer: Source,
  signerEnd: Date,
  wish: Wish,
  now: Date,
): Step {
  const { name } = wanted;
  if (!there) return { name, action: "issue", reason: "it is new" };
  const other = difference(wanted, there, signer);
  if (other) return { name, action: "reissue", reason: other };
  return isDue(there, signerEnd, wish, now)
    ? { name, action: "renew", reason: `it ends on ${day(there.notAfter)}` }
    : { name, action: "keep", reason: "" };
}

function difference(wanted: WantedFacts, there: CertificateFacts, signer: Source): string | undefined {
  if (typeof signer === "string" || there.signer !== signer.fingerprint) return "another authority signs";
  if (wanted.commonName !== there.commonName) return `it is for ${wanted.commonName}, and was for ${there.commonName}`;
  if (wanted.kind !== there.kind) return `it is for a ${wanted.kind}, and was for a ${there.kind}`;
  if (wanted.hosts === undefined) return "its hosts are not known yet";
  return isDeepStrictEqual(wanted.hosts, there.hosts)
    ? undefined
    : `its hosts are ${list(wanted.hosts)}, and were ${list(there.hosts)}`;
}

/** Near its end, unless a new one would end no later: the authority's own end is another's matter. */
function isDue({ notAfter }: CertificateFacts, signerEnd: Date, wish: Wish, now: Date): boolean {
  const fresh = Math.min(now.getTime() + wish.lifetimeDays * DAY_MS, signerEnd.getTime());
  return notAfter.getTime() - now.getTime() < wish.renewBeforeDays * DAY_MS && fresh - notAfter.getTime() > SECOND_MS;
}

/** Certificates know no smaller unit. */
const SECOND_MS = 1_000;

function expiredSigner(signer: Source, now: Date): string | undefined {
  if (typeof signer === "string" || signer.notAfter > now) return undefined;
  return `the authority ended on ${day(signer.notAfter)}, so nobody trusts what it signs; ${signer.given ? "give another" : "a new one is made"} after down, by the next up`;
}

function endOf(source: Source, wish: Wish, now: Date): Date {
  if (source === "made") return new Date(now.getTime() + wish.authorityDays * DAY_MS);
  return source === "given" ? (wish.givenNotAfter ?? now) : source.notAfter;
}

/** From when on certificates get less than their lifetime, because their authority ends first. */
function endWarnings({ signer, authorities }: NextTrust, wish: Wish, now: Date): string[] {
  const end = endOf(signer, wish, now);
  const rotating = authorities.length > 1;
  if (rotating || end.getTime() - now.getTime() >= wish.lifetimeDays * DAY_MS) return [];
  return [
    `the authority of the certificates ends on ${day(end)}, and with it all that it signed; replace it before: "Replace the authority" in docs/security.md`,
  ];
}

const list = (hosts: readonly string[]): string => (hosts.length > 0 ? hosts.join(", ") : "none");

export const isKnown = (source: Source): source is AuthorityFacts => typeof source !== "string";
