import assert from "node:assert/strict";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { issue, makeAuthority } from "../../../../infra/targets/security/make.ts";
import { canonicalHosts, factsOf } from "../../../../infra/targets/security/read.ts";
import { DAY_MS, type WantedCertificate } from "../../../../infra/targets/security/types.ts";

const now = new Date("2026-03-01T10:20:30.400Z");
const authority = await makeAuthority("dev authority", 100, now);
const [SERVER, CLIENT] = ["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"];
const node: WantedCertificate = { name: "node-1", commonName: "kafka-node", kind: "node", hosts: ["a", "10.0.0.1"] };
const client: WantedCertificate = { name: "user-orders", commonName: "orders", kind: "client", hosts: [] };

test("an authority signs itself and may sign others, but no further authority", async () => {
  const certificate = new X509Certificate(authority.certificate);
  assert.equal(certificate.subject, "CN=dev authority");
  assert.ok(certificate.ca && certificate.verify(certificate.publicKey));
  assert.ok(certificate.checkPrivateKey(createPrivateKey(authority.key)));
  // CA:TRUE with pathLenConstraint 0, critical (RFC 5280, 4.2.1.9).
  assert.ok(certificate.raw.includes(Buffer.from("0603551d130101ff040830060101ff020100", "hex")));
});

const rows: readonly (readonly [WantedCertificate, usages: string[], names: string | undefined])[] = [
  [node, [SERVER!, CLIENT!], "DNS:a, IP Address:10.0.0.1"],
  [client, [CLIENT!], undefined],
];
for (const [wanted, usages, names] of rows)
  test(`a certificate of a ${wanted.kind}: name, use and hosts are what was wanted`, async () => {
    const { certificate: pem, key } = await issue(wanted, 10, authority, now);
    const certificate = new X509Certificate(pem);
    assert.equal(certificate.subject, `CN=${wanted.commonName}`);
    assert.equal(certificate.subjectAltName, names);
    assert.deepEqual(certificate.keyUsage, usages);
    assert.equal(certificate.ca, false);
    assert.ok(certificate.checkIssued(new X509Certificate(authority.certificate)));
    assert.match(key, /^-----BEGIN PRIVATE KEY-----\n/, "PKCS#8, unencrypted");
    assert.ok(certificate.checkPrivateKey(createPrivateKey(key)));
    assert.match(pem, /^-----BEGIN CERTIFICATE-----\n[^-]+\n-----END CERTIFICATE-----\n$/);
  });

test("a certificate is valid since five minutes before it was made, for clocks that are behind, and ends with its authority", async () => {
  const time = async (days: number) => {
    const { validFrom, validTo } = new X509Certificate((await issue(node, days, authority, now)).certificate);
    return [validFrom, validTo].map((text) => new Date(text).toISOString());
  };
  assert.deepEqual(await time(10), ["2026-03-01T10:15:30.000Z", "2026-03-11T10:20:30.000Z"]);
  const end = new Date(Math.floor(now.getTime() / 1000) * 1000 + 100 * DAY_MS).toISOString();
  assert.deepEqual((await time(101))[1], end);
});

test("no two certificates have one serial number or one key", async () => {
  const many = await Promise.all(Array.from({ length: 20 }, () => issue(node, 10, authority, now)));
  const serials = many.map(({ certificate }) => new X509Certificate(certificate).serialNumber);
  assert.equal(new Set(serials).size, 20);
  assert.equal(new Set(many.map(({ key }) => key)).size, 20);
  for (const serial of serials) assert.match(serial, /^[4-7][0-9A-F]{31}$/);
});

const host = fc.oneof(fc.domain(), fc.ipV4(), fc.ipV6(), fc.constantFrom("localhost", "KAFKA-1", "my_node", "*.svc"));

test("what is read from a certificate is what was wanted of it, in whatever spelling", async () => {
  const property = fc.asyncProperty(fc.uniqueArray(host, { maxLength: 5 }), async (hosts) => {
    const wanted = { ...node, hosts: canonicalHosts(hosts) };
    const pems = { "node-1": await issue(wanted, 10, authority, now) };
    const { certificates, authorities } = factsOf({ phase: "stable", authorities: [authority], pems });
    const { commonName, kind } = node;
    const notAfter = new Date("2026-03-11T10:20:30Z");
    const signer = authorities[0]?.fingerprint;
    assert.deepEqual(certificates["node-1"], { commonName, kind, hosts: canonicalHosts(hosts), notAfter, signer });
    // Another spelling of the same hosts is no difference.
    assert.deepEqual(canonicalHosts(hosts.map((name) => name.toUpperCase()).toReversed()), canonicalHosts(hosts));
  });
  await fc.assert(property, { numRuns: 100 });
});

test("of two authorities with one name the one that signed is told", async () => {
  const twin = await makeAuthority("dev authority", 100, now);
  const pems = { "node-1": await issue(node, 10, twin, now) };
  const { certificates, authorities } = factsOf({ phase: "reissue", authorities: [authority, twin], pems });
  assert.equal(certificates["node-1"]?.signer, authorities[1]?.fingerprint);
});
