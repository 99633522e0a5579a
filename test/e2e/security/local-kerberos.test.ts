import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { text } from "node:stream/consumers";
import { after, before, describe, test } from "node:test";
import { type Java, javaFor } from "../../../infra/targets/local/provider/java.ts";
import { identityOf } from "../../../scripts/kafka/identity.ts";
import { isInstalled, kdcSkip, type Realm, startRealm } from "../../helpers/kdc.ts";
import { ask } from "../../helpers/refusals-clients.ts";
import { securedCluster } from "./cluster.ts";
import { isPrivate, leakingFiles } from "./secrets.ts";

const REALM = "EXAMPLE.ORG";
const VERSION = "4.3.1";
const STACK = `
target: local
environment: dev
kafka: { version: ${VERSION} }
brokers: { count: 1 }
controllers: { count: 1, placement: combined }
security:
  profile: scram
  kerberos: { realm: ${REALM}, krb5Conf: krb5.conf, keytab: kafka.keytab }
`;

const TOPICS = "org.apache.kafka.tools.TopicCommand";
const PRODUCER = "org.apache.kafka.tools.ConsoleProducer";
const CONSUMER = "org.apache.kafka.tools.consumer.ConsoleConsumer";
const READ_ONE = ["--topic", "orders", "--group", "alice-reads", "--from-beginning", "--max-messages", "1"];

/** A login that the broker closes on is tried again, for a minute unless somebody minds. */
const IMPATIENT = { "default.api.timeout.ms": "6000", "request.timeout.ms": "5000" };

type Environment = Readonly<Record<string, string>>;

describe("a local cluster with Kerberos beside passwords", { skip: kdcSkip() }, () => {
  const cluster = securedCluster("e2e-kerberos", STACK);
  const { home, file, directory, run } = cluster;
  let realm: Realm;
  let java: Java;

  before(async () => {
    realm = await startRealm(home, REALM);
    copyFileSync(realm.keytab("kafka/localhost"), path.join(home, "kafka.keytab"));
    java = await javaFor(VERSION, () => {});
  });
  after(() => realm.stop());

  const ofAlice = ["--client-properties", "--user", "alice", "--kerberos"];

  /** A client's configuration as `outputs` gives it, and what a test has otherwise. */
  async function configuration(more: Environment = {}): Promise<string> {
    const told = path.join(home, "alice.client");
    if (!existsSync(told)) await run("outputs", file, ...ofAlice, "--out", told);
    const lines = Object.entries({ ...IMPATIENT, ...more }).map(([key, value]) => `${key}=${value}\n`);
    const used = path.join(home, "used.client");
    writeFileSync(used, readFileSync(told, "utf8") + lines.join(""));
    return used;
  }

  /** Logs in with a key rather than a ticket, as whoever has it. */
  const byKeytab = (name: string): Environment => ({
    "sasl.jaas.config": `com.sun.security.auth.module.Krb5LoginModule required useKeyTab=true storeKey=true keyTab="${realm.keytab(name)}" principal="${name}@${REALM}";`,
  });

  /** One of Kafka's own console clients. */
  async function tool(main: string, config: string, args: readonly string[], env: Environment = {}, input = "") {
    const { cluster: outputs } = await cluster.deployed();
    const server = ["--bootstrap-server", outputs.bootstrapServers[0]!, "--command-config", config];
    const options = ["-XX:TieredStopAtLevel=1", `-Djava.security.krb5.conf=${realm.conf}`, ...java.options];
    return finish(java.command, [...options, main, ...server, ...args], env, input);
  }

  test("up brings it; passwords still log in: those of its smoke test, and the user's", async () => {
    const result = JSON.parse(await run("up", file, "--yes", "--json"));
    assert.equal(result.smoke.passed, true);
    assert.equal(result.health.healthy, true);
    const { cluster: outputs, access } = await cluster.deployed();
    await ask(outputs.bootstrapServers[0]!, identityOf(access, "alice"))();
  });

  test("a user writes with a keytab and reads with a ticket, by Kafka's own clients", async () => {
    const keytab = await configuration(byKeytab("alice"));
    const wrote = await tool(PRODUCER, keytab, ["--topic", "orders"], {}, "by keytab\n");
    assert.equal(wrote.code, 0, wrote.printed);
    const ticket = await configuration();
    const read = await tool(CONSUMER, ticket, READ_ONE, realm.ticket("alice"));
    assert.match(read.printed, /^by keytab$/m);
  });

  test("so does kcat", { skip: !isInstalled("kcat") && "there is no kcat" }, async (t) => {
    const config = path.join(home, "kcat.conf");
    await run("outputs", file, ...ofAlice, "--format", "kcat", "--out", config);
    const env = realm.ticket("alice");
    const wrote = await finish("kcat", ["-F", config, "-P", "-t", "orders"], env, "by kcat\n");
    if (/No provider for SASL mechanism GSSAPI|No worthy mechs/.test(wrote.printed))
      return t.skip("kcat has no GSSAPI: install libsasl2-modules-gssapi-mit");
    assert.equal(wrote.code, 0, wrote.printed);
    const read = await finish("kcat", ["-F", config, "-C", "-t", "orders", "-e", "-o", "beginning"], env);
    assert.match(read.printed, /^by kcat$/m);
  });

  test("a principal that is no user may do nothing", async () => {
    const config = await configuration(byKeytab("mallory"));
    const wrote = await tool(PRODUCER, config, ["--topic", "orders"], {}, "by mallory\n");
    assert.match(wrote.printed, /TopicAuthorizationException|Topic authorization failed/);
  });

  test("without a ticket nobody logs in", async () => {
    const config = await configuration();
    const none = { KRB5CCNAME: `FILE:${path.join(home, "none")}` };
    const wrote = await tool(PRODUCER, config, ["--topic", "orders"], none, "by nobody\n");
    assert.notEqual(wrote.code, 0);
    assert.match(wrote.printed, /LoginException/);
  });

  test("who is kafka-admin in the realm is nobody here, least of all the super user", async () => {
    const config = await configuration(byKeytab("kafka-admin"));
    const list = await tool(TOPICS, config, ["--list"]);
    assert.notEqual(list.code, 0);
    assert.doesNotMatch(list.printed, /^orders$/m);
    const logs = readFileSync(path.join(directory, "node-1", "logs", "node.log"), "utf8");
    assert.match(logs, /Non-simple name kafka-admin@EXAMPLE\.ORG/);
  });

  test("the keytab is a secret: in the node's own file, and in no state or output", async () => {
    const keytab = path.join(directory, "node-1", "config", "kafka.keytab");
    const content = readFileSync(path.join(home, "kafka.keytab"));
    assert.deepEqual(readFileSync(keytab), content);
    assert.ok(isPrivate(keytab));
    assert.equal(JSON.parse(await run("preview", file, "--json")).changes, 0);
    const secret = new Map([["keytab", content.toString("base64").slice(-40)]]);
    assert.deepEqual(
      leakingFiles(path.join(home, "pulumi"), secret, () => false),
      [],
    );
    assert.ok(!cluster.printed.join("").includes(secret.get("keytab")!));
  });
});

/** Runs a program to its end. */
async function finish(command: string, args: readonly string[], env: Environment, input = "") {
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: "pipe" });
  child.stdin.on("error", () => {}); // It ended before it read.
  child.stdin.end(input);
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return { code: code as number | null, printed: `${out}\n${err}` };
}
