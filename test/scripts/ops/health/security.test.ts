import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ClusterPlan, ListenerName, SecurityPlan } from "../../../../infra/plan/types.ts";
import type { CertificateState, HealthState } from "../../../../scripts/kafka/state.ts";
import { runChecks } from "../../../../scripts/ops/health/checks.ts";
import { healthy, outputs, plan } from "./healthy.ts";

const DAY_MS = 86_400_000;
const NOW_MS = Date.UTC(2026, 0, 1);

const secured = (profile: SecurityPlan["profile"]): SecurityPlan => ({
  ...plan.security,
  profile,
  certificates: { lifetimeDays: 365, renewBeforeDays: 30, authorityDays: 3650, rotation: "stable", wanted: [] },
});

/** A certificate by the days that it still has; one that is of no use yet by those that it waits. */
const certificate = (who: string, days: number, waits = -1): CertificateState => ({
  who,
  isAuthority: who.startsWith("authority"),
  fromMs: NOW_MS + waits * DAY_MS,
  untilMs: NOW_MS + days * DAY_MS,
});
const GOOD = [certificate("node 1", 300), certificate("node 2", 299.5), certificate("authority dev", 3000)];
const found = (certificates: readonly CertificateState[], over: Partial<HealthState> = {}): Partial<HealthState> => ({
  security: { nowMs: NOW_MS, certificates },
  ...over,
});

const sayOf = (check: string, state: Partial<HealthState>, of: ClusterPlan) => {
  const result = runChecks({ ...healthy, ...state }, of, outputs).find(({ name }) => name === check);
  const ails = result?.status === "fail" || result?.status === "warn";
  assert.equal(result?.hint !== undefined, ails, "a hint goes with every complaint, and with nothing else");
  return `${result?.status}: ${result?.detail}`;
};

describe("the certificates check", () => {
  const rows: readonly (readonly [what: string, state: Partial<HealthState>, says: string])[] = [
    ["plaintext", {}, "skip: the cluster has no certificates"],
    [
      "all well",
      found(GOOD),
      "pass: 2 of 3 nodes seen; the first to expire: node 2 in 299 days; the clock of node 1 is 0.0 s ahead of this machine's",
    ],
    [
      "ZooKeeper mode, whose nodes tell no time",
      found(GOOD, { clock: null }),
      "pass: 2 of 3 nodes seen; the first to expire: node 2 in 299 days; no node tells the time",
    ],
    ["one to be renewed", found([...GOOD, certificate("node 3", 29.9)]), "warn: node 3 in 29 days"],
    [
      "one not to be renewed yet",
      found([certificate("node 3", 31)], { clock: null }),
      "pass: 1 of 3 nodes seen; the first to expire: node 3 in 31 days; no node tells the time",
    ],
    [
      "an authority to be replaced",
      found([certificate("node 1", 300), certificate("authority dev", 59)]),
      "warn: authority dev in 59 days",
    ],
    ["one that has expired", found([...GOOD, certificate("node 3", -1.5)]), "fail: expired: node 3 1 day ago"],
    [
      "whoever looks is late",
      found([...GOOD, certificate("kafka-health", -2)]),
      "fail: expired: kafka-health 2 days ago",
    ],
    [
      "one of the future",
      found([...GOOD, certificate("node 3", 300, 1)]),
      "fail: not valid yet: node 3 (from 2026-01-02T00:00:00.000Z)",
    ],
    [
      "a clock that is late",
      found(GOOD, { clock: { id: 2, aheadMs: -90_000 } }),
      "warn: the clock of node 2 is 90.0 s behind this machine's",
    ],
    [
      "no node answers",
      found([certificate("authority dev", 3000)]),
      "skip: no node presents its certificate; see the brokers check",
    ],
  ];
  for (const [what, state, says] of rows)
    it(what, () => assert.equal(sayOf("certificates", state, { ...plan, security: secured("scram") }), says));
});

describe("the open-listeners check", () => {
  const docker = { image: "auto", publishAddress: "0.0.0.0", advertisedHost: "kafka.example" };
  const withListeners = (...protocols: readonly (readonly [ListenerName, string])[]): ClusterPlan => ({
    ...plan,
    target: "docker",
    docker,
    nodes: plan.nodes.map((node) => ({
      ...node,
      listeners: protocols.map(([name], i) => ({ name, port: 9000 + i })),
      config: {
        ...node.config,
        properties: {
          // A broker also knows the protocol of listeners that it does not have.
          "listener.security.protocol.map": [...protocols, ["CONTROLLER", "PLAINTEXT"]]
            .map((each) => each.join(":"))
            .join(),
        },
      },
    })),
  });
  const TLS = ["EXTERNAL_TLS", "SASL_SSL"] as const;
  const PLAIN = ["EXTERNAL", "PLAINTEXT"] as const;
  const ANYONE = "whoever reaches EXTERNAL may read, write and delete everything, and listen in";
  const rows: readonly (readonly [what: string, of: ClusterPlan, says: string])[] = [
    ["on this machine only", plan, "pass: others than this machine do not reach the brokers"],
    [
      "published on loopback",
      { ...withListeners(PLAIN), docker: { ...docker, publishAddress: "127.0.0.1" } },
      "pass: others than this machine do not reach the brokers",
    ],
    ["open to others", withListeners(PLAIN), `warn: ${ANYONE}`],
    ["on the way to security", { ...withListeners(PLAIN, TLS), security: secured("scram") }, `warn: ${ANYONE}`],
    [
      "encrypted, but nameless",
      { ...withListeners(["EXTERNAL_TLS", "SSL"]), security: secured("tls") },
      "warn: whoever reaches the brokers may read, write and delete everything: with profile tls nobody needs a name",
    ],
    [
      "secured",
      { ...withListeners(TLS), security: secured("scram") },
      "pass: whoever reaches the brokers must log in (scram)",
    ],
    [
      "secured pods",
      { ...withListeners(TLS), target: "kubernetes", security: secured("mtls") },
      "pass: whoever reaches the brokers must log in (mtls)",
    ],
  ];
  for (const [what, of, says] of rows) it(what, () => assert.equal(sayOf("open-listeners", {}, of), says));
});
