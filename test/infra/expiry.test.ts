import assert from "node:assert/strict";
import { test } from "node:test";
import { certificatesOf, expiryOf } from "../../infra/expiry.ts";
import { makeAuthority } from "../../infra/targets/security/make.ts";

const now = new Date("2026-03-01T10:20:30.400Z");
const [week, year] = await Promise.all([7, 365].map((days) => makeAuthority("an authority", days, now)));

test("the end of a chain is that of its first certificate to end, in whole seconds", () => {
  const text = `a comment\n${year!.certificate}between\r\n${week!.certificate}`;
  assert.equal(certificatesOf(text).length, 2);
  assert.equal(expiryOf(text).toISOString(), "2026-03-08T10:20:30.000Z");
});

test("a text without a certificate, or with a broken one, has no end", () => {
  assert.throws(() => expiryOf(week!.key), /without a certificate/);
  assert.throws(() => expiryOf(week!.certificate.replace("MII", "AAA")), /error/i);
});
