/** Checks of nodes: brokers, the controller or quorum, ZooKeeper, configs and disks. */

import type { ClusterOutputs } from "../../../infra/outputs.ts";
import { tellOfQuorum } from "../../../infra/plan/migration.ts";
import { valuesOf } from "../../../infra/plan/values.ts";
import { few } from "../words.ts";
import type { Check } from "./check.ts";
import { comparableConfig } from "./config.ts";

/** A voter fetches twice a second; one that is this far behind does not follow. */
const VOTER_LATE_MS = 3_000;
const DISK_WARN = 0.75;
const DISK_FAIL = 0.9;

export const brokers: Check = ({ cluster, probes }, _plan, outputs) => {
  const registered = new Set(cluster?.brokers.map(({ id }) => id));
  const faults = probes.flatMap(({ id, fault }) => {
    const who = label(outputs, id);
    if (fault !== null) return [`${who} ${registered.has(id) ? "does not answer" : "is not registered"} (${fault})`];
    return registered.has(id) ? [] : [`${who} is not registered: it is fenced or still starting`];
  });
  if (faults.length === 0)
    return { status: "pass", detail: `${probes.length} of ${probes.length} brokers are registered and answer` };
  return {
    status: "fail",
    detail: few(faults, "; ", 10),
    hint: `read the log of that node; kafka-stacks up ${outputs.stack} starts what does not run`,
  };
};

export const controller: Check = ({ cluster, quorum }, plan, outputs) => {
  if (!tellOfQuorum(plan)) {
    const id = cluster?.controllerId ?? null;
    if (id !== null) return { status: "pass", detail: `broker ${id} is the controller` };
    return { status: "fail", detail: "no broker is the controller", hint: "see the zookeeper check" };
  }
  const hint = `a majority of controllers must run; kafka-stacks up ${outputs.stack} starts what does not`;
  if (!quorum) return { status: "fail", detail: "no controller answers for the quorum", hint };
  if (quorum.leaderId < 0) return { status: "fail", detail: "the quorum has no leader", hint };

  const planned = plan.nodes.filter(({ roles }) => roles.includes("controller")).map(({ id }) => id);
  const voters = new Map(quorum.voters.map((voter) => [voter.id, voter]));
  const faults = planned.flatMap((id) => {
    const voter = voters.get(id);
    if (!voter) return [`${label(outputs, id)} is not a voter`];
    if (voter.caughtUpAgoMs !== null && voter.caughtUpAgoMs <= VOTER_LATE_MS) return [];
    const ago = voter.caughtUpAgoMs === null ? "never" : `${Math.round(voter.caughtUpAgoMs / 1000)} s ago`;
    return [`voter ${label(outputs, id)} does not keep up (last caught up: ${ago})`];
  });
  const strangers = [...voters.keys()].filter((id) => !planned.includes(id));
  if (strangers.length > 0) faults.push(`voter ${strangers.join(", ")} is not in the plan`);
  const back = "put controllers.count back, so that it is in the plan, run up, then lower it again";
  const isLeft = strangers.length > 0 && plan.quorum === "dynamic";
  if (faults.length > 0) return { status: "fail", detail: few(faults, "; ", 10), hint: isLeft ? back : hint };
  const lag = Math.max(...quorum.voters.map((voter) => voter.lag ?? 0));
  return {
    status: "pass",
    detail: `node ${quorum.leaderId} leads ${voters.size} voters (epoch ${quorum.leaderEpoch}, lag at most ${lag})`,
  };
};

export const zookeeper: Check = ({ zookeeper: probes }, plan, outputs) => {
  if (plan.mode === "kraft") return { status: "skip", detail: "KRaft mode has no ZooKeeper" };
  const silent = probes.filter(({ role }) => role === null).map(({ id }) => label(outputs, id));
  if (silent.length === probes.length && plan.target !== "local")
    return {
      status: "skip",
      detail: "ZooKeeper cannot be reached from here; the containers and controller checks stand for it",
    };
  const leaders = probes.filter(({ role }) => role === "leader" || role === "standalone");
  if (silent.length === 0 && leaders.length === 1)
    return { status: "pass", detail: `node ${leaders[0]?.id} leads ${probes.length} ZooKeeper nodes` };
  return {
    status: "fail",
    detail: silent.length > 0 ? `${few(silent, ", ", 10)} serves no requests` : `${leaders.length} nodes say they lead`,
    hint: `kafka-stacks up ${outputs.stack} starts what does not run`,
  };
};

export const brokerConfig: Check = ({ probes }, plan, outputs) => {
  const answering = probes.filter(({ fault }) => fault === null);
  if (answering.length === 0) return { status: "skip", detail: "no broker answers" };
  const same = valuesOf(plan.kafkaVersion, "broker");
  const drift = answering.flatMap(({ id, config }) => {
    const node = plan.nodes.find((candidate) => candidate.id === id);
    return Object.entries(node ? comparableConfig(node) : {}).flatMap(([key, planned]) => {
      const found = config[key] ?? null; // Null: unknown to the broker, or hidden because it is a secret.
      return found === null || same(key, planned, found)
        ? []
        : [`node ${id} ${key}: planned ${planned}, found ${found}`];
    });
  });
  if (drift.length === 0) return { status: "pass", detail: `${answering.length} brokers are configured as planned` };
  const hint = `kafka-stacks up ${outputs.stack} rolls the brokers, and takes back what was set on the running cluster: kafka-stacks topics plan ${outputs.stack} shows that`;
  return { status: "fail", detail: few(drift, "; "), hint };
};

export const disk: Check = ({ probes }) => {
  const dirs = probes.flatMap(({ id, logDirs }) => logDirs.map((dir) => ({ ...dir, id })));
  const offline = dirs.filter(({ fault }) => fault !== null).map(({ id, path }) => `node ${id} ${path} is offline`);
  if (offline.length > 0) return { status: "fail", detail: few(offline, "; "), hint: "replace the disk, then restart" };
  const usages = dirs.flatMap(({ id, totalBytes, usableBytes }) =>
    totalBytes && usableBytes !== null ? [{ id, used: 1 - usableBytes / totalBytes }] : [],
  );
  if (usages.length === 0) return { status: "skip", detail: "no broker tells the size of its volumes" };
  const fullest = usages.reduce((a, b) => (b.used > a.used ? b : a));
  const detail = `fullest volume: ${Math.round(fullest.used * 100)} % used (node ${fullest.id})`;
  if (fullest.used <= DISK_WARN) return { status: "pass", detail };
  const hint = "shorten retention, add brokers or grow the volume: a broker stops when its disk is full";
  return { status: fullest.used > DISK_FAIL ? "fail" : "warn", detail, hint };
};

/** `node 2 (127.0.0.1:21002)` */
function label(outputs: ClusterOutputs, id: number): string {
  const address = outputs.nodes.find((node) => node.id === id)?.address;
  return address ? `node ${id} (${address})` : `node ${id}`;
}
