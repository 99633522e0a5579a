import assert from "node:assert/strict";
import { test } from "node:test";
import { accessOutputs as accessSchema } from "../../../../infra/outputs.ts";
import type { CertificatesPlan, SecurityPlan } from "../../../../infra/plan/types.ts";
import { accessOutputs, certificateArgs } from "../../../../infra/targets/security/args.ts";

const certificates: CertificatesPlan = {
  lifetimeDays: 365,
  renewBeforeDays: 30,
  authorityDays: 3650,
  rotation: "stable",
  wanted: [
    { name: "broker", commonName: "kafka-node", nodes: [1, 2] },
    { name: "user-orders", commonName: "orders", nodes: [] },
  ],
};
const listeners: SecurityPlan["listeners"] = {
  outside: "EXTERNAL_TLS",
  interBroker: "REPLICATION",
  quorum: "CONTROLLER_TLS",
};
const security: SecurityPlan = {
  profile: "scram",
  listeners,
  certificates,
  identities: [
    {
      name: "kafka-admin",
      purpose: "admin",
      proof: { kind: "password", secret: "password.kafka-admin.1" },
      acls: [],
      quotas: {},
    },
    {
      name: "orders",
      purpose: "user",
      proof: { kind: "certificate", certificate: "user-orders" },
      acls: [],
      quotas: {},
    },
    { name: "health", purpose: "probe", proof: { kind: "listener" }, acls: [], quotas: {} },
  ],
};
const pem = { certificate: "a certificate", key: "a key" };
const made = { authority: "an authority", pems: { "user-orders": pem } };

test("arguments: a certificate of nodes has their hosts, one of a client has none", () => {
  const args = certificateArgs({ name: "dev", security }, ({ nodes }) => nodes.map((id) => `host-${id}`), "/somewhere");
  assert.deepEqual(args, {
    name: "dev",
    directory: "/somewhere",
    rotation: "stable",
    lifetimeDays: 365,
    renewBeforeDays: 30,
    authorityDays: 3650,
    wanted: [
      { name: "broker", commonName: "kafka-node", kind: "node", hosts: ["host-1", "host-2"] },
      { name: "user-orders", commonName: "orders", kind: "client", hosts: [] },
    ],
  });
});

const plaintext: SecurityPlan = {
  profile: "plaintext",
  listeners: { outside: "EXTERNAL", interBroker: "INTERNAL", quorum: "CONTROLLER" },
  identities: [],
};

test("without certificates there is nothing to ask for, and nobody to trust", () => {
  assert.equal(
    certificateArgs({ name: "dev", security: plaintext }, () => [], "/somewhere"),
    undefined,
  );
  const access = accessOutputs({ security: plaintext }, {}, undefined);
  assert.deepEqual(access, { schemaVersion: 1, profile: "plaintext", authority: null, identities: [] });
});

test("access: each identity with what proves it, and none that only nodes use", () => {
  const access = accessOutputs({ security }, { "password.kafka-admin.1": "a password", other: "another" }, made);
  assert.deepEqual(accessSchema.parse(access), {
    schemaVersion: 1,
    profile: "scram",
    authority: "an authority",
    identities: [
      { name: "kafka-admin", purpose: "admin", password: "a password" },
      { name: "orders", purpose: "user", ...pem },
    ],
  });
});

test("access: a proof that was not made is a fault, not an identity without proof", () => {
  assert.throws(() => accessOutputs({ security }, {}, made), /nothing named password\.kafka-admin\.1 was made/);
  const secrets = { "password.kafka-admin.1": "a password" };
  assert.throws(
    () => accessOutputs({ security }, secrets, { ...made, pems: {} }),
    /nothing named user-orders was made/,
  );
});
