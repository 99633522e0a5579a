import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type ConnectionOptions, connect } from "node:tls";
import { issue, makeAuthority } from "../../../../infra/targets/security/make.ts";
import type { Authority, Pem } from "../../../../infra/targets/security/types.ts";
import { as } from "../../../../scripts/kafka/identity.ts";
import { brokerServes } from "../../../../scripts/kafka/serves.ts";
import { startKafka, startZooKeeper, type TlsServer } from "./jvm.ts";

const now = new Date();
const [old, fresh, stranger] = await Promise.all([0, 1, 2].map(() => makeAuthority("one authority", 30, now)));
const hosts = ["localhost", "127.0.0.1"];
const nodeBy = (authority: Authority) =>
  issue({ name: "node-1", commonName: "kafka-node", kind: "node", hosts }, 2, authority, now);
const clientBy = (authority: Authority, when = now) =>
  issue({ name: "user-orders", commonName: "orders", kind: "client", hosts: [] }, 2, authority, when);
const both = old!.certificate + fresh!.certificate;

/** A request that each answers: ApiVersions 0 of Kafka's protocol, or ZooKeeper's `srvr`. */
const API_VERSIONS = Buffer.from([0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 1, 0xff, 0xff]);

/** What becomes of a request: `answered`, or the code of the error. */
function ask(port: number, options: ConnectionOptions, request: string | Buffer = API_VERSIONS): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port, servername: "localhost", ca: both, ...options }, () =>
      socket.write(request),
    );
    socket.on("data", () => {
      resolve("answered");
      socket.destroy();
    });
    socket.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    socket.on("close", () => resolve("closed"));
  });
}

const withKey = ({ certificate, key }: Pem): ConnectionOptions => ({ cert: certificate, key });

/** What a node makes of clients while an authority is replaced, both of one name. */
for (const version of ["4.3.1", "3.9.2"])
  describe(`Kafka ${version} reads PEM key stores with two authorities of one name`, () => {
    let kafka: TlsServer;
    before(async () => {
      kafka = await startKafka(version, await nodeBy(old!), both);
    });
    after(() => kafka.stop());

    test("it serves, connections to itself included", async () => {
      const identity = { name: "orders", authority: both, ...(await clientBy(fresh!)) };
      assert.equal(await as(identity, () => brokerServes(`127.0.0.1:${kafka.port}`, 1)), true);
    });

    const longAgo = new Date(now.getTime() - 3 * 86_400_000);
    const cases: readonly (readonly [name: string, options: () => Promise<ConnectionOptions>, wanted: RegExp])[] = [
      ["a client of the old authority", async () => withKey(await clientBy(old!)), /^answered$/],
      ["a client of the new authority", async () => withKey(await clientBy(fresh!)), /^answered$/],
      ["a client of a stranger's", async () => withKey(await clientBy(stranger!)), /^ERR_SSL.*ALERT|^ECONNRESET$/],
      [
        "a client whose time is over",
        async () => withKey(await clientBy(old!, longAgo)),
        /^ERR_SSL.*ALERT|^ECONNRESET$/,
      ],
      ["a client without certificate", async () => ({}), /^ERR_SSL.*ALERT|^ECONNRESET$/],
      [
        "a client that looks for another host",
        async () => ({ ...withKey(await clientBy(old!)), servername: "kafka.example" }),
        /^ERR_TLS_CERT_ALTNAME_INVALID$/,
      ],
      [
        "a client that trusts the new authority alone",
        async () => ({ ...withKey(await clientBy(old!)), ca: fresh!.certificate }),
        /^(UNABLE_TO_|CERT_SIGNATURE_FAILURE|SELF_SIGNED)/,
      ],
    ];
    for (const [name, options, wanted] of cases)
      test(`${name}: ${wanted.source}`, async () => assert.match(await ask(kafka.port, await options()), wanted));
  });

test("ZooKeeper 3.8.6 reads PEM key stores, and wants a client's certificate", async () => {
  const zookeeper = await startZooKeeper("3.9.2", await nodeBy(old!), both);
  try {
    assert.equal(await ask(zookeeper.port, withKey(await clientBy(fresh!)), "srvr"), "answered");
    assert.notEqual(await ask(zookeeper.port, {}, "srvr"), "answered");
  } finally {
    await zookeeper.stop();
  }
});
