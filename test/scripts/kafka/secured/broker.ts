import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CIPHER_SUITES } from "../../../../infra/plan/cipher-suites.ts";
import type { AclPlan } from "../../../../infra/plan/types.ts";
import { randomKafkaId } from "../../../../infra/targets/decisions/decide.ts";
import { javaFor } from "../../../../infra/targets/local/provider/java.ts";
import { createAcls } from "../../../../scripts/kafka/access-requests.ts";
import { withNode } from "../../../../scripts/kafka/gaps.ts";
import { as, type Identity } from "../../../../scripts/kafka/identity.ts";
import { brokerServes } from "../../../../scripts/kafka/serves.ts";
import { freePorts } from "../../../../toolchain/ports.ts";
import { makeAuthority, type Pem } from "./certificates.ts";

/** Lets a user do what a plan says. */
export async function allow(broker: SecuredBroker, user: string, acls: readonly AclPlan[]): Promise<void> {
  const flat = acls.flatMap(({ operations, ...acl }) =>
    operations.map((operation) => {
      return { ...acl, operation, principal: `User:${user}`, host: "*", permission: "Allow" as const };
    }),
  );
  await as(broker.admin, () => withNode(broker.at.SCRAM, 10_000, (node) => createAcls(node, flat)));
}

/** A listener of each kind; CONTROLLER wants a client's certificate. */
const KINDS = ["PLAIN", "TLS", "SCRAM", "MTLS", "STALE", "CONTROLLER"] as const;
export type Kind = (typeof KINDS)[number];
const PROTOCOLS: Readonly<Record<Kind, string>> = {
  PLAIN: "PLAINTEXT",
  TLS: "SSL",
  SCRAM: "SASL_SSL",
  MTLS: "SSL",
  STALE: "SSL",
  CONTROLLER: "SSL",
};

export interface SecuredBroker {
  /** Address of each listener. */
  readonly at: Readonly<Record<Kind, string>>;
  /** To trust. */
  readonly authority: string;
  /** A super user, by password on SCRAM. */
  readonly admin: Identity;
  /** By password on SCRAM. */
  user(name: string): Identity;
  /** By certificate on MTLS and CONTROLLER. */
  holder(name: string, days?: number): Identity;
  /** Its certificate names 127.0.0.1 and localhost; of STALE's, the time is over. */
  stop(): Promise<void>;
}

/** One combined KRaft node with Kafka's authorizer, which denies by default, and these users with passwords. */
export async function startSecuredBroker(users: readonly string[], kafkaVersion = "4.3.1"): Promise<SecuredBroker> {
  const folder = mkdtempSync(path.join(tmpdir(), "secured-"));
  const authority = makeAuthority("an authority");
  const names = "IP:127.0.0.1,DNS:localhost";
  const node = authority.issue("kafka-node", names);
  const ports = await freePorts(KINDS.length);
  const at = Object.fromEntries(KINDS.map((kind, i) => [kind, `127.0.0.1:${ports[i]}`])) as Record<Kind, string>;
  const file = (name: string, text: string) => {
    writeFileSync(path.join(folder, name), text, { mode: 0o600 });
    return path.join(folder, name);
  };
  const store = (name: string, pem: Pem) => file(name, pem.key + pem.certificate);
  const config = properties(at, folder, {
    keystore: store("node.pem", node),
    stale: store("stale.pem", authority.issue("kafka-node", names, -1)),
    truststore: file("ca.pem", authority.certificate),
  });
  const java = await javaFor(kafkaVersion, () => {});
  const jvm = [java.command, ["-Xmx256m", "-XX:TieredStopAtLevel=1", ...java.options]] as const;
  const passwords = new Map(["kafka-admin", ...users].map((name) => [name, `password-of-${name}`]));
  const scram = [...passwords].flatMap(([name, password]) => [
    "--add-scram",
    `SCRAM-SHA-512=[name=${name},password=${password}]`,
  ]);
  const settings = file("server.properties", config.join("\n"));
  const format = spawn(
    jvm[0],
    [...jvm[1], "kafka.tools.StorageTool", "format", "-t", randomKafkaId(), "-c", settings, ...scram],
    { stdio: "ignore" },
  );
  if ((await once(format, "exit"))[0] !== 0) throw new Error("storage could not be formatted");
  const log = openSync(path.join(folder, "log"), "w");
  const child = spawn(jvm[0], [...jvm[1], "kafka.Kafka", settings], { stdio: ["ignore", log, log] });
  const ended = once(child, "exit");
  const stop = async () => {
    child.kill("SIGKILL");
    await ended;
    rmSync(folder, { recursive: true });
  };
  const trusting = { authority: authority.certificate };
  const user = (name: string): Identity => ({ name, ...trusting, password: passwords.get(name) ?? "" });
  const holder = (name: string, days?: number): Identity => ({ name, ...trusting, ...authority.issue(name, "", days) });
  for (const deadline = Date.now() + 60_000; !(await as(user("kafka-admin"), () => brokerServes(at.SCRAM, 1))); ) {
    if (child.exitCode !== null || Date.now() > deadline) {
      const said = readFileSync(path.join(folder, "log"), "utf8").slice(-2_000);
      await stop();
      throw new Error(`the broker does not serve\n${said}`);
    }
    await sleep(100);
  }
  return { at, authority: authority.certificate, admin: user("kafka-admin"), user, holder, stop };
}

interface Stores {
  readonly keystore: string;
  readonly stale: string;
  readonly truststore: string;
}

function properties(at: Readonly<Record<Kind, string>>, folder: string, stores: Stores): string[] {
  const listeners = KINDS.map((kind) => `${kind}://${at[kind]}`);
  const told = listeners.filter((listener) => !listener.startsWith("CONTROLLER"));
  const secure = KINDS.filter((kind) => kind !== "PLAIN").flatMap((kind) => [
    `listener.name.${kind.toLowerCase()}.ssl.keystore.type=PEM`,
    `listener.name.${kind.toLowerCase()}.ssl.keystore.location=${kind === "STALE" ? stores.stale : stores.keystore}`,
    `listener.name.${kind.toLowerCase()}.ssl.truststore.type=PEM`,
    `listener.name.${kind.toLowerCase()}.ssl.truststore.location=${stores.truststore}`,
    `listener.name.${kind.toLowerCase()}.ssl.client.auth=${kind === "MTLS" || kind === "CONTROLLER" ? "required" : "none"}`,
  ]);
  return [
    "process.roles=broker,controller",
    "node.id=1",
    `controller.quorum.voters=1@${at.CONTROLLER}`,
    "controller.listener.names=CONTROLLER",
    "inter.broker.listener.name=MTLS",
    `listeners=${listeners.join(",")}`,
    `advertised.listeners=${told.join(",")}`,
    `listener.security.protocol.map=${KINDS.map((kind) => `${kind}:${PROTOCOLS[kind]}`).join(",")}`,
    ...secure,
    `ssl.cipher.suites=${CIPHER_SUITES}`,
    "listener.name.scram.sasl.enabled.mechanisms=SCRAM-SHA-512",
    "listener.name.scram.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;",
    "ssl.principal.mapping.rules=RULE:^CN=([^,]+).*$/$1/,DEFAULT",
    "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer",
    "super.users=User:kafka-node;User:kafka-admin",
    `log.dirs=${path.join(folder, "data")}`,
    "auto.create.topics.enable=false",
    "offsets.topic.replication.factor=1",
    "offsets.topic.num.partitions=3",
    "transaction.state.log.replication.factor=1",
    "transaction.state.log.min.isr=1",
    "transaction.state.log.num.partitions=3",
    "group.initial.rebalance.delay.ms=0",
    "share.coordinator.state.topic.replication.factor=1",
    "share.coordinator.state.topic.min.isr=1",
  ];
}
