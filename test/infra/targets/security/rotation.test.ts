import assert from "node:assert/strict";
import { test } from "node:test";
import type { AuthorityFacts, Facts, Wish } from "../../../../infra/targets/security/facts.ts";
import { nextTrust, type Source } from "../../../../infra/targets/security/rotation.ts";
import type { Phase } from "../../../../infra/targets/security/types.ts";
import { wishFor } from "./simulate.ts";

/** Authorities by letter: small ones were made, capital ones given. */
const authority = (letter: string): AuthorityFacts => ({
  fingerprint: letter,
  notAfter: new Date("2036-01-01"),
  given: letter !== letter.toLowerCase(),
});
const nameOf = (source: Source): string => (typeof source === "string" ? source : source.fingerprint);

function ask(phase: Phase | undefined, letters: string, rotation: Phase, given: string | undefined): string {
  const authorities = [...letters].map(authority);
  const there: Facts | undefined = phase && { phase, authorities, certificates: {} };
  const wish: Wish = { ...wishFor([]), rotation, given };
  const verdict = nextTrust(there, wish);
  if ("refused" in verdict) return verdict.refused.replace(/^security\.certificates\./, "");
  const called = verdict.warnings.length > 0 ? ", with a warning" : "";
  return `trust ${verdict.authorities.map(nameOf).join("+")}, signed by ${nameOf(verdict.signer)}${called}`;
}

/** What there is, what is asked for, what becomes of it. */
const cases: readonly (readonly [Phase | undefined, string, Phase, string | undefined, string | RegExp])[] = [
  [undefined, "", "stable", undefined, "trust made, signed by made"],
  [undefined, "", "stable", "A", "trust given, signed by given"],
  [
    undefined,
    "",
    "trustBoth",
    undefined,
    /^rotation: there is no authority yet that trustBoth could replace; set stable/,
  ],
  [undefined, "", "reissue", "A", /^rotation: there is no authority yet/],

  ["stable", "a", "stable", undefined, "trust a, signed by a"],
  ["stable", "a", "trustBoth", undefined, "trust a+made, signed by a"],
  [
    "stable",
    "a",
    "reissue",
    undefined,
    /^rotation: reissue follows trustBoth only: nodes that do not trust .* set trustBoth/,
  ],
  ["trustBoth", "ab", "trustBoth", undefined, "trust a+b, signed by a"],
  ["trustBoth", "ab", "reissue", undefined, "trust a+b, signed by b"],
  ["trustBoth", "ab", "stable", undefined, "trust a, signed by a, with a warning"],
  ["reissue", "ab", "reissue", undefined, "trust a+b, signed by b"],
  ["reissue", "ab", "stable", undefined, "trust b, signed by b"],
  ["reissue", "ab", "trustBoth", undefined, "trust a+b, signed by a"],

  ["stable", "A", "stable", "A", "trust A, signed by A"],
  ["stable", "A", "stable", "B", /^authority: another authority than the one that signed .* set rotation to trustBoth/],
  ["stable", "A", "stable", undefined, /^authority: another authority/],
  ["stable", "a", "stable", "B", /^authority: another authority/],
  ["stable", "a", "trustBoth", "B", "trust a+given, signed by a"],
  ["stable", "A", "trustBoth", "B", "trust A+given, signed by A"],
  ["stable", "A", "trustBoth", undefined, "trust A+made, signed by A"],
  ["stable", "A", "trustBoth", "A", /^authority: it is the one in use, .* name the files of the new one/],
  ["stable", "A", "reissue", "B", /^rotation: reissue follows trustBoth only/],
  ["trustBoth", "AB", "trustBoth", "B", "trust A+B, signed by A"],
  ["trustBoth", "AB", "trustBoth", "C", /^authority: another one than this rotation began with; put that back/],
  ["trustBoth", "AB", "trustBoth", "A", /^authority: another one/],
  ["trustBoth", "AB", "reissue", "B", "trust A+B, signed by B"],
  ["trustBoth", "AB", "reissue", "C", /^authority: another one/],
  ["trustBoth", "AB", "stable", "B", /^rotation: everything is still signed by the old authority; set reissue/],
  ["trustBoth", "AB", "stable", "A", "trust A, signed by A, with a warning"],
  ["reissue", "AB", "stable", "B", "trust B, signed by B"],
  ["reissue", "AB", "stable", "A", /^authority: another one/],
  ["reissue", "Ab", "stable", undefined, "trust b, signed by b"],
  ["reissue", "AB", "trustBoth", "B", "trust A+B, signed by A"],
];

for (const [phase, letters, rotation, given, wanted] of cases)
  test(`rotation: ${phase ?? "nothing"} ${letters} → ${rotation} ${given ?? ""}: ${wanted}`, () => {
    const found = ask(phase, letters, rotation, given);
    if (typeof wanted === "string") assert.equal(found, wanted);
    else assert.match(found, wanted);
  });
