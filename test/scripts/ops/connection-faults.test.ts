import assert from "node:assert/strict";
import { describe, it, test } from "node:test";
import {
  connectionFault,
  isSilence,
  isTlsRecord,
  kafkaErrors,
  SpeaksTls,
} from "../../../scripts/ops/connection-faults.ts";

/** An error as clients make them: with a code, a name or Kafka's own word, inside others. */
const error = (message: string, own: object = {}, cause?: unknown): Error =>
  Object.assign(new Error(message, { cause }), own);

/** What real brokers cause is in ../kafka/secured/connections.test.ts; these are other versions' and clients' ways to say it. */
const rows: readonly (readonly [error: unknown, kind: string | undefined])[] = [
  [error("x", { code: "SELF_SIGNED_CERT_IN_CHAIN" }), "untrusted"],
  [error("x", { code: "DEPTH_ZERO_SELF_SIGNED_CERT" }), "untrusted"],
  [error("x", { code: "UNABLE_TO_GET_ISSUER_CERT_LOCALLY" }), "untrusted"],
  [error("x", { code: "CERT_NOT_YET_VALID" }), "not-yet-valid"],
  [error("x", { code: "ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED" }), "certificate-wanted"],
  [error("x", { code: "ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE" }), "certificate-wanted"],
  [error("x", { code: "ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED" }), "certificate-refused"],
  [error("x", { code: "ERR_SSL_TLSV1_ALERT_UNKNOWN_CA" }), "certificate-refused"],
  [error("x", { code: "ERR_SSL_WRONG_VERSION_NUMBER" }), "no-tls"],
  [error("read ECONNRESET", { code: "ECONNRESET" }), "hung-up"],
  [error("outer", {}, error("x", { code: "CERT_HAS_EXPIRED" })), "expired"],
  [new AggregateError([error("x", { apiId: "SASL_AUTHENTICATION_FAILED" })], "outer"), "wrong-password"],
  [error("SCRAM is not supported by the server", { name: "KafkaJSSASLAuthenticationError" }), "wrong-mechanism"],
  [new SpeaksTls(), "wants-tls"],
  [error("connect ECONNREFUSED 127.0.0.1:1", { code: "ECONNREFUSED" }), undefined],
  [error("x", { code: "ERR_SSL_SSL/TLS_ALERT_INTERNAL_ERROR" }), undefined],
  ["a text", undefined],
  [undefined, undefined],
];

describe("what keeps a client and a node apart", () => {
  for (const [thrown, kind] of rows)
    it(`${kind ?? "something else"}: ${String(thrown)}`, () => assert.equal(connectionFault(thrown)?.kind, kind));
});

const silences: readonly (readonly [error: unknown, silent: boolean])[] = [
  [error("Request timed out", { code: "PLT_KFK_NETWORK" }), true],
  [error("connect ETIMEDOUT", { code: "ETIMEDOUT" }), true],
  [
    error("gave up", { name: "KafkaJSNumberOfRetriesExceeded" }, error("x", { name: "KafkaJSRequestTimeoutError" })),
    true,
  ],
  [error("Connection timeout", { name: "KafkaJSConnectionError" }), true],
  [error("The request timed out.", { apiId: "REQUEST_TIMED_OUT" }), false],
  [error("Request timed out", { code: "PLT_KFK_NETWORK" }, error("x", { apiId: "SASL_AUTHENTICATION_FAILED" })), false],
  [error("Connection failed.", { code: "PLT_KFK_NETWORK" }), false],
  [error("read ECONNRESET", { code: "ECONNRESET" }), false],
  [error("connect ECONNREFUSED", { code: "ECONNREFUSED" }), false],
];

describe("silence is told from an answer", () => {
  for (const [thrown, silent] of silences)
    it(`${silent}: ${String(thrown)}`, () => assert.equal(isSilence(thrown), silent));
});

test("names that a certificate has are told, and which was wanted", () => {
  const message = "Hostname/IP does not match certificate's altnames: IP: 10.0.0.1 is not in the cert's list: 10.0.0.2";
  assert.equal(
    connectionFault(error(message, { code: "ERR_TLS_CERT_ALTNAME_INVALID" }))?.text,
    "its certificate is for other names (IP: 10.0.0.1 is not in the cert's list: 10.0.0.2)",
  );
});

test("Kafka's own word is found in all causes", () => {
  const inner = new AggregateError([error("x", { apiId: "TOPIC_AUTHORIZATION_FAILED" })], "many");
  assert.deepEqual(kafkaErrors(error("outer", {}, inner)), ["TOPIC_AUTHORIZATION_FAILED"]);
  assert.deepEqual(kafkaErrors(error("x", { type: "GROUP_AUTHORIZATION_FAILED" })), ["GROUP_AUTHORIZATION_FAILED"]);
  assert.deepEqual(kafkaErrors(error("x")), []);
});

test("a TLS record is told from an answer of Kafka", () => {
  assert.ok(isTlsRecord(Buffer.from([0x15, 3, 3, 0, 2, 2, 80])));
  assert.ok(!isTlsRecord(Buffer.from([0, 0, 0, 42, 0, 0, 0, 1])));
  assert.ok(!isTlsRecord(Buffer.from([0x15, 3])));
});
