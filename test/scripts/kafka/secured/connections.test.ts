import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { after, before, describe, it } from "node:test";
import { createServer as createTlsServer } from "node:tls";
import { createClient } from "../../../../scripts/kafka/client.ts";
import { withAnyBroker } from "../../../../scripts/kafka/cluster.ts";
import { describeMetadata, withNode } from "../../../../scripts/kafka/gaps.ts";
import { as, type Identity } from "../../../../scripts/kafka/identity.ts";
import { brokerServes, controllerServes } from "../../../../scripts/kafka/serves.ts";
import { leadTo } from "../../../../scripts/kafka/ways.ts";
import { connectionFault, type FaultKind } from "../../../../scripts/ops/connection-faults.ts";
import { type Kind, type SecuredBroker, startSecuredBroker } from "./broker.ts";
import { makeAuthority, noOpenssl } from "./certificates.ts";

interface Row {
  readonly what: string;
  readonly listener: Kind;
  /** Told instead of 127.0.0.1, and led there by a tunnel. */
  readonly host?: string;
  readonly who: Identity | undefined;
  readonly fault: FaultKind | "none";
}

describe("both client libraries, against a secured broker", { skip: noOpenssl }, () => {
  let broker: SecuredBroker;
  before(async () => {
    broker = await startSecuredBroker(["alice"]);
  });
  after(() => broker?.stop());

  const rows = (): Row[] => {
    const alice = broker.user("alice");
    const trusting: Identity = { name: "nobody", authority: broker.authority };
    const other = makeAuthority("another authority");
    return [
      { what: "plaintext", listener: "PLAIN", who: undefined, fault: "none" },
      { what: "no name", listener: "TLS", who: trusting, fault: "none" },
      { what: "a password", listener: "SCRAM", who: alice, fault: "none" },
      { what: "a certificate", listener: "MTLS", who: broker.holder("alice"), fault: "none" },
      {
        what: "a tunnel to a name of the certificate",
        listener: "SCRAM",
        host: "localhost",
        who: alice,
        fault: "none",
      },
      { what: "plaintext to TLS", listener: "TLS", who: undefined, fault: "wants-tls" },
      { what: "plaintext to SASL", listener: "SCRAM", who: undefined, fault: "wants-tls" },
      { what: "TLS to plaintext", listener: "PLAIN", who: trusting, fault: "no-tls" },
      {
        what: "another authority",
        listener: "TLS",
        who: { name: "nobody", authority: other.certificate },
        fault: "untrusted",
      },
      { what: "a broker's expired certificate", listener: "STALE", who: trusting, fault: "expired" },
      {
        what: "an address that the certificate lacks",
        listener: "TLS",
        host: "127.0.0.9",
        who: trusting,
        fault: "wrong-host",
      },
      {
        what: "a name that the certificate lacks",
        listener: "TLS",
        host: "kafka.test",
        who: trusting,
        fault: "wrong-host",
      },
      { what: "no client certificate", listener: "MTLS", who: trusting, fault: "certificate-wanted" },
      { what: "a password for the controller", listener: "CONTROLLER", who: alice, fault: "certificate-wanted" },
      {
        what: "an expired client certificate",
        listener: "MTLS",
        who: broker.holder("alice", -1),
        fault: "certificate-refused",
      },
      {
        what: "a client certificate of another authority",
        listener: "MTLS",
        who: { ...trusting, ...other.issue("alice") },
        fault: "certificate-refused",
      },
      { what: "a wrong password", listener: "SCRAM", who: { ...alice, password: "guess" }, fault: "wrong-password" },
      { what: "an unknown name", listener: "SCRAM", who: { ...alice, name: "mallory" }, fault: "wrong-password" },
      { what: "no login", listener: "SCRAM", who: trusting, fault: "hung-up" },
      { what: "a password where none is taken", listener: "TLS", who: alice, fault: "wrong-mechanism" },
    ];
  };

  it("connect, or say why not", async () => {
    for (const { what, listener, host, who, fault } of rows()) {
      const [, port] = broker.at[listener].split(":");
      const address = host === undefined ? broker.at[listener] : `${host}:${port}`;
      if (host !== undefined) leadTo(address, Number(port));
      for (const use of [askNode, askCluster]) {
        const found = await as(who, () => use(address)).then(
          () => "none",
          (error: unknown) => connectionFault(error)?.kind ?? String(error),
        );
        assert.equal(found, fault, `${what}, by ${use.name}`);
      }
    }
  });

  it("speak no CBC suite: the broker refuses one in TLS 1.2", () => {
    const handshake = (ciphers: string) => {
      const options = ["s_client", "-connect", broker.at.TLS, "-tls1_2", "-cipher", ciphers];
      return spawnSync("openssl", options, { input: "", encoding: "utf8" }).stdout;
    };
    assert.match(handshake("ECDHE+AESGCM"), /Cipher is ECDHE-\w+-AES\w+-GCM/);
    assert.match(handshake("ECDHE+AES+SHA384:ECDHE+AES+SHA256:ECDHE+AES+SHA1:@SECLEVEL=0"), /Cipher is \(NONE\)/);
  });

  it("tell a user what is wrong and what to do", () =>
    assert.rejects(
      as({ ...broker.user("alice"), password: "guess" }, () => withAnyBroker([broker.at.SCRAM], 5_000, async () => {})),
      {
        message: `no broker answers (${broker.at.SCRAM}: it does not know this name and password)`,
        next: "run kafka-stacks access apply",
      },
    ));

  it("see whether a node serves, but only as somebody", async () => {
    const node = broker.holder("kafka-node");
    assert.equal(await as(node, () => controllerServes(broker.at.CONTROLLER, 1, 10_000)), true);
    assert.equal(await as(node, () => brokerServes(broker.at.MTLS, 1, 10_000)), true);
    assert.equal(await controllerServes(broker.at.CONTROLLER, 1, 2_000), false);
    assert.equal(await brokerServes(broker.at.SCRAM, 1, 2_000), false);
  });

  it("keep identities of concurrent work apart", async () => {
    const [alice, nobody] = [broker.user("alice"), { name: "nobody", authority: broker.authority }];
    const ask = (who: Identity, at: Kind) =>
      as(who, () =>
        askNode(broker.at[at]).then(
          () => true,
          () => false,
        ),
      );
    const answers = await Promise.all([
      ask(alice, "SCRAM"),
      ask(nobody, "TLS"),
      ask(nobody, "SCRAM"),
      ask(alice, "TLS"),
    ]);
    assert.deepEqual(answers, [true, true, false, false]);
  });
});

describe("a node that hangs is given up in time", { skip: noOpenssl }, () => {
  const authority = noOpenssl ? undefined : makeAuthority("an authority");
  const who: Identity = { name: "alice", authority: authority?.certificate, password: "any" };
  const servers = {
    "before the TLS handshake": () => createServer(() => {}),
    "before the login": () => {
      const { certificate: cert, key } = authority!.issue("kafka-node", "IP:127.0.0.1");
      return createTlsServer({ cert, key }, (socket) => socket.on("error", () => {}).resume());
    },
  };
  for (const [when, make] of Object.entries(servers))
    it(when, async () => {
      const server = make().listen(0, "127.0.0.1");
      await once(server, "listening");
      const started = performance.now();
      const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
      await assert.rejects(
        as(who, () => withNode(address, 300, async () => {})),
        /timed out/,
      );
      assert.ok(performance.now() - started < 5_000);
      server.close();
    });
});

async function askNode(address: string): Promise<void> {
  await withNode(address, 5_000, (node) => describeMetadata(node, []));
}

async function askCluster(address: string): Promise<void> {
  const admin = createClient([address], "test", { retry: { retries: 0 } }).admin();
  try {
    await admin.connect();
    await admin.describeCluster();
  } finally {
    await admin.disconnect();
  }
}
