import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { formatIssue } from "../../../infra/errors.ts";
import { parseStack } from "../../../infra/spec/load.ts";

const rows: readonly (readonly [title: string, text: string, ...warnings: string[]])[] = [
  ["nothing unwise", "topics: [{ name: t }]\n"],
  ["even numbers of brokers are fine", "brokers: { count: 4 }\n"],
  ["as many brokers as the workload needs", "workload: { produce: 1MB/s }\nbrokers: { count: 3 }\n"],
  [
    "fewer brokers than the workload needs",
    "preset: standard\nworkload: { produce: 30MB/s }\nbrokers: { count: 3 }\n",
    "s.yaml:3:19 brokers.count: wanted 10 or more for the workload, found 3: disk-throughput, storage, cpu would be too full with one broker lost; raise it, leave it out, or name a larger workload.machine",
  ],
  [
    "a single copy in production",
    "topics: [{ name: t, replicationFactor: 1 }]\n",
    "s.yaml:1:40 topics[0].replicationFactor: wanted 2 or more copies outside dev, found 1: a lost disk is lost records; write 3, or set environment to dev",
  ],
  ["a single copy in dev", "environment: dev\ntopics: [{ name: t, replicationFactor: 1 }]\n"],
  [
    "min ISR 1 with three replicas",
    "topics: [{ name: t, replicationFactor: 3, minInsyncReplicas: 1 }]\n",
    "s.yaml:1:62 topics[0].minInsyncReplicas: wanted 2 or more with 3 replicas, found 1: acks=all may then mean a single copy; write 2",
  ],
  [
    "one voter in production",
    "controllers: { count: 1 }\n",
    "s.yaml:1:23 controllers.count: wanted 3 voters outside dev, found 1: while it is down the cluster cannot change, and its disk is the only copy of the metadata; write 3, or set environment to dev",
  ],
  [
    "a heap for controllers that are no processes of their own",
    "controllers: { heap: 1GiB }\n",
    "s.yaml:1:16 controllers.heap: wanted it with dedicated controllers only, found it with combined ones, which share the broker's heap; set brokers.heap instead",
  ],
  [
    "retention larger than the disks",
    "brokers: { count: 3, disk: 10GiB }\ntopics: [{ name: t, partitions: 12, config: { retention.bytes: 1GiB } }]\n",
    "s.yaml:1:28 brokers.disk: wanted disks for what topics may retain (36GiB with replicas), found 30GiB on 3 brokers; write 12GiB or more, or lower retention.bytes",
  ],
  [
    "the same from the broker's default",
    "brokers: { count: 3, disk: 10GiB, config: { log.retention.bytes: 1GiB } }\ntopics: [{ name: t, partitions: 12 }]\n",
    "s.yaml:1:28 brokers.disk: wanted disks for what topics may retain (36GiB with replicas), found 30GiB on 3 brokers; write 12GiB or more, or lower retention.bytes",
  ],
  [
    "a compacted topic has no such bound",
    "topics: [{ name: t, config: { cleanup.policy: compact, retention.ms: -1 } }]\n",
  ],
  [
    "encrypted, and open to everyone",
    "target: docker\ndocker: { publishAddress: 10.0.0.5 }\nsecurity: { profile: tls }\n",
    "s.yaml:3:22 security.profile: wanted scram or mtls where others reach the brokers, found tls: whoever connects may do anything; write scram, or iUnderstandThisIsOpen: true",
  ],
  ["the same, but not on docker", "docker: { publishAddress: 10.0.0.5 }\nsecurity: { profile: tls }\n"],
  [
    "the same, and meant",
    "target: docker\ndocker: { publishAddress: 10.0.0.5 }\nsecurity: { profile: tls, iUnderstandThisIsOpen: true }\n",
  ],
  [
    "new passwords of the cluster's own, but ZooKeeper's",
    "kafka: { mode: zookeeper, version: 3.9.2 }\nsecurity: { profile: scram, rotation: 2 }\n",
    "s.yaml:2:39 security.rotation: wanted new passwords for all names of the cluster, found mode zookeeper, in which those between brokers and ZooKeeper, and between its nodes, stay: a server that has the new one only would lose the others; replace the authority too if a node's files were read by others: without a certificate those passwords let nobody in",
  ],
  ["the same in KRaft, which has none of those", "security: { profile: scram, rotation: 2 }\n"],
  [
    "more racks than brokers",
    "brokers: { count: 3, racks: [a, b, c, d] }\n",
    "s.yaml:1:29 brokers.racks: wanted no more racks than brokers, found 4 racks for 3: d would be empty; raise brokers.count to 4, or take racks out",
  ],
  [
    "a * that is not at the end of a group",
    'security: { profile: scram }\nusers: [{ name: a, can: [{ group: "*-x", do: [read] }] }]\n',
    's.yaml:2:35 users[0].can[0].group: wanted * at the end only, found "*-x", in which the others stand for themselves; write the beginning that the ids have in common, and *',
  ],
  [
    "retention without end",
    "topics: [{ name: t, config: { retention.ms: -1 } }]\n",
    "s.yaml:1:45 topics[0].config.retention.ms: wanted retention that ends, found none by time nor by size: the topic grows until the disks are full; set retention.bytes, or give retention.ms an end",
  ],
];

describe("stacks that are legal but unwise, to the letter", () => {
  for (const [title, text, ...warnings] of rows)
    test(title, () => assert.deepEqual(parseStack(text, "s.yaml").warnings.map(formatIssue), warnings));
});
