import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { only, toMake } from "../../../../scripts/ops/access/change.ts";
import { desiredAccess } from "../../../../scripts/ops/access/desired.ts";
import { diffAccess } from "../../../../scripts/ops/access/diff.ts";
import { type AccessState, aclKey, credentialKey, quotaKey } from "../../../../scripts/ops/access/state.ts";
import { carryOut, credential, grant, securityOf, user } from "./model.ts";

const names = fc.constantFrom("a", "b", "kafka-admin", "kafka-smoke", "kafka-node", "*");
const pattern = fc.constantFrom("literal" as const, "prefixed" as const);
const topic = fc.constantFrom("t", "u", "*");
const operation = fc.constantFrom("Read", "Write", "All");
const value = fc.constantFrom(1, 2, 3);

const acls = fc.array(
  fc
    .tuple(topic, fc.array(operation, { minLength: 1 }), pattern)
    .map(([name, operations, pattern]) => grant(name, operations, { pattern })),
  { maxLength: 3 },
);
const quotas = fc.record({ produceBytesPerSecond: value, requestPercent: value }, { requiredKeys: [] });
const users = fc.uniqueArray(
  fc.record({ name: fc.constantFrom("a", "b", "c"), acls, quotas, certificate: fc.boolean() }).map((one) =>
    user(one.name, {
      acls: one.acls,
      quotas: one.quotas,
      ...(one.certificate ? { proof: { kind: "certificate", certificate: `user-${one.name}` } } : {}),
    }),
  ),
  { selector: ({ name }) => name },
);
const desired = users.map((all) => desiredAccess(securityOf([...all, { ...user("kafka-smoke"), purpose: "smoke" }])));

const credentials = fc.uniqueArray(
  fc
    .tuple(
      names,
      fc.constantFrom("SCRAM-SHA-256" as const, "SCRAM-SHA-512" as const),
      fc.constantFrom(4096, 8192, 16384),
      fc.constantFrom(true, false, null),
    )
    .map(([name, mechanism, iterations, current]) => credential(name, { mechanism, iterations, current })),
  { selector: credentialKey },
);
const liveAcls = fc.uniqueArray(
  fc.record({
    ...{ resource: fc.constantFrom("topic", "group"), name: topic, pattern, operation },
    principal: names.map((name) => `User:${name}`),
    host: fc.constantFrom("*", "10.0.0.1"),
    permission: fc.constantFrom("Allow" as const, "Deny" as const),
  }),
  { selector: aclKey },
);
const entity = fc.oneof(
  fc.record({ user: fc.option(names) }),
  fc.record({ "client-id": fc.option(topic) }),
  fc.record({ user: fc.option(names), "client-id": fc.option(topic) }),
);
const key = fc.constantFrom("producer_byte_rate", "request_percentage", "controller_mutation_rate");
const liveQuotas = fc.uniqueArray(fc.record({ entity, key, value }), { selector: quotaKey });
const live: fc.Arbitrary<AccessState> = fc.record({ credentials, acls: liveAcls, quotas: liveQuotas });

const sorted = (items: Iterable<string>) => [...new Set(items)].toSorted();

describe("diffAccess, for any users and any cluster", () => {
  it("has nothing left to make once carried out, and only extras to show", () => {
    fc.assert(
      fc.property(desired, live, fc.boolean(), (wanted, before, prune) => {
        const changes = diffAccess(wanted, before, { prune });
        const left = diffAccess(wanted, carryOut(before, changes), { prune });
        assert.deepEqual(toMake(left), []);
        assert.deepEqual(
          left,
          changes.filter(({ action }) => action === "extra"),
        );
      }),
    );
  });

  it("with prune leaves exactly what is declared, and what is not ours to remove", () => {
    fc.assert(
      fc.property(desired, live, (wanted, before) => {
        const after = carryOut(before, diffAccess(wanted, before, { prune: true }));
        const isNode = (name: string) => wanted.nodes.has(name);
        const keeps = (name: string) => isNode(name) || wanted.reserved.has(name);
        assert.deepEqual(
          sorted(after.credentials.map(credentialKey)),
          sorted([
            ...wanted.credentials.map(credentialKey),
            ...before.credentials.filter((one) => keeps(one.user)).map(credentialKey),
          ]),
        );
        assert.deepEqual(
          sorted(after.acls.map(aclKey)),
          sorted([
            ...wanted.acls.map(aclKey),
            ...before.acls.filter((one) => isNode(one.principal.slice(5))).map(aclKey),
          ]),
        );
        const asText = (quotas: AccessState["quotas"]) => quotas.map((one) => `${quotaKey(one)}=${one.value}`);
        assert.deepEqual(
          sorted(asText(after.quotas)),
          sorted(asText([...wanted.quotas, ...before.quotas.filter((one) => isNode(one.entity.user ?? ""))])),
        );
      }),
    );
  });

  it("without prune takes nothing away, and is the same in any order of what it reads", () => {
    fc.assert(
      fc.property(desired, live, (wanted, before) => {
        const changes = diffAccess(wanted, before);
        assert.equal(
          changes.some(({ action }) => action === "remove"),
          false,
        );
        const after = carryOut(before, changes);
        const gone = new Set(before.acls.map(aclKey)).difference(new Set(after.acls.map(aclKey)));
        assert.deepEqual([...gone], []);
        const reversed = {
          credentials: before.credentials.toReversed(),
          acls: before.acls.toReversed(),
          quotas: before.quotas.toReversed(),
        };
        assert.deepEqual(diffAccess(wanted, reversed), changes);
      }),
    );
  });

  it("never touches a node, nor removes what our own log in with", () => {
    fc.assert(
      fc.property(desired, live, fc.boolean(), (wanted, before, prune) => {
        const changes = diffAccess(wanted, before, { prune });
        assert.doesNotMatch(JSON.stringify(changes), /kafka-node/);
        for (const { action, user } of only(changes, "credential"))
          assert.ok(!wanted.reserved.has(user) || action === "add" || action === "change", user);
      }),
    );
  });
});
