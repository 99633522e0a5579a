import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { desiredAccess } from "../../../../scripts/ops/access/desired.ts";
import { diffAccess } from "../../../../scripts/ops/access/diff.ts";
import { accessReport, appliedReport } from "../../../../scripts/ops/access/report.ts";
import type { AccessState } from "../../../../scripts/ops/access/state.ts";
import { changeRows } from "../../../../scripts/ops/access/words.ts";
import { acl, carryOut, credential, grant, NOTHING, securityOf, user } from "./model.ts";

const ADMIN = credential("kafka-admin");
const withAdmin = (live: Partial<AccessState>): AccessState => ({
  ...NOTHING,
  ...live,
  credentials: [ADMIN, ...(live.credentials ?? [])],
});
const UNDECLARED = "the stack does not declare this user";
const NOT_SAID = "the stack does not say so";
const KEPT = "; kept without --prune";

interface Row {
  readonly what: string;
  readonly users: readonly ReturnType<typeof user>[];
  readonly live: AccessState;
  readonly prune?: boolean;
  readonly rows: readonly string[];
}

const rows: readonly Row[] = [
  { what: "nothing to do", users: [user("a")], live: withAdmin({ credentials: [credential("a")] }), rows: [] },
  {
    what: "a new user: password, permissions a row for each resource, quotas",
    users: [
      user("a", {
        acls: [
          grant("orders.", ["Read", "Write"], { pattern: "prefixed" }),
          grant("*", ["Describe"]),
          grant("g", ["Read"], { resource: "group" }),
          grant("tx-", ["Write"], { resource: "transactionalId", pattern: "prefixed" }),
          grant("kafka-cluster", ["IdempotentWrite"], { resource: "cluster" }),
        ],
        quotas: { produceBytesPerSecond: 10_000_000, consumeBytesPerSecond: 20_000_000, requestPercent: 12.5 },
      }),
    ],
    live: withAdmin({}),
    rows: [
      "add|a|password, SCRAM-SHA-512|declared but not there",
      "add|a|IdempotentWrite on the cluster|declared but not there",
      "add|a|Read on group g|declared but not there",
      "add|a|Describe on all topics|declared but not there",
      "add|a|Read, Write on topics orders.*|declared but not there",
      "add|a|Write on transactional ids tx-*|declared but not there",
      "add|a|quota consume 20MB/s|declared but not there",
      "add|a|quota produce 10MB/s|declared but not there",
      "add|a|quota requests 12.5%|declared but not there",
    ],
  },
  {
    what: "a rotated password, and one that was made too weak",
    users: [user("a"), user("b")],
    live: withAdmin({ credentials: [credential("a", { current: false }), credential("b", { iterations: 4096 })] }),
    rows: [
      "change|a|password, SCRAM-SHA-512|its password is not this deployment's",
      "change|b|password, SCRAM-SHA-512|made with 4096 iterations, wanted 8192",
    ],
  },
  {
    what: "a password that could not be tried is taken for right",
    users: [user("a")],
    live: withAdmin({ credentials: [credential("a", { current: null })] }),
    rows: [],
  },
  {
    what: "a user with a certificate needs no password",
    users: [user("a", { proof: { kind: "certificate", certificate: "user-a" }, acls: [grant("t", ["Read"])] })],
    live: withAdmin({ credentials: [credential("a")] }),
    rows: [
      `extra|a|password, SCRAM-SHA-512|the stack has the user log in otherwise${KEPT}`,
      "add|a|Read on topic t|declared but not there",
    ],
  },
  {
    what: "a permission taken back, one that denies, and one for one host only",
    users: [user("a", { acls: [grant("t", ["Read"])] })],
    live: withAdmin({
      credentials: [credential("a")],
      acls: [
        acl("a", "Read"),
        acl("a", "Write"),
        acl("a", "Read", { permission: "Deny" }),
        acl("a", "Read", { host: "10.0.0.1" }),
      ],
    }),
    rows: [
      `extra|a|Read on topic t from 10.0.0.1|${NOT_SAID}${KEPT}`,
      `extra|a|Write on topic t|${NOT_SAID}${KEPT}`,
      `extra|a|deny Read on topic t|${NOT_SAID}${KEPT}`,
    ],
  },
  {
    what: "one that stands for many grants nothing of what is wanted by name",
    users: [user("a", { acls: [grant("t", ["Read"])] })],
    live: withAdmin({ credentials: [credential("a")], acls: [acl("a", "All")] }),
    rows: [`extra|a|All on topic t|${NOT_SAID}${KEPT}`, "add|a|Read on topic t|declared but not there"],
  },
  {
    what: "whom the stack does not declare, removed with prune",
    users: [],
    live: withAdmin({
      credentials: [credential("x"), credential("x", { mechanism: "SCRAM-SHA-256" })],
      acls: [acl("x", "Read"), acl("*", "Read"), acl("y", "Describe", { resource: "user" })],
      quotas: [
        { entity: { user: "x" }, key: "producer_byte_rate", value: 1 },
        { entity: { user: null }, key: "request_percentage", value: 50 },
        { entity: { user: "x", "client-id": null }, key: "controller_mutation_rate", value: 2.5 },
        { entity: { ip: "10.0.0.1" }, key: "connection_creation_rate", value: 7 },
      ],
    }),
    prune: true,
    rows: [
      "remove|ip 10.0.0.1|quota connection_creation_rate 7|the stack does not declare it",
      "remove|(default)|quota requests 50%|the stack does not declare it",
      `remove|*|Read on topic t|${UNDECLARED}`,
      `remove|x|password, SCRAM-SHA-256|${UNDECLARED}`,
      `remove|x|password, SCRAM-SHA-512|${UNDECLARED}`,
      `remove|x|Read on topic t|${UNDECLARED}`,
      "remove|x|quota produce 1B/s|the stack does not declare it",
      "remove|x, client-id (default)|quota controller_mutation_rate 2.5|the stack does not declare it",
      `remove|y|Describe on user t|${UNDECLARED}`,
    ],
  },
  {
    what: "our own keep what they log in with, nodes keep all",
    users: [{ ...user("kafka-smoke"), purpose: "smoke", proof: { kind: "certificate", certificate: "s" } }],
    live: withAdmin({
      credentials: [credential("kafka-smoke"), credential("kafka-node")],
      acls: [acl("kafka-node", "ClusterAction"), acl("kafka-admin", "Read")],
      quotas: [{ entity: { user: "kafka-node" }, key: "producer_byte_rate", value: 1 }],
    }),
    prune: true,
    rows: [`remove|kafka-admin|Read on topic t|${NOT_SAID}`],
  },
  {
    what: "a quota that differs, and one that is not declared any more",
    users: [user("a", { quotas: { produceBytesPerSecond: 10_000_000 } })],
    live: withAdmin({
      credentials: [credential("a")],
      quotas: [
        { entity: { user: "a" }, key: "producer_byte_rate", value: 5_000_000 },
        { entity: { user: "a" }, key: "consumer_byte_rate", value: 1.5 },
      ],
    }),
    rows: [`extra|a|quota consume 1.5 B/s|${NOT_SAID}${KEPT}`, "change|a|quota produce 5MB/s → 10MB/s|it differs"],
  },
];

describe("diffAccess", () => {
  for (const { what, users, live, prune, rows: wanted } of rows)
    it(what, () => {
      const found = diffAccess(desiredAccess(securityOf(users)), live, { prune: prune ?? false });
      assert.deepEqual(
        changeRows(found).map((row) => row.join("|")),
        wanted,
      );
    });

  it("declares the default of users without a quota, from which the cluster's own names are exempt", () => {
    const plan = {
      ...securityOf([user("a")]),
      defaultQuotas: { produceBytesPerSecond: 5_000_000, requestPercent: 50 },
    };
    const desired = desiredAccess(plan);
    const live = withAdmin({
      credentials: [credential("a")],
      quotas: [{ entity: { user: null }, key: "producer_byte_rate", value: 1_000_000 }],
    });
    const changes = diffAccess(desired, live);
    assert.deepEqual(
      changeRows(changes).map((row) => row.slice(0, 3).join("|")),
      [
        "change|(default)|quota produce 1MB/s → 5MB/s",
        "add|(default)|quota requests 50%",
        "add|kafka-admin|quota produce 9007199254740991B/s",
        "add|kafka-admin|quota requests 1000000%",
        "add|kafka-node|quota produce 9007199254740991B/s",
        "add|kafka-node|quota requests 1000000%",
      ],
    );
    assert.deepEqual(diffAccess(desired, carryOut(live, changes), { prune: true }), []);
  });

  it("takes an extra permission for drift, before and after the rest was applied", () => {
    const desired = desiredAccess(securityOf([user("a")]));
    const live = withAdmin({ acls: [acl("a", "Read")] });
    const changes = diffAccess(desired, live);
    const pruned = diffAccess(desired, live, { prune: true });
    assert.equal(accessReport("s", "scram", changes).inSync, false);
    assert.equal(appliedReport("s", "scram", changes).inSync, false);
    assert.equal(appliedReport("s", "scram", pruned).inSync, true);
    assert.equal(accessReport("s", "scram", []).inSync, true);
  });
});
