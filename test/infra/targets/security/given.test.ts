import "reflect-metadata";
import assert from "node:assert/strict";
import { createPrivateKey, generateKeyPairSync, KeyObject, webcrypto } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import * as x509 from "@peculiar/x509";
import { UserError } from "../../../../infra/errors.ts";
import { givenFault, readGiven } from "../../../../infra/targets/security/given.ts";
import { issue, makeAuthority } from "../../../../infra/targets/security/make.ts";
import { factsOf } from "../../../../infra/targets/security/read.ts";
import type { Pem } from "../../../../infra/targets/security/types.ts";
import { later } from "./simulate.ts";

const now = new Date();
const good = await makeAuthority("an authority", 30, now);
const other = await makeAuthority("another", 30, now);
const leaf = await issue({ name: "n", commonName: "n", kind: "node", hosts: ["n"] }, 10, good, now);

/** An authority that somebody else made: of another kind of key, or signed by another. */
async function authorityOf(
  algorithm: webcrypto.RsaHashedKeyGenParams | webcrypto.EcKeyGenParams,
  signer?: Pem,
): Promise<Pem> {
  const keys = (await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"])) as webcrypto.CryptoKeyPair;
  const ecdsa = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const der = signer && createPrivateKey(signer.key).export({ type: "pkcs8", format: "der" });
  const certificate = await x509.X509CertificateGenerator.create({
    subject: "CN=given, O=Example",
    issuer: signer ? new x509.X509Certificate(signer.certificate).subjectName : "CN=given, O=Example",
    publicKey: keys.publicKey,
    signingKey: der ? await webcrypto.subtle.importKey("pkcs8", der, ecdsa, false, ["sign"]) : keys.privateKey,
    signingAlgorithm: der ? ecdsa : { name: algorithm.name, hash: "SHA-256" },
    notBefore: now,
    notAfter: later(now, 30),
    extensions: [new x509.BasicConstraintsExtension(true, undefined, true)],
  });
  const key = KeyObject.from(keys.privateKey).export({ type: "pkcs8", format: "pem" }) as string;
  return { certificate: certificate.toString("pem"), key };
}

const rsa = (modulusLength: number) =>
  authorityOf({ name: "RSASSA-PKCS1-v1_5", modulusLength, publicExponent: new Uint8Array([1, 0, 1]), hash: "SHA-256" });
const curve = (namedCurve: string, signer?: Pem) => authorityOf({ name: "ECDSA", namedCurve }, signer);
const [rsa2048, rsa1024, p384, p521, below] = await Promise.all([
  rsa(2048),
  rsa(1024),
  curve("P-384"),
  curve("P-521"),
  curve("P-256", good),
]);

const encoded = (type: "sec1" | "pkcs8", secret: object = {}) =>
  createPrivateKey(good.key).export({ type, format: "pem", ...secret } as never) as unknown as string;
const locked = { cipher: "aes-256-cbc", passphrase: "not a secret" };

const cases: readonly (readonly [name: string, given: Pem, fault: RegExp | undefined])[] = [
  ["its own", good, undefined],
  ["a key as openssl ecparam writes it", { ...good, key: encoded("sec1") }, undefined],
  ["text around the certificate", { ...good, certificate: `Certificate:\n  Data:\n${good.certificate}` }, undefined],
  ["RSA 2048", rsa2048, undefined],
  ["P-384", p384, undefined],
  ["RSA 1024", rsa1024, /^wanted a key on P-256 or P-384, or RSA with 2048 bits or more, found rsa 1024; /],
  ["P-521", p521, /found ec secp521r1; give an authority with such a key$/],
  ["no authority", leaf, /^the certificate may not sign others .*; name that of an authority$/],
  [
    "one below another",
    below,
    /self-signed authority, found one that another signed \(CN=an authority\).*; make one for this cluster alone$/,
  ],
  [
    "a key of another",
    { ...good, key: other.key },
    /^certificate and key do not belong to each other; name the two files/,
  ],
  [
    "an encrypted key",
    { ...good, key: encoded("pkcs8", locked) },
    /^the key is encrypted, .* openssl pkcs8 -topk8 -nocrypt$/,
  ],
  ["an encrypted key of old", { ...good, key: encoded("sec1", locked) }, /^the key is encrypted/],
  [
    "a public key",
    {
      ...good,
      key: generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey.export({
        type: "spki",
        format: "pem",
      }) as string,
    },
    /^the key cannot be read; name a PEM file with/,
  ],
  ["files mixed up", { certificate: good.key, key: good.certificate }, /^wanted one certificate in PEM, found none; /],
  [
    "two certificates",
    { ...good, certificate: good.certificate + other.certificate },
    /^wanted one certificate in PEM, found 2; /,
  ],
  [
    "a broken certificate",
    { ...good, certificate: good.certificate.replace("MII", "AAA") },
    /^the certificate cannot be read; /,
  ],
];

for (const [name, given, fault] of cases)
  test(`given authority: ${name} is ${fault ? "refused" : "fine"}`, async () => {
    const found = givenFault(given, now);
    if (fault) {
      assert.match(found ?? "", fault);
      assert.doesNotMatch(found ?? "", /PRIVATE|[A-Za-z0-9+/]{40}/, "no text of a key");
      return;
    }
    assert.equal(found, undefined);
    const authority = { ...given, given: true };
    const node = await issue({ name: "n", commonName: "kafka-node", kind: "node", hosts: ["n"] }, 10, authority, now);
    const facts = factsOf({ phase: "stable", authorities: [authority], pems: { n: node } });
    assert.equal(facts.certificates.n?.signer, facts.authorities[0]?.fingerprint, "it signs what Node verifies");
  });

test("given authority: one that has ended, and one whose time has not come", () => {
  assert.match(
    givenFault(good, later(now, 31)) ?? "",
    /^the certificate ended on \d{4}-\d\d-\d\d; give one that is valid$/,
  );
  assert.match(givenFault(good, later(now, -1)) ?? "", /^the certificate is valid from \d{4}-\d\d-\d\d on only; /);
});

const folder = mkdtempSync(path.join(tmpdir(), "given-"));
after(() => rmSync(folder, { recursive: true }));

test("given authority: its files are read, and one that is not there is named", () => {
  const [certificate, key] = [path.join(folder, "ca.pem"), path.join(folder, "ca.key")];
  writeFileSync(certificate, good.certificate);
  const fault = (error: unknown) => {
    assert.ok(error instanceof UserError);
    assert.equal(error.message, `security.certificates.authority.key: wanted a PEM file, found none at ${key}`);
    assert.match(error.next, /^name the authority's file, or leave authority out/);
    return true;
  };
  assert.throws(() => readGiven({ certificate, key }), fault);
  writeFileSync(key, good.key);
  assert.deepEqual(readGiven({ certificate, key }), { certificate: good.certificate, key: good.key });
});
