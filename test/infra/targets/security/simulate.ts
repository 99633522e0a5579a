import { type Decision, isKnown } from "../../../../infra/targets/security/decide.ts";
import type {
  AuthorityFacts,
  CertificateFacts,
  Facts,
  WantedFacts,
  Wish,
} from "../../../../infra/targets/security/facts.ts";
import type { Source } from "../../../../infra/targets/security/rotation.ts";
import { DAY_MS } from "../../../../infra/targets/security/types.ts";

export const wishFor = (wanted: readonly WantedFacts[], changes: Partial<Wish> = {}): Wish => ({
  rotation: "stable",
  lifetimeDays: 365,
  renewBeforeDays: 30,
  authorityDays: 3650,
  given: undefined,
  wanted,
  ...changes,
});

export const node = (name: string, ...hosts: string[]): WantedFacts => ({
  name,
  commonName: "kafka-node",
  kind: "node",
  hosts,
});

export const later = (now: Date, days: number): Date => new Date(now.getTime() + days * DAY_MS);

let made = 0;

/** What there is after a decision was carried out, without making any certificate. */
export function afterwards(decision: Decision, there: Facts | undefined, wish: Wish, now: Date): Facts {
  const come = (source: Source): AuthorityFacts => {
    if (isKnown(source)) return source;
    const given = source === "given";
    return {
      fingerprint: given ? wish.given! : `made-${++made}`,
      notAfter: given ? wish.givenNotAfter! : later(now, wish.authorityDays),
      given,
    };
  };
  const authorities = decision.authorities.map(come);
  const signer = authorities[decision.authorities.indexOf(decision.signer)]!;
  const certificates: Record<string, CertificateFacts> = {};
  for (const { name, action } of decision.steps) {
    if (action === "drop") continue;
    const { commonName, kind, hosts } = wish.wanted.find((one) => one.name === name)!;
    const end = Math.min(later(now, wish.lifetimeDays).getTime(), signer.notAfter.getTime());
    const fresh = { commonName, kind, hosts: hosts!, notAfter: new Date(end), signer: signer.fingerprint };
    certificates[name] = action === "keep" ? there!.certificates[name]! : fresh;
  }
  return { phase: wish.rotation, authorities, certificates };
}
