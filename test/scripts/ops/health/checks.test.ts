import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ClusterPlan } from "../../../../infra/plan/types.ts";
import type { HealthState, PartitionState } from "../../../../scripts/kafka/state.ts";
import { runChecks } from "../../../../scripts/ops/health/checks.ts";
import { healthReport } from "../../../../scripts/ops/health/report.ts";
import { topicPlan } from "../topics/live-topics.ts";
import { healthy, outputs, plan, zooKeeperPlan } from "./healthy.ts";

/** The healthy cluster with one thing changed, and what the named check then says. */
interface Row {
  readonly what: string;
  readonly check: string;
  readonly state?: Partial<HealthState>;
  readonly plan?: ClusterPlan;
  readonly says: string;
  readonly hint?: RegExp;
}

const probes = (id: number, over: Partial<HealthState["probes"][number]>) => ({
  probes: healthy.probes.map((probe) => (probe.id === id ? { ...probe, ...over } : probe)),
});
const registered = (ids: readonly number[]) => ({
  cluster: { ...healthy.cluster!, brokers: healthy.cluster!.brokers.filter(({ id }) => ids.includes(id)) },
});
const quorum = (over: Partial<NonNullable<HealthState["quorum"]>>) => ({ quorum: { ...healthy.quorum!, ...over } });
const partition = (over: Partial<PartitionState>) => ({
  topics: healthy.topics!.map((topic) => ({
    ...topic,
    partitions: topic.partitions.map((one) => (one.partition === 1 ? { ...one, ...over } : one)),
  })),
});
const disk = (usableBytes: number) =>
  probes(2, { logDirs: [{ path: "/data/2", totalBytes: 100, usableBytes, fault: null }] });
const zk = (...roles: readonly ("leader" | "follower" | null)[]) => ({
  zookeeper: roles.map((role, i) => ({ id: 2001 + i, role })),
});

const runtime = (...ails: readonly string[]) => ({
  runtime: [1, 2, 3].map((id) => {
    const detail = ails[id - 1] ?? "";
    return { id, name: `kafka-dev-${id}`, well: detail === "", detail };
  }),
});

const rows: readonly Row[] = [
  { what: "nodes that are no containers", check: "containers", says: "skip: the nodes are no containers" },
  { what: "healthy containers", check: "containers", state: runtime(), says: "pass: 3 of 3 are healthy" },
  {
    what: "a container that stopped",
    check: "containers",
    state: runtime("", "exited with exit code 137"),
    says: "fail: node 2 (kafka-dev-2): exited with exit code 137",
  },
  {
    what: "an engine that is out of reach",
    check: "containers",
    state: { runtime: "the Docker engine at unix:///s is not running" },
    says: "skip: the engine cannot be asked from here: the Docker engine at unix:///s is not running",
  },
  { what: "all well", check: "brokers", says: "pass: 3 of 3 brokers are registered and answer" },
  {
    what: "a broker is gone",
    check: "brokers",
    state: { ...registered([1, 3]), ...probes(2, { fault: "connect ECONNREFUSED" }) },
    says: "fail: node 2 (127.0.0.1:21002) is not registered (connect ECONNREFUSED)",
  },
  {
    what: "a broker was killed a moment ago",
    check: "brokers",
    state: probes(2, { fault: "connect ECONNREFUSED" }),
    says: "fail: node 2 (127.0.0.1:21002) does not answer (connect ECONNREFUSED)",
  },
  {
    what: "a broker is fenced",
    check: "brokers",
    state: registered([1, 3]),
    says: "fail: node 2 (127.0.0.1:21002) is not registered: it is fenced or still starting",
  },
  { what: "all well", check: "controller", says: "pass: node 1 leads 3 voters (epoch 4, lag at most 0)" },
  {
    what: "nobody tells",
    check: "controller",
    state: { quorum: null },
    says: "fail: no controller answers for the quorum",
  },
  { what: "no leader", check: "controller", state: quorum({ leaderId: -1 }), says: "fail: the quorum has no leader" },
  {
    what: "a voter is missing",
    check: "controller",
    state: quorum({ voters: healthy.quorum!.voters.slice(0, 2) }),
    says: "fail: node 3 (127.0.0.1:21003) is not a voter",
  },
  {
    what: "a voter lags",
    check: "controller",
    state: quorum({ voters: [...healthy.quorum!.voters.slice(0, 2), { id: 3, lag: 40, caughtUpAgoMs: 12_000 }] }),
    says: "fail: voter node 3 (127.0.0.1:21003) does not keep up (last caught up: 12 s ago)",
  },
  {
    what: "a stranger votes",
    check: "controller",
    state: quorum({ voters: [...healthy.quorum!.voters, { id: 9, lag: 0, caughtUpAgoMs: 0 }] }),
    says: "fail: voter 9 is not in the plan",
  },
  {
    what: "… because it went while the cluster was down",
    check: "controller",
    plan: { ...plan, quorum: "dynamic" },
    state: quorum({ voters: [...healthy.quorum!.voters, { id: 9, lag: 0, caughtUpAgoMs: 60_000 }] }),
    says: "fail: voter 9 is not in the plan",
    hint: /^put controllers\.count back, /,
  },
  { what: "ZooKeeper mode", check: "controller", plan: zooKeeperPlan, says: "pass: broker 1 is the controller" },
  {
    what: "ZooKeeper mode without controller",
    check: "controller",
    plan: zooKeeperPlan,
    state: { cluster: { ...healthy.cluster!, controllerId: null } },
    says: "fail: no broker is the controller",
  },
  { what: "KRaft", check: "zookeeper", says: "skip: KRaft mode has no ZooKeeper" },
  {
    what: "all well",
    check: "zookeeper",
    plan: zooKeeperPlan,
    state: zk("follower", "leader", "follower"),
    says: "pass: node 2002 leads 3 ZooKeeper nodes",
  },
  {
    what: "one is down",
    check: "zookeeper",
    plan: zooKeeperPlan,
    state: zk("follower", "leader", null),
    says: "fail: node 2003 serves no requests",
  },
  {
    what: "out of reach on another target",
    check: "zookeeper",
    plan: { ...zooKeeperPlan, target: "kubernetes" },
    state: zk(null, null, null),
    says: "skip: ZooKeeper cannot be reached from here; the containers and controller checks stand for it",
  },
  { what: "all well", check: "offline-partitions", says: "pass: 3 of 3 partitions have a leader" },
  {
    what: "one is offline",
    check: "offline-partitions",
    state: partition({ leader: null }),
    says: "fail: 1 of 3 partitions: no leader (orders-1)",
  },
  {
    what: "one lacks a replica",
    check: "under-replicated",
    state: partition({ isr: [2, 3] }),
    says: "fail: 1 of 3 partitions: replicas out of sync (orders-1)",
  },
  {
    what: "still enough for acks=all",
    check: "under-min-isr",
    state: partition({ isr: [2, 3] }),
    says: "pass: 3 of 3 partitions have enough in-sync replicas for acks=all",
  },
  {
    what: "too few for acks=all",
    check: "under-min-isr",
    state: partition({ isr: [2] }),
    says: "fail: 1 of 3 partitions: fewer in-sync replicas than min.insync.replicas (orders-1)",
  },
  {
    what: "one copy under a min ISR of two takes acks=all",
    check: "under-min-isr",
    state: partition({ replicas: [2], isr: [2] }),
    says: "warn: 1 of 3 partitions: fewer replicas than min.insync.replicas, so acks=all promises fewer copies than that (orders-1)",
    hint: /^give these topics more replicas/,
  },
  {
    what: "… but not while that one is away",
    check: "under-min-isr",
    state: partition({ replicas: [2], isr: [], leader: null }),
    says: "fail: 1 of 3 partitions: fewer in-sync replicas than min.insync.replicas (orders-1)",
  },
  {
    what: "another leads",
    check: "preferred-leaders",
    state: partition({ leader: 3 }),
    says: "warn: 1 of 3 partitions: not led by the preferred replica (orders-1)",
  },
  {
    what: "offline is no matter of preference",
    check: "preferred-leaders",
    state: partition({ leader: null }),
    says: "pass: 3 of 3 partitions are led by their preferred replica",
  },
  { what: "all well", check: "topics", says: "pass: 1 of 1 topics are as declared" },
  {
    what: "one is missing",
    check: "topics",
    plan: { ...plan, topics: [...plan.topics, topicPlan("audit", 1, 3)] },
    says: "fail: audit: create (declared but not there)",
  },
  { what: "nobody tells", check: "topics", state: { topics: null }, says: "fail: no broker tells its topics" },
  { what: "lists are spaced otherwise", check: "broker-config", says: "pass: 3 brokers are configured as planned" },
  {
    what: "a value differs",
    check: "broker-config",
    state: probes(3, { config: { "min.insync.replicas": "1" } }),
    says: "fail: node 3 min.insync.replicas: planned 2, found 1",
  },
  {
    what: "a value is hidden",
    check: "broker-config",
    state: probes(3, { config: { "min.insync.replicas": null } }),
    says: "pass: 3 brokers are configured as planned",
  },
  { what: "all well", check: "disk", says: "pass: fullest volume: 40 % used (node 1)" },
  { what: "filling", check: "disk", state: disk(20), says: "warn: fullest volume: 80 % used (node 2)" },
  { what: "full", check: "disk", state: disk(5), says: "fail: fullest volume: 95 % used (node 2)" },
  {
    what: "offline",
    check: "disk",
    state: probes(2, { logDirs: [{ path: "/data/2", totalBytes: null, usableBytes: null, fault: "error 56" }] }),
    says: "fail: node 2 /data/2 is offline",
  },
  {
    what: "unknown size",
    check: "disk",
    state: { probes: healthy.probes.map((probe) => ({ ...probe, logDirs: [] })) },
    says: "skip: no broker tells the size of its volumes",
  },
];

describe("health checks", () => {
  for (const row of rows)
    it(`${row.check}: ${row.what}`, () => {
      const results = runChecks({ ...healthy, ...row.state }, row.plan ?? plan, outputs);
      const result = results.find(({ name }) => name === row.check);
      assert.equal(`${result?.status}: ${result?.detail}`, row.says);
      const ails = result?.status === "fail" || result?.status === "warn";
      assert.equal(result?.hint !== undefined, ails, "a hint goes with every complaint, and with nothing else");
      if (row.hint) assert.match(result?.hint ?? "", row.hint);
    });

  it("is healthy with warnings, and not with a failure", () => {
    const report = (state: Partial<HealthState>) =>
      healthReport("dev", runChecks({ ...healthy, ...state }, plan, outputs), 1).healthy;
    assert.deepEqual([report({}), report(disk(20)), report(disk(5))], [true, true, false]);
  });

  it("tells of a cluster that is down without throwing", () => {
    const down: HealthState = {
      cluster: null,
      probes: healthy.probes.map(({ id }) => ({ id, fault: "refused", config: {}, logDirs: [] })),
      quorum: null,
      zookeeper: [],
      topics: null,
      runtime: null,
      security: null,
      clock: null,
    };
    const failing = runChecks(down, plan, outputs).filter(({ status }) => status === "fail");
    assert.deepEqual(
      failing.map(({ name }) => name),
      ["brokers", "controller", "topics"],
    );
    assert.match(failing[0]?.detail ?? "", /^node 1 .* node 2 .* node 3 /);
  });

  it("pods are looked into by other means than containers of an engine", () => {
    const sick = { ...healthy, ...runtime("", "ended") };
    const hintIn = (target: "docker" | "kubernetes") => {
      const inside = { network: "kafka-dev", bootstrapServers: [] };
      const found = runChecks(sick, plan, { ...outputs, target, inside });
      return found.find(({ name }) => name === "containers")?.hint;
    };
    assert.match(hintIn("docker") ?? "", /^docker logs tells more; kafka-stacks up dev brings back/);
    assert.match(
      hintIn("kubernetes") ?? "",
      /^kubectl -n kafka-dev logs \(or describe pod\) tells more; kafka-stacks up/,
    );
  });
});
