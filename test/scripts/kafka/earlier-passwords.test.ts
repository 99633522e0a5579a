import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { ADMIN_NAME, adminSecret } from "../../../infra/plan/identities.ts";
import { decide } from "../../../infra/targets/decisions/decide.ts";
import type { ClusterInputs, Decisions } from "../../../infra/targets/decisions/kept.ts";
import { refusals } from "../../../infra/targets/decisions/refusals.ts";
import { accessOutputs } from "../../../infra/targets/security/args.ts";
import { acceptedPassword, byAnyPassword } from "../../../scripts/kafka/earlier-passwords.ts";
import { type Identity, identityOf } from "../../../scripts/kafka/identity.ts";

/** A broker that goes by one password, and tells which were tried. */
function broker(password: string) {
  const tried: (string | undefined)[] = [];
  const connect = async (who: Identity | undefined) => {
    tried.push(who?.password);
    if (who?.password !== password) throw Object.assign(new Error("no"), { name: "KafkaJSSASLAuthenticationError" });
    return password;
  };
  return { tried, connect };
}

const admin = (): Identity => ({ name: "kafka-admin", authority: "PEM", password: "c", earlier: ["b", "a"] });

describe("which password an identity logs in with", () => {
  for (const [goesBy, tried] of [
    ["c", ["c"]],
    ["b", ["c", "b"]],
    ["a", ["c", "b", "a"]],
  ] as const)
    test(`the newest that is accepted: ${goesBy}; next time it comes first`, async () => {
      const who = admin();
      const first = broker(goesBy);
      assert.equal(await byAnyPassword(who, first.connect), goesBy);
      assert.deepEqual(first.tried, tried);
      assert.equal(acceptedPassword(who), goesBy);
      const second = broker(goesBy);
      await byAnyPassword(who, second.connect);
      assert.deepEqual(second.tried, [goesBy]);
    });

  test("one that was accepted and is not any more gives way to the newest", async () => {
    const who = admin();
    await byAnyPassword(who, broker("a").connect);
    const next = broker("c");
    await byAnyPassword(who, next.connect);
    assert.deepEqual(next.tried, ["a", "c"]);
  });

  test("none: the refusal is told", async () => {
    const stranger = broker("x");
    await assert.rejects(byAnyPassword(admin(), stranger.connect), { name: "KafkaJSSASLAuthenticationError" });
    assert.deepEqual(stranger.tried, ["c", "b", "a"]);
  });

  test("another fault is no reason to try another password", async () => {
    let asked = 0;
    const dead = async () => {
      asked++;
      throw new Error("connect ECONNREFUSED");
    };
    await assert.rejects(byAnyPassword(admin(), dead), /ECONNREFUSED/);
    assert.equal(asked, 1);
  });

  test("who has one password is asked once, and so is nobody", async () => {
    const { earlier: _, ...user } = admin();
    const wrong = broker("x");
    await assert.rejects(byAnyPassword(user, wrong.connect));
    assert.deepEqual(wrong.tried, ["c"]);
    assert.equal(await byAnyPassword(undefined, async (who) => who), undefined);
  });
});

const inputs = (rotation: number): ClusterInputs => ({
  ...{ name: "s", directory: "/d", mode: "kraft", kafkaVersion: "4.3.1", voters: [1], listeners: [], fixedPorts: {} },
  secretNames: [adminSecret(rotation)],
  security: "scram",
  rotation,
});

const noPorts = { isFree: async () => true, require: async () => {} };

function adminOf(rotation: number, { secrets }: Decisions): Identity {
  const proof = { kind: "password", secret: adminSecret(rotation) } as const;
  const identities = [{ name: ADMIN_NAME, purpose: "admin", proof, acls: [], quotas: {} } as const];
  const listeners = { outside: "EXTERNAL_TLS", interBroker: "REPLICATION", quorum: "CONTROLLER_TLS" } as const;
  const certificates = { authority: "PEM", pems: {} };
  return identityOf(
    accessOutputs({ security: { profile: "scram", listeners, identities } }, secrets, certificates),
    "admin",
  )!;
}

/** How far an `up` comes before it is killed. */
const ENDS = ["decided", "state saved", "password set"] as const;

test("wherever ups are cut off, the state has the password that the cluster goes by, and an up to its end has it go by the new one", async () => {
  const up = fc.record({ raise: fc.integer({ min: 0, max: 3 }), end: fc.constantFrom(...ENDS) });
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 3 }), fc.array(up, { maxLength: 8 }), async (born, ups) => {
      let rotation = born;
      let state = await decide(inputs(rotation), undefined, noPorts);
      let goesBy = adminOf(rotation, state).password!;
      for (const { raise, end } of [...ups, { raise: 1, end: "password set" } as const]) {
        const wanted = rotation + raise;
        assert.deepEqual(refusals(inputs(rotation), inputs(wanted)), []);
        const decided = await decide(inputs(wanted), state, noPorts);
        if (end === "decided") continue;
        [state, rotation] = [decided, wanted];
        const who = adminOf(rotation, state);
        await byAnyPassword(who, broker(goesBy).connect);
        if (end === "password set") goesBy = who.password!;
      }
      assert.equal(goesBy, state.secrets[adminSecret(rotation)]);
    }),
  );
});

test("a lower number is refused: what it stands for is old", () => {
  assert.deepEqual(refusals(inputs(3), inputs(2)), [
    {
      property: "rotation",
      reason:
        "security.rotation: 3 cannot go back to 2, whose passwords are old ones; write 3 to keep those there are, or 4 for new ones",
    },
  ]);
});

test("users' passwords are forgotten when they are replaced", async () => {
  const before = { clusterId: "x", ports: {}, secrets: { "password.app.1": "old", "password.kafka-admin.1": "ours" } };
  const { secrets } = await decide({ ...inputs(1), secretNames: ["password.app.2"] }, before, noPorts);
  assert.deepEqual(Object.keys(secrets), ["password.kafka-admin.1", "password.app.2"]);
});
