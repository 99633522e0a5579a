import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Decision, decide } from "../../../../infra/targets/security/decide.ts";
import type { Facts, WantedFacts, Wish } from "../../../../infra/targets/security/facts.ts";
import type { Phase } from "../../../../infra/targets/security/types.ts";
import { afterwards, later, node, wishFor } from "./simulate.ts";

const start = new Date("2026-01-01T00:00:00Z");

function decided(there: Facts | undefined, wish: Wish, now: Date): Decision {
  const found = decide(there, wish, now);
  if ("refused" in found) throw new Error(found.refused);
  return found;
}

const wish = wishFor([node("node-1", "a", "b"), { ...node("user-orders"), commonName: "orders", kind: "client" }]);
const there = afterwards(decided(undefined, wish, start), undefined, wish, start);

const stepsOf = (wanted: readonly WantedFacts[], days: number, changes: Partial<Wish> = {}): string[] =>
  decided(there, wishFor(wanted, changes), later(start, days)).steps.map(({ name, action, reason }) =>
    `${action} ${name} ${reason}`.trim(),
  );
const [one, user] = wish.wanted as [WantedFacts, WantedFacts];

test("certificates: all are issued at first", () => {
  const first = decided(undefined, wish, start).steps.map(({ name, action }) => `${action} ${name}`);
  assert.deepEqual(first, ["issue node-1", "issue user-orders"]);
});

const GONE = "drop user-orders nobody wants it any more";
const cases: readonly (readonly [name: string, found: () => string[], wanted: readonly string[]])[] = [
  ["nothing changed", () => stepsOf([one, user], 1), ["keep node-1", "keep user-orders"]],
  ["a day before they are near their end", () => stepsOf([one], 334), ["keep node-1", GONE]],
  ["near their end", () => stepsOf([one], 336), ["renew node-1 it ends on 2027-01-01", GONE]],
  ["after their end", () => stepsOf([one], 400), ["renew node-1 it ends on 2027-01-01", GONE]],
  ["another lifetime alone", () => stepsOf([one], 1, { lifetimeDays: 90 }), ["keep node-1", GONE]],
  [
    "an earlier renewal",
    () => stepsOf([one], 200, { renewBeforeDays: 180 }),
    ["renew node-1 it ends on 2027-01-01", GONE],
  ],
  [
    "another node",
    () => stepsOf([one, user, node("node-2", "c")], 1),
    ["keep node-1", "keep user-orders", "issue node-2 it is new"],
  ],
  [
    "another name",
    () => stepsOf([{ ...one, commonName: "x" }], 1),
    ["reissue node-1 it is for x, and was for kafka-node", GONE],
  ],
  [
    "another kind",
    () => stepsOf([{ ...one, kind: "client" }], 1),
    ["reissue node-1 it is for a client, and was for a node", GONE],
  ],
  [
    "more hosts",
    () => stepsOf([node("node-1", "a", "b", "c")], 1),
    ["reissue node-1 its hosts are a, b, c, and were a, b", GONE],
  ],
  ["no hosts", () => stepsOf([node("node-1")], 1), ["reissue node-1 its hosts are none, and were a, b", GONE]],
  [
    "hosts that are not known",
    () => stepsOf([{ ...one, hosts: undefined }], 1),
    ["reissue node-1 its hosts are not known yet", GONE],
  ],
];

for (const [name, found, wanted] of cases) test(`certificates: ${name}`, () => assert.deepEqual(found(), wanted));

const refusal = (days: number, changes: Partial<Wish> = {}): string => {
  const found = decide(there, { ...wish, ...changes }, later(start, days));
  return "refused" in found ? found.refused : "";
};

test("an authority near its end is warned of as soon as certificates get less than their lifetime", () => {
  const warnings = (days: number, changes = {}) => decided(there, { ...wish, ...changes }, later(start, days)).warnings;
  assert.deepEqual(warnings(3650 - 366), []);
  assert.match(warnings(3650 - 364).join(), /ends on 2035-12-30, .* "Replace the authority" in docs\/security\.md/);
  assert.deepEqual(warnings(3650 - 364, { rotation: "trustBoth" }), [], "it is being replaced");
});

test("an authority that has ended signs nothing, and no rotation begins with it", () => {
  assert.match(refusal(3650), /^the authority ended on 2035-12-30, .* a new one is made after down, by the next up$/);
  assert.match(refusal(3651, { rotation: "trustBoth" }), /^the authority ended on/);
  assert.equal(refusal(3649), "");
});

/** One `up`: so many days after the last, with this stack file. */
const up = fc.record({
  days: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 400 })),
  rotation: fc.constantFrom<Phase>("stable", "stable", "trustBoth", "reissue"),
  given: fc.constantFrom(undefined, undefined, "G", "H"),
  names: fc.subarray(["node-1", "node-2", "node-3"]),
  hosts: fc.subarray(["a", "b"]),
});
const givenEnds: Readonly<Record<string, Date>> = { G: later(start, 900), H: later(start, 9_000) };

test("whatever order changes come in, nodes a step behind trust each other, and deciding again keeps everything", () => {
  const seen = new Map<string, number>();
  const settings = fc.record({
    lifetimeDays: fc.integer({ min: 31, max: 400 }),
    authorityDays: fc.integer({ min: 90, max: 2_000 }),
  });
  const property = fc.property(settings, fc.array(up, { minLength: 1, maxLength: 12 }), (lives, ups) => {
    let [before, now]: [Facts | undefined, Date] = [undefined, start];
    for (const { days, rotation, given, names, hosts } of ups) {
      now = later(now, days);
      const givenNotAfter = given && givenEnds[given];
      if (givenNotAfter && givenNotAfter <= now) continue;
      const wanted = names.map((name) => node(name, ...hosts));
      const asked = wishFor(wanted, { ...lives, rotation, given, ...(givenNotAfter ? { givenNotAfter } : {}) });
      const decision = decide(before, asked, now);
      seen.set(
        "refused" in decision ? "refused" : rotation,
        (seen.get("refused" in decision ? "refused" : rotation) ?? 0) + 1,
      );
      if ("refused" in decision) continue;
      const after = afterwards(decision, before, asked, now);
      assertStep(before, after, names);
      const again = decided(after, asked, now);
      assert.ok(
        again.steps.every(({ action }) => action === "keep"),
        JSON.stringify(again.steps),
      );
      assert.deepEqual(again.authorities, after.authorities);
      before = after;
    }
  });
  fc.assert(property, { numRuns: 500 });
  // Random stack files reach every phase: else the above says little.
  for (const phase of ["stable", "trustBoth", "reissue", "refused"]) assert.ok((seen.get(phase) ?? 0) > 20, phase);
});

function assertStep(before: Facts | undefined, after: Facts, names: readonly string[]): void {
  const trustedBy = ({ authorities }: Facts) => authorities.map(({ fingerprint }) => fingerprint);
  const signers = ({ certificates }: Facts) => Object.values(certificates).map(({ signer }) => signer ?? "nobody");
  for (const signer of signers(before ?? after))
    assert.ok(trustedBy(after).includes(signer), "the old is trusted still");
  for (const signer of signers(after))
    assert.ok(trustedBy(before ?? after).includes(signer), "the new is trusted already");
  assert.deepEqual(Object.keys(after.certificates).toSorted(), names.toSorted());
  for (const { signer, notAfter } of Object.values(after.certificates)) {
    const end = after.authorities.find(({ fingerprint }) => fingerprint === signer)!.notAfter;
    assert.ok(notAfter <= end, "nothing outlives who signed it");
  }
}
