import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { AccessOutputs, ClusterOutputs } from "../../../infra/outputs.ts";
import type { ClusterPlan, IdentityPlan } from "../../../infra/plan/types.ts";
import { bringAccess } from "../../../scripts/kafka/access.ts";
import { applyAccessChanges } from "../../../scripts/kafka/access-apply.ts";
import { type AccessCluster, planAccess } from "../../../scripts/kafka/access-plan.ts";
import { alterQuotas, createAcls, upsertCredentials } from "../../../scripts/kafka/access-requests.ts";
import { saltPassword } from "../../../scripts/kafka/access-scram.ts";
import { untilEverywhere } from "../../../scripts/kafka/access-settle.ts";
import { loginWith } from "../../../scripts/kafka/access-state.ts";
import { withNode } from "../../../scripts/kafka/gaps.ts";
import { as, type Identity } from "../../../scripts/kafka/identity.ts";
import { changeRows } from "../../../scripts/ops/access/words.ts";
import { startSecuredBroker } from "../kafka/secured/broker.ts";
import { noOpenssl } from "../kafka/secured/certificates.ts";
import { acl, grant, securityOf, user } from "../ops/access/model.ts";
import { createTopic, openConnection, produce } from "./client.ts";
import { startZooKeeperBroker, type ZooKeeperBroker } from "./zookeeper-broker.ts";

const kraft = async (): Promise<ZooKeeperBroker> => {
  const broker = await startSecuredBroker([]);
  return { address: broker.at.SCRAM, authority: broker.authority, admin: broker.admin, stop: broker.stop };
};
const MODES = { "KRaft, 4.3.1": kraft, "ZooKeeper, 3.9.2": startZooKeeperBroker };

const alice = user("alice", {
  acls: [grant("orders.", ["Read", "Write"], { pattern: "prefixed" }), grant("g", ["Read"], { resource: "group" })],
  quotas: { produceBytesPerSecond: 10_000_000, requestPercent: 50 },
});
const bob = user("bob");
const SECRETS = { alice: "secret-of-alice", bob: "secret-of-bob" };

for (const [mode, start] of Object.entries(MODES))
  describe(`users of a real broker: ${mode}`, { skip: noOpenssl }, () => {
    let broker: ZooKeeperBroker;
    before(async () => {
      broker = await start();
      await createTopic(broker.admin, broker.address, "orders.new");
      await createTopic(broker.admin, broker.address, "other");
    });
    after(() => broker?.stop());

    const identity = (name: string, password: string): Identity => ({ name, authority: broker.authority, password });
    const cluster = (users: readonly IdentityPlan[], passwords: Readonly<Record<string, string>>): AccessCluster => {
      const known = { "kafka-admin": broker.admin.password ?? "", ...passwords };
      const identities = Object.entries(known).map(([name, password]) => ({
        ...{ name, password },
        purpose: name === "kafka-admin" ? ("admin" as const) : ("user" as const),
      }));
      const access: AccessOutputs = { schemaVersion: 1, profile: "scram", authority: broker.authority, identities };
      const outputs = { stack: "test", bootstrapServers: [broker.address] } as unknown as ClusterOutputs;
      return { plan: { name: "test", security: securityOf(users) } as unknown as ClusterPlan, outputs, access };
    };
    const rowsOf = async (of: AccessCluster, prune = false) =>
      changeRows(await planAccess(of, { prune })).map((row) => row.slice(0, 3).join("|"));
    const bring = async (of: AccessCluster) => {
      const said: string[] = [];
      const report = await bringAccess(of.plan, of.outputs, of.access, (line) => said.push(line));
      return { report, said };
    };
    const asAdmin = <T>(work: Parameters<typeof withNode<T>>[2]) =>
      as(broker.admin, () => withNode(broker.address, 5_000, work));

    it("are made as declared, and let in at once with just what they may", async () => {
      const both = cluster([alice, bob], SECRETS);
      assert.deepEqual(
        (await rowsOf(both)).filter((row) => !row.includes("kafka-admin")),
        [
          "add|alice|password, SCRAM-SHA-512",
          "add|alice|Read on group g",
          "add|alice|Read, Write on topics orders.*",
          "add|alice|quota produce 10MB/s",
          "add|alice|quota requests 50%",
          "add|bob|password, SCRAM-SHA-512",
        ],
      );
      const { report, said } = await bring(both);
      assert.equal(report.inSync, true);
      const told = [
        produce(identity("alice", SECRETS.alice), broker.address, "orders.new"),
        produce(identity("alice", SECRETS.alice), broker.address, "other"),
        produce(identity("bob", SECRETS.bob), broker.address, "orders.new"),
        produce(identity("bob", SECRETS.alice), broker.address, "orders.new"),
      ];
      assert.deepEqual(await Promise.all(told), [
        "done",
        "TOPIC_AUTHORIZATION_FAILED",
        "TOPIC_AUTHORIZATION_FAILED",
        "wrong-password",
      ]);
      assert.deepEqual(await planAccess(both), []);
      assert.deepEqual((await bring(both)).said, ["3 users as declared"]);
      assert.doesNotMatch(JSON.stringify([report, said]), /secret-of|salt/i);
    });

    it("get another password, which leaves open connections alone", async () => {
      const rotated = cluster([alice, bob], { ...SECRETS, alice: "another" });
      const open = await openConnection(identity("alice", SECRETS.alice), broker.address);
      assert.deepEqual(await rowsOf(rotated), ["change|alice|password, SCRAM-SHA-512"]);
      await bring(rotated);
      assert.equal(await open.ask(), true);
      open.close();
      const login = (password: string) => loginWith(cluster([], { alice: password }).access)(broker.address, "alice");
      assert.deepEqual([await login("another"), await login(SECRETS.alice)], [true, false]);
      assert.deepEqual(await planAccess(rotated), []);
      await bring(cluster([alice, bob], SECRETS));
    });

    it("have nothing taken away without prune, and what is not declared with it", async () => {
      await asAdmin(async (node) => {
        await createAcls(node, [
          acl("alice", "Describe"),
          acl("alice", "Read", { permission: "Deny" }),
          acl("*", "Describe"),
          acl("mallory", "All", { resource: "group", name: "*" }),
          acl("kafka-node", "ClusterAction", { resource: "cluster", name: "kafka-cluster" }),
        ]);
        const salted = await saltPassword("any");
        await upsertCredentials(node, [
          { user: "mallory", mechanism: "SCRAM-SHA-512", ...salted },
          { user: "bob", mechanism: "SCRAM-SHA-256", ...salted, saltedPassword: salted.saltedPassword.subarray(0, 32) },
        ]);
        await upsertCredentials(node, [
          { user: "mallory", mechanism: "SCRAM-SHA-256", ...salted },
          { user: "kafka-admin", mechanism: "SCRAM-SHA-256", ...salted },
        ]);
        await alterQuotas(node, [
          { entity: { user: "alice" }, key: "consumer_byte_rate", to: 1_000 },
          { entity: { user: "alice" }, key: "producer_byte_rate", to: 5_000_000 },
          { entity: { user: null }, key: "request_percentage", to: 12.5 },
          { entity: { user: "mallory", "client-id": "c" }, key: "producer_byte_rate", to: 1_000 },
          { entity: { ip: "10.0.0.1" }, key: "connection_creation_rate", to: 7 },
        ]);
      });
      const extras = [
        "ip 10.0.0.1|quota connection_creation_rate 7",
        "(default)|quota requests 12.5%",
        "*|Describe on topic t",
        "alice|Describe on topic t",
        "alice|deny Read on topic t",
        "alice|quota consume 1kB/s",
        "bob|password, SCRAM-SHA-256",
        "mallory|password, SCRAM-SHA-256",
        "mallory|password, SCRAM-SHA-512",
        "mallory|All on all groups",
        "mallory, client-id c|quota produce 1kB/s",
      ];
      const both = cluster([alice, bob], SECRETS);
      const shown = await rowsOf(both);
      assert.deepEqual(
        shown.filter((row) => row.startsWith("extra|")),
        extras.map((row) => `extra|${row}`),
      );
      assert.deepEqual(
        shown.filter((row) => !row.startsWith("extra|")),
        ["change|alice|quota produce 5MB/s → 10MB/s"],
      );
      const { report, said } = await bring(both);
      assert.equal(report.inSync, false);
      assert.deepEqual(said, ["quotas set: 1", "not declared and kept: 11; kafka-stacks access plan test shows them"]);
      assert.deepEqual(
        await rowsOf(both, true),
        extras.map((row) => `remove|${row}`),
      );

      await applyAccessChanges(both, await planAccess(both, { prune: true }), () => {}, { prune: true });
      assert.deepEqual(await rowsOf(both, true), []);
      assert.equal(await produce(identity("alice", SECRETS.alice), broker.address, "orders.new"), "done");
      const nodesOwn = {
        ...both,
        plan: { ...both.plan, security: { ...both.plan.security, certificates: undefined } },
      };
      assert.deepEqual(await rowsOf(nodesOwn as unknown as AccessCluster), [
        "extra|kafka-node|ClusterAction on the cluster",
      ]);
    });

    it("lose what the stack file takes away, once it is pruned", async () => {
      const less = cluster(
        [{ ...alice, acls: [grant("orders.", ["Read"], { pattern: "prefixed" })], quotas: {} }],
        SECRETS,
      );
      const changes = await planAccess(less, { prune: true });
      await applyAccessChanges(less, changes, () => {}, { prune: true });
      assert.equal(
        await produce(identity("alice", SECRETS.alice), broker.address, "orders.new"),
        "TOPIC_AUTHORIZATION_FAILED",
      );
      assert.equal(await produce(identity("bob", SECRETS.bob), broker.address, "orders.new"), "wrong-password");
      assert.deepEqual(await planAccess(less), []);
    });

    it("are waited for until the last broker lets them in, but not for ever", async () => {
      const both = cluster([alice, bob], SECRETS);
      let tries = 0;
      const slow = async (_: string, name: string) => name !== "bob" || ++tries > 3;
      await applyAccessChanges(both, await planAccess(both), () => {});
      await as(broker.admin, () => untilEverywhere({ ...both, login: slow }, {}));
      assert.equal(tries, 4);
      const never = () => untilEverywhere({ ...both, login: async () => false }, {}, 200);
      await assert.rejects(as(broker.admin, never), {
        message: `the changes were made, but after 0.2 s ${broker.address} does not go by 3 of the changes yet`,
      });
    });

    it("are refused as a whole when a password is not made yet, or what is deployed differs", async () => {
      const early = cluster([{ ...alice, quotas: { requestPercent: 7 } }, user("carol")], { alice: SECRETS.alice });
      const changes = await planAccess(early);
      await assert.rejects(
        applyAccessChanges(early, changes, () => {}),
        { message: /^nothing was changed: carol came into the stack file/, next: "run: kafka-stacks up" },
      );
      assert.deepEqual(await planAccess(early), changes);
      const other = { ...early, access: { ...early.access, profile: "mtls" as const } };
      await assert.rejects(planAccess(other), {
        message: /says security.profile: scram, but test was deployed with mtls/,
      });
    });

    it("tell what the broker refuses, item by item", async () => {
      const odd = cluster([{ ...alice, acls: [grant("orders", ["Read"], { resource: "cluster" })] }], SECRETS);
      await assert.rejects(
        applyAccessChanges(odd, await planAccess(odd), () => {}),
        { message: "cannot grant permissions: The only valid name for the CLUSTER resource is kafka-cluster" },
      );
    });
  });
