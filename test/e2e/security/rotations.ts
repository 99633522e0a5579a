import assert from "node:assert/strict";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { describe, type TestContext, test } from "node:test";
import { connect } from "node:tls";
import { issue } from "../../../infra/targets/security/make.ts";
import { type Identity, identityOf } from "../../../scripts/kafka/identity.ts";
import { socketFactory } from "../../../scripts/kafka/ways.ts";
import { type LoadReport, tell, underLoad } from "../../helpers/load.ts";
import { unlessLong } from "../../helpers/long.ts";
import { tryRow } from "../../helpers/refusals.ts";
import { ask } from "../../helpers/refusals-clients.ts";
import { attackedOf, type SecuredCluster } from "./cluster.ts";
import { leakingFiles, secretsOf, within } from "./secrets.ts";

type Rotation = "user" | "given" | "own" | "certificates";

/**
 * What proves who somebody is gets replaced under load of a client that reads its login anew for each connection.
 *
 * @param elsewhere what another cluster is tried with, and here only in a long run.
 */
export function rotations(cluster: SecuredCluster, ...elsewhere: readonly Rotation[]): void {
  const unless = (one: Rotation) => ({
    skip: elsewhere.includes(one) && unlessLong("tried with the cluster of the other mode"),
  });
  const { document, home, directory, file, printed, run, deployed } = cluster;
  const up = async () => JSON.parse(await run("up", file, "--yes", "--json", "--skip", "smoke"));
  const alice = async () => identityOf((await deployed()).access, "alice")!;

  describe("replaced under load: no acknowledged record lost, no error of a client", () => {
    test("a user's password; the old one is refused", unless("user"), async (t) => {
      const old = await alice();
      const report = await loaded(cluster, async (relearn) => {
        document.setIn(["users", 0, "rotation"], 2);
        await up();
        await relearn();
      });
      spotless(report, t);
      assert.notEqual((await alice()).password, old.password);
      await refused(cluster, old, "wrong-password");
      await ask((await deployed()).cluster.bootstrapServers[0]!, await alice())();
    });

    test("a password that is given, by another in its file", unless("given"), async (t) => {
      const source = path.join(home, "alice.password");
      const give = (password: string) => writeFileSync(source, `${password}\n`, { mode: 0o600 });
      document.deleteIn(["users", 0, "rotation"]);
      document.setIn(["users", 0, "passwordFrom"], document.createNode({ file: "alice.password" }));
      const [first, second] = [`it's "the first" \\ #1`, "correct;horse=battery,staple"];
      let given: Identity | undefined;
      const report = await loaded(cluster, async (relearn) => {
        for (const password of [first, second]) {
          give(password);
          await up();
          await relearn();
          given ??= await alice();
        }
      });
      spotless(report, t);
      assert.equal(given?.password, first);
      assert.equal((await alice()).password, second);
      await refused(cluster, given, "wrong-password");
      const secrets = secretsOf(directory, (await deployed()).access);
      assert.deepEqual(within(printed.join("\n"), secrets), [], "printed");
      assert.deepEqual(
        leakingFiles(home, new Map([["given", second]]), (one) => one === source),
        [],
      );
    });

    test(
      "the passwords of our own, cut off between the deployment and Kafka's learning of them",
      unless("own"),
      async (t) => {
        const admin = async () => identityOf((await deployed()).access, "admin")!;
        const old = await admin();
        const report = await loaded(cluster, async () => {
          document.setIn(["security", "rotation"], 2);
          await run("up", file, "--yes", "--skip", "access", "topics", "health", "smoke");
          await refused(cluster, { ...(await admin()), earlier: [] }, "wrong-password");
          await run("health", file);
          await run("access", "apply", file, "--yes");
        });
        spotless(report, t);
        await refused(cluster, old, "wrong-password");
        await ask((await deployed()).cluster.bootstrapServers[0]!, { ...(await admin()), earlier: [] })();
      },
    );

    test("certificates that near their end, as a roll", unless("certificates"), async (t) => {
      const before = await certificateEnds(cluster);
      const report = await loaded(cluster, async () => {
        document.setIn(["security", "certificates"], document.createNode({ lifetime: "700d", renewBefore: "366d" }));
        await up();
      });
      spotless(report, t);
      const after = await certificateEnds(cluster);
      assert.ok(
        after.every((end, i) => end > before[i]!),
        `${before} → ${after}`,
      );
    });

    const long = { skip: unlessLong("takes minutes: every node restarts three times") };
    test("the authority, in phases; the old one is trusted by nobody any more", long, async (t) => {
      const { authority: old } = await attackedOf(cluster);
      const trustingOld = await alice();
      const report = await loaded(cluster, async (relearn) => {
        for (const rotation of ["trustBoth", "reissue", "stable"]) {
          document.setIn(["security", "certificates", "rotation"], rotation);
          await up();
          await relearn();
        }
      });
      spotless(report, t);
      await refused(cluster, trustingOld, "untrusted");
      const { authority, replication } = await attackedOf(cluster);
      assert.notEqual(authority.certificate, old.certificate);
      const node = { name: "kafka-node", commonName: "kafka-node", kind: "node", hosts: ["127.0.0.1"] } as const;
      const pem = await issue(node, 1, old, new Date());
      const forged: Identity = { name: "kafka-node", authority: authority.certificate, ...pem };
      await refused(cluster, forged, "certificate-refused", replication);
    });
  });
}

/** Alice's records while something is done. `relearn` has her read how to log in, as a client does that was told. */
async function loaded(
  { deployed }: SecuredCluster,
  act: (relearn: () => Promise<void>) => Promise<void>,
): Promise<LoadReport> {
  const learn = async () => identityOf((await deployed()).access, "alice")!;
  let current = await learn();
  const { cluster } = await deployed();
  const sasl = {
    mechanism: "scram-sha-512" as const,
    username: current.name,
    get password() {
      return current.password!;
    },
  };
  return underLoad(
    cluster.bootstrapServers,
    "orders",
    () =>
      act(async () => {
        current = await learn();
      }),
    { sasl, socketFactory: (to) => socketFactory(current)(to) },
  );
}

function spotless(report: LoadReport, t: TestContext): void {
  tell(t, t.name, report);
  assert.ok(report.acked > 50, `${report.acked} acknowledged`);
  assert.deepEqual({ lost: report.lost, errors: report.errors }, { lost: [], errors: [] });
}

async function refused({ deployed }: SecuredCluster, who: Identity, by: string, address?: string): Promise<void> {
  const { cluster } = await deployed();
  const attempt = ask(address ?? cluster.bootstrapServers[0]!, who);
  const result = await tryRow({ row: by, refusedBy: [by], attempt });
  assert.ok(result.refused, result.how);
}

/** When what the nodes present ends, in milliseconds since 1970. */
async function certificateEnds({ deployed }: SecuredCluster): Promise<number[]> {
  const { cluster, access } = await deployed();
  return Promise.all(cluster.bootstrapServers.map((address) => endOf(address, access.authority!)));
}

async function endOf(address: string, authority: string): Promise<number> {
  const [host, port] = address.split(":");
  const socket = connect({ host, port: Number(port), ca: authority });
  try {
    await once(socket, "secureConnect");
    return Date.parse(socket.getPeerCertificate().valid_to);
  } finally {
    socket.destroy();
  }
}
