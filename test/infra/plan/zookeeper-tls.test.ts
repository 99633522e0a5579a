import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { NodeSeat } from "../../../infra/plan/nodes.ts";
import type { TargetName } from "../../../infra/plan/types.ts";
import { zooKeeperClientProperties, zooKeeperProperties } from "../../../infra/plan/zookeeper.ts";
import { zooKeeperClientTls, zooKeeperTls } from "../../../infra/plan/zookeeper-tls.ts";
import type { resolveSecurity } from "../../../infra/spec/security.ts";

const seat = (id: number, role: "broker" | "zookeeper"): NodeSeat => ({
  id,
  roles: [role],
  rack: null,
  heapMiB: 128,
  memoryMiB: 256,
  cpuMillis: 100,
});
const seats = [seat(1, "broker"), seat(2001, "zookeeper"), seat(2002, "zookeeper")];
const [, first] = seats as [NodeSeat, NodeSeat];

type Transition = "open" | "switch" | undefined;

function specOf(profile: "plaintext" | "scram", target: TargetName, transition: Transition) {
  const written = { profile, transition, iUnderstandThisIsOpen: false };
  return { target, security: { ...written } as ReturnType<typeof resolveSecurity> };
}

const zooCfg = (target: TargetName, transition?: Transition) =>
  zooKeeperProperties(seats, zooKeeperTls(specOf("scram", target, transition), first, seats));

describe("TLS of ZooKeeper", () => {
  test("is not there without security", () => {
    const spec = specOf("plaintext", "local", undefined);
    assert.deepEqual(zooKeeperTls(spec, first, seats), {});
    assert.deepEqual(zooKeeperClientTls(spec, seats), {});
  });

  test("both ports have their clients log in, and the plain one is on loopback", () => {
    const { secureClientPort, sessionRequireClientSASLAuth, "server.1": one, "server.2": two } = zooCfg("docker");
    assert.equal(sessionRequireClientSASLAuth, "true");
    assert.equal(secureClientPort, "{{port:ZK_CLIENT_TLS@2001}}");
    assert.match(one!, /;127\.0\.0\.1:\{\{port:ZK_CLIENT@2001\}\}$/);
    assert.match(two!, /;127\.0\.0\.1:\{\{port:ZK_CLIENT@2002\}\}$/);
  });

  for (const prefix of ["ssl", "ssl.quorum"])
    test(`${prefix}: a certificate is wanted of whoever connects`, () => {
      const properties = zooCfg("kubernetes");
      assert.equal(properties[`${prefix}.clientAuth`], "need");
      assert.equal(properties[`${prefix}.keyStore.location`], "{{dir:config}}/keystore.pem");
      assert.equal(properties[`${prefix}.trustStore.location`], "{{dir:config}}/ca.pem");
    });

  test("the quorum's password is wanted too", () => {
    const properties = zooCfg("local");
    assert.equal(properties["quorum.auth.serverRequireSasl"], "true");
    assert.equal(properties["quorum.auth.learnerRequireSasl"], "true");
  });

  const names: readonly (readonly [
    TargetName,
    verified: string,
    byReverseLookup: string,
    address: string | undefined,
  ])[] = [
    ["local", "true", "false", "{{host:ZK_CLIENT_TLS@2001}}"],
    ["docker", "true", "true", undefined],
    ["kubernetes", "false", "false", undefined],
  ];
  for (const [target, verified, byReverseLookup, address] of names)
    test(`${target}: names of peers, and where clients are listened for`, () => {
      const properties = zooCfg(target);
      assert.equal(properties["ssl.quorum.hostnameVerification"], verified);
      assert.equal(properties["ssl.quorum.allowReverseDnsLookup"], byReverseLookup);
      assert.equal(properties.secureClientPortAddress, address);
    });

  const phases: readonly (readonly [
    Transition,
    speaksTls: string,
    acceptsBoth: string | undefined,
    brokers: string,
  ])[] = [
    ["open", "false", "true", "ZK_CLIENT"],
    ["switch", "true", "true", "ZK_CLIENT_TLS"],
    [undefined, "true", undefined, "ZK_CLIENT_TLS"],
  ];
  for (const [transition, speaksTls, acceptsBoth, listener] of phases)
    test(`transition ${transition ?? "over"}: what peers speak and accept, and where brokers connect`, () => {
      const properties = zooCfg("local", transition);
      assert.equal(properties.sslQuorum, speaksTls);
      assert.equal(properties.portUnification, acceptsBoth);
      const isOpen = properties["server.1"]!.endsWith(";{{bind:ZK_CLIENT@2001}}");
      assert.equal(isOpen, transition !== undefined, "brokers that still use the plain port find it");
      const own = {
        ...zooKeeperClientProperties(seats),
        ...zooKeeperClientTls(specOf("scram", "local", transition), seats),
      };
      assert.equal(own["zookeeper.connect"], `{{address:${listener}@2001}},{{address:${listener}@2002}}`);
      assert.equal(own["zookeeper.ssl.client.enable"], listener === "ZK_CLIENT" ? undefined : "true");
    });
});
