/** What the stack's own names may do is enough for what they are there for, and no more. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { text } from "node:stream/consumers";
import { after, before, describe, it } from "node:test";
import type { ClusterOutputs } from "../../../../infra/outputs.ts";
import { HEALTH_PERMISSIONS } from "../../../../infra/plan/permissions.ts";
import { SMOKE_PERMISSIONS } from "../../../../infra/plan/smoke-permissions.ts";
import { createClient } from "../../../../scripts/kafka/client.ts";
import { readHealthState } from "../../../../scripts/kafka/health-state.ts";
import { as, type Identity } from "../../../../scripts/kafka/identity.ts";
import type { RunInside } from "../../../../scripts/kafka/probe/inside.ts";
import { openProbe } from "../../../../scripts/kafka/probe/probe.ts";
import { checkRefusals } from "../../../../scripts/kafka/probe/refusals.ts";
import { CheckScope, type Probe } from "../../../../scripts/kafka/probe/scope.ts";
import { runSmoke } from "../../../../scripts/kafka/probe/smoke.ts";
import { listTopics } from "../../../../scripts/kafka/probe/topics.ts";
import { leadTo } from "../../../../scripts/kafka/ways.ts";
import { ensureKafkaLibs } from "../../../../toolchain/kafka.ts";
import { JAVA, requireTool } from "../../../../toolchain/prerequisites.ts";
import { relayTo } from "../../../helpers/relay.ts";
import { plan } from "../../ops/health/healthy.ts";
import { allow, type Kind, type SecuredBroker, startSecuredBroker } from "./broker.ts";
import { noOpenssl } from "./certificates.ts";

const KAFKA = "4.3.1";
/** Long over: a run that began then was killed. */
const STALE = "kafka-stacks-smoke-20200101T000000Z-00000000";

describe("on a broker that denies by default", { skip: noOpenssl }, () => {
  let broker: SecuredBroker;
  before(async () => {
    broker = await startSecuredBroker(["kafka-smoke", "kafka-health"], KAFKA);
    await allow(broker, "kafka-smoke", SMOKE_PERMISSIONS);
    await allow(broker, "kafka-health", HEALTH_PERMISSIONS);
  });
  after(() => broker?.stop());

  const outputsOf = (kind: Kind): ClusterOutputs => ({
    schemaVersion: 1,
    stack: "test",
    target: "docker",
    mode: "kraft",
    kafkaVersion: KAFKA,
    clusterId: "c",
    bootstrapServers: [broker.at[kind]],
    inside: { network: "none", bootstrapServers: [broker.at[kind]] },
    nodes: [{ id: 1, roles: ["broker", "controller"], rack: null, address: broker.at[kind] }],
  });
  const smoke = (who: Identity, kind: Kind, runInside?: RunInside) =>
    as(who, () => runSmoke(outputsOf(kind), { runInside, timeoutMs: 120_000 }));
  const listed = () =>
    as(broker.admin, async () => {
      const admin = createClient([broker.at.SCRAM], "test").admin();
      await admin.connect();
      const { groups } = await admin.listGroups();
      await admin.disconnect();
      return [...(await listTopics(broker.at.SCRAM)), ...groups.map(({ groupId }) => groupId)].filter(
        (name) => !name.startsWith("__"),
      );
    });

  it("smoke passes by password, a container's tools included, and leaves nothing behind", async () => {
    await as(broker.admin, () => makeStale(broker.at.SCRAM));
    const report = await smoke(broker.user("kafka-smoke"), "SCRAM", await runHere());
    const failed = report.checks.filter(({ status }) => status !== "pass");
    assert.deepEqual(failed, []);
    const names = report.checks.map(({ name }) => name);
    assert.ok(names.includes("inside") && names.includes("refusals"));
    assert.deepEqual(await listed(), []);
  });

  it("smoke passes by certificate", async () => {
    const report = await smoke(broker.holder("kafka-smoke"), "MTLS");
    assert.deepEqual(
      report.checks.filter(({ status }) => status !== "pass"),
      [],
    );
  });

  it("smoke fails for a name that may do more than it should", async () => {
    const report = await smoke(broker.admin, "SCRAM");
    const failed = report.checks.filter(({ status }) => status !== "pass");
    assert.deepEqual(
      failed.map(({ name }) => name),
      ["refusals"],
    );
    assert.match(failed[0]!.detail, /^8 of 13 forbidden things were not refused: producing to a foreign topic was/);
  });

  it("silence is no hole: what was not answered is tried again, and is not decided if it stays silent", async () => {
    const [host, port] = broker.at.SCRAM.split(":");
    const who = broker.user("kafka-smoke");
    const refusals = async (limitMs: number, answers: (scope: CheckScope) => boolean) => {
      const run: Probe = {
        ...openProbe(outputsOf("SCRAM"), [], () => {}),
        answers: [{ id: 1, address: broker.at.SCRAM }],
      };
      const scope = new CheckScope(run, new AbortController().signal);
      leadTo(broker.at.SCRAM, await relayTo({ host: host!, port: Number(port) }, () => answers(scope)));
      try {
        return await as(who, () => checkRefusals(scope, limitMs));
      } finally {
        leadTo(broker.at.SCRAM, Number(port));
      }
    };
    const late = await refusals(2_000, (scope) => scope.doing.startsWith("trying again"));
    assert.deepEqual(late, { status: "pass", detail: "13 of 13 forbidden things were refused" });
    const { status, detail, hint } = await refusals(300, () => false);
    assert.equal(status, "undecided", detail);
    assert.match(detail, /^13 of 13 forbidden things were neither refused nor done: plaintext at \S+ \(.*timed out/);
    assert.match(hint ?? "", /^run smoke again when/);
  });

  it("health reads all that it judges", async () => {
    const state = await as(broker.user("kafka-health"), () => readHealthState(plan, outputsOf("SCRAM"), 10_000));
    assert.equal(state.probes[0]?.fault, null);
    assert.equal(state.probes[0]?.config["process.roles"], "broker,controller");
    assert.ok((state.probes[0]?.logDirs[0]?.totalBytes ?? 0) > 0);
    assert.equal(state.quorum?.leaderId, 1);
    assert.ok(state.topics?.some(({ name }) => name === "__consumer_offsets"));
    assert.ok(Math.abs(state.clock?.aheadMs ?? Number.NaN) < 10_000, "both are this machine's clock");
  });

  it("health sees what a node presents, be it too old, and what it is trusted by", async () => {
    const look = (who: Identity | undefined, kind: Kind) =>
      as(who, () => readHealthState(plan, outputsOf(kind), 10_000));
    const { security } = await look(broker.holder("kafka-health"), "STALE");
    const names = security?.certificates.map(({ who, untilMs }) => [who, untilMs > security.nowMs]);
    assert.deepEqual(names, [
      ["node 1", false],
      ["kafka-health", true],
      ["authority an authority", true],
    ]);
    assert.equal((await look(undefined, "PLAIN")).security, null);
  });
});

/** What a killed run leaves: a topic, and a group with an offset in it. */
async function makeStale(address: string): Promise<void> {
  const admin = createClient([address], "test").admin();
  await admin.connect();
  const topic = `${STALE}-records`;
  await admin.createTopics({ topics: [{ topic }] });
  await admin.setOffsets({ groupId: `${STALE}-group`, topic, partitions: [{ partition: 0, offset: "0" }] });
  await admin.disconnect();
}

/** In place of a container: the same script, with this machine's Java and Kafka. Its stdin stays open. */
async function runHere(): Promise<RunInside> {
  const setup = { env: process.env, yes: false, progress: () => undefined };
  const [libs, java] = [await ensureKafkaLibs(KAFKA, setup), await requireTool(JAVA, setup)];
  const env = { ...process.env, PATH: `${path.dirname(java.path)}:${process.env.PATH}` };
  return async ({ script, stdin }) => {
    const child = spawn("bash", ["-c", script.replace("/opt/kafka/libs/", `${libs}/`)], { env });
    child.stdin.write(stdin);
    const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
    child.stdin.destroy();
    return { code: code as number, stdout, stderr };
  };
}
